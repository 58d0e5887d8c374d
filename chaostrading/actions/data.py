"""Data chaos: market data, account data and fills that are old, broken or false.

The first two actions are the tests of the seed in all their variants; after them comes one action
for each fault, to build experiments of your own with.
"""

from typing import Any

from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.actions import put_in_force
from chaostrading.checkers.reading import orders
from chaostrading.checkers.reading import symbol as symbol_of
from chaostrading.core.errors import ChaosTradingError, unknown_name
from chaostrading.core.seeds import Dice

__all__ = [
    "break_candles",
    "corrupt_messages",
    "corrupted_market_data",
    "cross_book",
    "disorder_trades",
    "drop_book_updates",
    "duplicate_fills",
    "empty_book",
    "falsify_account",
    "falsify_prices",
    "freeze_prices",
    "lose_fills",
    "mismatch_snapshots",
    "misorder_fills",
    "reset_sequence",
    "stale_price_data",
    "swap_symbols",
]

Lease = dict[str, Any]
Harm = tuple[str, dict[str, Any], dict[str, Any]]
"""A fault, its parameters, and what is special about its lease."""

STALE: dict[str, tuple[str, float, float]] = {
    "old_stamps": ("a", 50, 18),
    "fresh_stamps": ("b", 50, 50),
    "rest_cache": ("c", 50, 50),
    "future_stamps": ("d", 50, 50),
}
"""The form of the freeze, its length, and its length in a quick run, in seconds. Data must have
been older than 30 s for a while before anybody may judge. Only stamps can be old from the start."""
OLD_S = 31.0
GAP_S = 8.0
"""So long before its end a stale cache is needed."""
SETTLE_S = 5.5
"""Before the market moves every source must have frozen, polled ones too, or they disagree."""
SWING_S = 4.0

CORRUPT_S, CORRUPT_QUICK_S = 20.0, 12.0
HEALS_S = 3.0
FORMS = (
    "mixed",
    "truncated",
    "wrong_type",
    "zero",
    "negative",
    "nan",
    "x10",
    "x1000",
    "wrong_symbol",
    "crossed_book",
    "sequence_gap",
    "plausible_minus_20",
)


def stale_price_data(
    variant: str = "old_stamps",
    symbol: str = "",
    duration_s: float = 0.0,
    move: float = 0.009,
    path: str = "",
    stream: str = "",
) -> dict[str, Any]:
    """
    Freeze all prices of one symbol until they are older than 30 s, while the true price moves.

    Frames keep arriving and the connection is healthy; other symbols go on. At the paper exchange
    this waits 5 s, until all that the target polls has frozen too, and then lets the true price
    swing to both sides of the frozen one, so that an order at the frozen price is wrong and a
    target that trusts it goes on buying and selling. The fault is in force when this returns and
    ends by itself; let `hold` wait and `heal` end it.

    - `variant`: what is old (F37):
        `old_stamps`: every stream and every answer about the symbol repeats its first message, old
        stamps and all; in a quick run the stamps say at once that they are 31 s old;
        `fresh_stamps`: prices and quantities stand still under fresh stamps and update numbers;
        `rest_cache`: answers come from a stale cache while the streams are fresh and the price
        moves away for good; 8 s before the end the order book loses a change (F38), so that a
        snapshot is needed and only the cache has one;
        `future_stamps`: stamps are 60 s ahead for 5 s, then everything stands still
    - `symbol`: the symbol in the venue's spelling; empty lets the run's seed choose among those
      that the target has traded
    - `duration_s`: seconds of the freeze; 0 takes 50 s; a quick run with `old_stamps` takes 18 s
    - `move`: how far the true price is from the frozen one, as a share of it
    - `path`, `stream`: shell patterns of the requests or streams to touch; empty touches all

    Returns the variant, the symbol, the seconds, the leases as the proxy confirmed them, and the
    moves.

    Example:

        {"type": "action", "name": "freeze", "provider": {"type": "python",
         "module": "chaostrading.actions.data", "func": "stale_price_data",
         "arguments": {"variant": "fresh_stamps", "symbol": "BTCUSDT"}}}
    """
    try:
        run = session.current()
        if variant not in STALE:
            raise unknown_name("variant of stale_price_data", variant, STALE)
        dice = Dice(run.seed, "stale_price_data")
        traded = sorted({symbol_of(item) for item in orders(run.evidence())} - {""})
        name = symbol or (dice.pick(traded) if traded else "")
        form, usual_s, quick_s = STALE[variant]
        seconds = duration_s or (quick_s if run.quick else usual_s)
        parameters: dict[str, Any] = {"variant": form, "symbol": name}
        if variant == "old_stamps" and run.quick:
            parameters["age_s"] = OLD_S
        harms: list[Harm] = [("stale_price", parameters, {})]
        if variant == "rest_cache":
            lease = {"start_s": max(0.0, seconds - GAP_S), "duration_s": min(seconds, GAP_S)}
            harms.append(("sequence_gap", {"best_within_s": 2.0}, lease))
        scope = {"path": path, "stream": stream, "symbol": name}
        leases = _all_in_force(harms, seconds, scope)
        moves = _move_away(run, name, seconds, move, swings=variant != "rest_cache")
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error
    told = {"variant": variant, "symbol": name, "seconds": seconds}
    return {**told, "leases": leases, "moves": moves}


def _move_away(
    run: session.Session, name: str, seconds: float, move: float, *, swings: bool
) -> list[dict[str, Any]]:
    """Move the true price of a symbol while what the target sees of it stands still."""
    if run.exchange is None or not name:
        return []
    waited_s = run.hold(min(SETTLE_S, seconds / 4))
    if swings:
        for_s = max(SWING_S, seconds - waited_s - 1)
        body = {"oscillate": f"{move:g}", "every_s": SWING_S, "for_s": for_s}
    else:
        up = Dice(run.seed, "stale_price_data/move").chance(0.5)
        body = {"move": f"{move if up else -move:g}", "over_s": 2}
    moves = [{"symbol": name, **body}]
    run.exchange.move_market(moves[0])
    run.facts["moves"] = moves
    return moves


def corrupted_market_data(
    variant: str = "mixed",
    duration_s: float = 0.0,
    symbol: str = "",
    path: str = "",
    stream: str = "",
) -> dict[str, Any]:
    """
    Corrupt market data on its way to the target; good data comes in between.

    Bytes of the text on the wire are changed and nothing else. Prices are falsified on streams
    only, so that the target can know better: answers to its requests are right. The faults are in
    force when this returns and end by themselves; let `hold` wait and `heal` end them.

    - `variant`: what is corrupt:
        `mixed`: all of the below but `plausible_minus_20`, a few frames each (F38, F42..F46);
        `truncated`: of one in five messages and answers the second half is missing (F46);
        `wrong_type`: in every fourth message or answer numbers lose their quotes and rows have one
        value more (F35);
        `zero`, `negative`, `nan`: all prices of 25 messages in a row are 0, below 0 or NaN, then 25
        messages of each stream are good (F43);
        `x10`, `x1000`: the same with prices ten and a thousand times too high (F43);
        `wrong_symbol`: every third message brings another symbol's data (F45);
        `crossed_book`: the best bid is 0.5 % above the best ask (F42);
        `sequence_gap`: every 4 s a change of each order book is lost (F38);
        `plausible_minus_20`: all prices of 80 messages in a row are 20 % too low, which could be
        true, then 30 messages of each stream are good (F43)
    - `duration_s`: seconds of corruption; 0 takes 20 s, in a quick run 12 s
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all
    - `path`, `stream`: shell patterns of the requests or streams to touch; empty touches all

    Returns the variant, the seconds and the leases as the proxy confirmed them.

    Example:

        {"type": "action", "name": "corrupt", "provider": {"type": "python",
         "module": "chaostrading.actions.data", "func": "corrupted_market_data",
         "arguments": {"variant": "x1000", "symbol": "BTCUSDT"}}}
    """
    try:
        run = session.current()
        if variant not in FORMS:
            raise unknown_name("variant of corrupted_market_data", variant, FORMS)
        seconds = duration_s or (CORRUPT_QUICK_S if run.quick else CORRUPT_S)
        scope = {"path": path, "stream": stream, "symbol": symbol}
        leases = _all_in_force(_corruptions(variant, seconds), seconds, scope)
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error
    return {"variant": variant, "seconds": seconds, "leases": leases}


def _corruptions(variant: str, seconds: float) -> list[Harm]:
    """The faults of a variant of `corrupted_market_data`."""
    on_streams = {"stream": "*"}
    drift = {"changes": ["string_number", "shifted_array"]}
    crossed_s = max(1.0, seconds - HEALS_S)  # the fault itself takes the level out again
    forms: dict[str, list[Harm]] = {
        "mixed": [
            ("malformed_payload", {"form": "truncate", "every": 20, "for_s": seconds}, {}),
            ("schema_drift", drift, {"share": 0.03}),
            ("wrong_symbol", {"every": 25}, on_streams),
            ("bad_price", _prices(["nan", "0", "negative", "x10", "x1000"], 3, 30), on_streams),
            ("sequence_gap", {"every_s": 5.0, "best_within_s": 1.0}, on_streams),
            ("crossed_book", {"depth_bps": 50.0, "for_s": 0.5, "every_s": 5.0}, on_streams),
        ],
        "truncated": [
            ("malformed_payload", {"form": "truncate", "every": 5, "for_s": seconds}, {})
        ],
        "wrong_type": [("schema_drift", drift, {"share": 0.25})],
        "wrong_symbol": [("wrong_symbol", {"every": 3}, on_streams)],
        "crossed_book": [("crossed_book", {"depth_bps": 50.0, "for_s": crossed_s}, on_streams)],
        "sequence_gap": [("sequence_gap", {"every_s": 4.0, "best_within_s": 2.0}, on_streams)],
        "plausible_minus_20": [("bad_price", _prices(["drop20"], 80, 30), on_streams)],
    }
    value = "0" if variant == "zero" else variant
    return forms.get(variant) or [("bad_price", _prices([value], 25, 25), on_streams)]


def _prices(values: list[str], frames: int, good: int) -> dict[str, Any]:
    return {"values": values, "frames": frames, "every": good}


def _all_in_force(harms: list[Harm], seconds: float, scope: dict[str, str]) -> list[Lease]:
    """Arm each fault, on market data only; its own `stream` holds where the scope has none."""
    leases = []
    for fault, parameters, special in harms:
        lease = {"duration_s": seconds, **special}
        usual = lease.pop("stream", "")
        own = {**scope, "role": "market", "stream": scope["stream"] or usual}
        leases.append(put_in_force(fault, parameters, scope=own, **lease))
    return leases


def falsify_account(
    form: str = "empty",
    for_s: float = 30.0,
    multiplier: float = 1000.0,
    stale_s: float = 30.0,
    events: bool = True,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Falsifies answers about balances and positions, with status 200, and events about them
    (F48).

    Books stay right, only what the client is told is wrong: `empty` lists nothing, which is not
    the same as being flat. Falsify the source that the client uses.

    - `form`: `empty`: an empty list; `absent`: `{}`; `zero`; `x10`; `sign`; `contracts`:
      quantities times `multiplier`; `base`: divided by it; `stale`: as they were `stale_s` ago;
      `other_account`: another owner's.
    - `for_s`: seconds from arming, 0.001..86400.
    - `multiplier`: with `contracts` and `base`: size of a contract, 0.000001..1000000000.
    - `stale_s`: with `stale`: age in seconds, 0.001..86400; nothing is older than the arming.
    - `events`: falsify account events as well as answers (`stale` never does).
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "falsify-account", "provider": {"type": "python",
         "module": "chaostrading.actions.data", "func": "falsify_account",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "account_data_wrong",
        {
            "form": form,
            "for_s": for_s,
            "multiplier": multiplier,
            "stale_s": stale_s,
            "events": events,
        },
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol},
    )


def falsify_prices(
    values: str = "x1000,0",
    frames: int = 1,
    every: int = 0,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Falsifies every price of some messages and answers, one kind of falsehood after another
    (F43).

    The text on the wire is changed and nothing else. Choose a kind on which a naive client must
    trade, and repeat it over at least two of its cycles.

    - `values`: the falsehoods, in order: `0`, `negative`, `nan`, `null`, `empty` (""), `x0.1`,
      `x10`, `x1000`, `crash` (-99.97 %), `drop20`, `rise20` (plausible), `exponent` (9.2E-7),
      `comma`, `decimals` (too many), `digit` (another first digit); several are separated by
      commas
    - `frames`: number of messages in a row for each of them, 1..1000000.
    - `every`: good messages until the first falsehood comes again, 0..1000000; 0: never.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "falsify-prices", "provider": {"type": "python",
         "module": "chaostrading.actions.data", "func": "falsify_prices",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "bad_price",
        {"values": values.split(","), "frames": frames, "every": every},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol},
    )


def break_candles(
    form: str = "lost_close",
    candles: int = 0,
    amend_bps: float = 50.0,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Falsifies the candles of streams, and with `hole` and `duplicate` those of answers too
    (F47).

    `lost_close`: the message that says closed never comes. `early_close`: an open candle says
    that it is closed. `duplicate`: the closed candle comes twice, and twice in answers. `hole`:
    nothing of a candle comes, and answers lack the one before the last. `amended`: after its
    close a candle comes again with other prices.

    - `form`: `lost_close`, `early_close`, `duplicate`, `hole` or `amended`.
    - `candles`: number of candles per stream and of answers per request that are falsified,
      0..1000000; 0: all.
    - `amend_bps`: with `amended`: by how much prices are higher, in hundredths of a percent,
      0.01..10000.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "break-candles", "provider": {"type": "python",
         "module": "chaostrading.actions.data", "func": "break_candles",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "candle_fault",
        {"form": form, "candles": candles, "amend_bps": amend_bps},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol},
    )


def cross_book(
    depth_bps: float = 30.0,
    for_s: float = 10.0,
    every_s: float = 0.0,
    snapshots: bool = False,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Puts a bid above the best ask: into book messages as one more level, into best-price
    messages in the bid's place (F42).

    Sequence numbers stay valid. When it is over, the next change of each book removes the
    level, so that the client's book is right again; a book that is thrown away and built anew
    is right.

    - `depth_bps`: how far the bid is above the best ask, in hundredths of a percent,
      0.01..10000.
    - `for_s`: seconds from arming that the book is crossed, 0.001..86400. Transient: 0.15.
    - `every_s`: seconds from one crossing to the next, above `for_s`, up to 86400; 0: only one.
    - `snapshots`: cross the answers to requests for the book as well, so that building anew
      does not help.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "cross-book", "provider": {"type": "python",
         "module": "chaostrading.actions.data", "func": "cross_book",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "crossed_book",
        {"depth_bps": depth_bps, "for_s": for_s, "every_s": every_s, "snapshots": snapshots},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol},
    )


def empty_book(
    form: str = "one_sided",
    side: str = "asks",
    for_s: float = 5.0,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Empties market data, or one side of it, with status 200 and valid JSON (F44).

    `one_sided`: the list of the side is `[]`; a best price and its quantity are 0, as Binance
    says it. `missing_key`: the side is not there. `empty_list`, `empty_object`: the whole data
    (inside the wrapper of a combined stream) is `[]` or `{}`. `zero_size`: all quantities are
    0.

    - `form`: `one_sided`, `missing_key`, `empty_list`, `empty_object` or `zero_size`.
    - `side`: `asks` or `bids`, with `one_sided` and `missing_key`.
    - `for_s`: seconds from arming, 0.001..86400.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "empty-book", "provider": {"type": "python",
         "module": "chaostrading.actions.data", "func": "empty_book",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "empty_or_one_sided",
        {"form": form, "side": side, "for_s": for_s},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol},
    )


def duplicate_fills(
    form: str = "twice",
    later_s: float = 10.0,
    again_on_reconnect: bool = True,
    duration_s: float = 30.0,
    share: float = 1.0,
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Tells executions again, or gives different ones the same trade id (F49).

    A repeated event has the same bytes, and the first one passes untouched. REST tells the same
    fills anyway, so a client that adds up both has a duplicate without this fault.

    - `form`: `twice`: the second one at once (within 50 ms); `later`: after `later_s`;
      `same_trade_id`: every execution carries the trade id of the first one since arming;
      `none`: only `again_on_reconnect`.
    - `later_s`: with `later`: seconds, 0.1..3600.
    - `again_on_reconnect`: tell the executions since arming (the last 100) again on each
      private WebSocket that is opened after them.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "duplicate-fills", "provider": {"type": "python",
         "module": "chaostrading.actions.data", "func": "duplicate_fills",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "fill_duplicate",
        {"form": form, "later_s": later_s, "again_on_reconnect": again_on_reconnect},
        duration_s=duration_s,
        share=share,
        scope={"stream": stream, "symbol": symbol},
    )


def lose_fills(
    events: str = "TRADE",
    balances: bool = False,
    foreign: bool = False,
    first: int = 0,
    duration_s: float = 30.0,
    share: float = 1.0,
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Drops order events of the private stream; the exchange has acted, and REST tells the truth
    (F50).

    The stream lives: pings, market data and all other events pass. With `foreign`, events come
    but carry the client id of an order that the client never placed.

    - `events`: which events: `TRADE` (every execution), `NEW`, `CANCELED`, `REJECTED`,
      `EXPIRED`; several are separated by commas
    - `balances`: drop the account's balance events as well.
    - `foreign`: instead of dropping: another client id, as if another client of the account had
      ordered.
    - `first`: number of events that are touched, 0..1000000; 0: all.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "lose-fills", "provider": {"type": "python",
         "module": "chaostrading.actions.data", "func": "lose_fills",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "fill_lost",
        {"events": events.split(","), "balances": balances, "foreign": foreign, "first": first},
        duration_s=duration_s,
        share=share,
        scope={"stream": stream, "symbol": symbol},
    )


def misorder_fills(
    form: str = "event_before_answer",
    lead_s: float = 0.2,
    wait_s: float = 5.0,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Lets order events and answers overtake each other; each arrives, and exactly once (F51).

    `event_before_answer`: the answer to an order comes `lead_s` late, after its fill was told.
    `fill_after_cancel`: fills are kept back until a cancel of the same symbol was acknowledged.
    `rejected_before_filled`: a rejection, made from the fill, comes right before it.

    - `form`: `event_before_answer`, `fill_after_cancel` or `rejected_before_filled`.
    - `lead_s`: with `event_before_answer`: seconds of delay of the answer, 0.001..60.
    - `wait_s`: with `fill_after_cancel`: seconds to wait for a cancel before the fill is told
      anyway, 0.1..3600.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "misorder-fills", "provider": {"type": "python",
         "module": "chaostrading.actions.data", "func": "misorder_fills",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "fill_misorder",
        {"form": form, "lead_s": lead_s, "wait_s": wait_s},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol},
    )


def corrupt_messages(
    form: str = "truncate",
    every: int = 20,
    for_s: float = 10.0,
    oversize_bytes: int = 2097152,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Damages the bytes of some messages and answers on their way to the client (F46).

    `truncate`: the second half is missing; `flip`: some bytes are others; `gzip`: compressed,
    and the compression is damaged; `opcode`: a text message comes as binary; `nul`: a NUL
    behind it; `two_documents`: the message twice in one; `utf8`: bytes that are no UTF-8
    (clients must fail the connection); `oversize`: spaces behind it; `content_length`: an
    answer shorter than it says, on a connection that stays open; `empty`: nothing, with the
    status as it was.

    - `form`: `truncate`, `flip`, `gzip`, `opcode`, `nul`, `two_documents`, `utf8`, `oversize`,
      `content_length` or `empty`.
    - `every`: one of so many messages of a stream or answers to a request, 1..1000000, the
      first first.
    - `for_s`: seconds from arming, 0.001..86400.
    - `oversize_bytes`: with `oversize`: number of spaces, 1..16777216. Many clients stop at 1
      MiB.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "corrupt-messages", "provider": {"type": "python",
         "module": "chaostrading.actions.data", "func": "corrupt_messages",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "malformed_payload",
        {"form": form, "every": every, "for_s": for_s, "oversize_bytes": oversize_bytes},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol},
    )


def drop_book_updates(
    form: str = "drop",
    diffs: int = 1,
    best_level: bool = True,
    best_within_s: float = 5.0,
    every_s: float = 0.0,
    duration_s: float = 30.0,
    share: float = 1.0,
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Loses changes of order books, so that the next one does not join on; or falsifies checksums
    (F38).

    Each stream of each connection loses `diffs` changes in a row. Connections that are opened
    after the first loss are spared unless it is repeated, so that starting anew heals.

    - `form`: `drop`, or `checksum`: another first digit (venues with checksums only).
    - `diffs`: number of changes in a row, 1..100000.
    - `best_level`: begin with a change that removes the best bid, as far as the changes since
      arming tell it, so that a book that goes on without it is wrong at the top.
    - `best_within_s`: seconds to wait for such a change before any is taken, 0..3600.
    - `every_s`: seconds from one loss to the next, 0..86400; 0: only one.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "drop-book-updates", "provider": {"type": "python",
         "module": "chaostrading.actions.data", "func": "drop_book_updates",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "sequence_gap",
        {
            "form": form,
            "diffs": diffs,
            "best_level": best_level,
            "best_within_s": best_within_s,
            "every_s": every_s,
        },
        duration_s=duration_s,
        share=share,
        scope={"stream": stream, "symbol": symbol},
    )


def reset_sequence(
    form: str = "jump_back",
    jump: int = 1000,
    every: int = 10,
    snapshots: bool = True,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Makes the sequence numbers of books jump back, restart from 1, or come twice (F39).

    The new numbering holds until the lease ends, when numbers jump forward again. Everything
    else in a message stays as it is.

    - `form`: `jump_back`; `restart`: from 1, as after a restart of the venue; `duplicate`: some
      messages carry the number of the one before.
    - `jump`: with `jump_back`: how far, 1..1000000000000.
    - `every`: with `duplicate`: every n-th message of a stream, 2..100000.
    - `snapshots`: renumber the book's snapshots alike, as a venue with a new numbering does, so
      that a client that starts anew can follow.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "reset-sequence", "provider": {"type": "python",
         "module": "chaostrading.actions.data", "func": "reset_sequence",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "sequence_reset",
        {"form": form, "jump": jump, "every": every, "snapshots": snapshots},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol},
    )


def mismatch_snapshots(
    form: str = "behind",
    behind: int = 10000,
    depth: int = 1,
    late_s: float = 1.5,
    times: int = 3,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    symbol: str = "",
) -> Lease:
    """
    Makes the first answers with a book useless: too old, too shallow, or too late (F40).

    A snapshot whose number lies before the first buffered change must be fetched again, with
    pauses in between.

    - `form`: `behind`: the number is too low, the levels are as they were; `limited`: few
      levels; `late`: the answer is delayed while changes flow.
    - `behind`: with `behind`: how much lower the number is, 1..1000000000000.
    - `depth`: with `limited`: levels on each side, 0..5000.
    - `late_s`: with `late`: seconds of delay, 0.001..300.
    - `times`: number of answers per symbol, 1..1000000; the next one is good.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "mismatch-snapshots", "provider": {"type": "python",
         "module": "chaostrading.actions.data", "func": "mismatch_snapshots",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "snapshot_mismatch",
        {"form": form, "behind": behind, "depth": depth, "late_s": late_s, "times": times},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "symbol": symbol},
    )


def freeze_prices(
    variant: str = "a",
    symbol: str = "",
    reverse: bool = False,
    age_s: float = 0.0,
    ahead_s: float = 60.0,
    ahead_for_s: float = 5.0,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
) -> Lease:
    """
    Freezes the market data of a symbol; frames keep coming, other symbols go on (F37).

    Of each stream and each request, the first message after arming is the one that stays. `a`:
    it comes again and again, old stamps and all. `b`: its prices and quantities come with fresh
    stamps and sequence numbers. `c`: answers are frozen as in `a` while streams are fresh. `d`:
    stamps lie in the future for a while, and then it freezes. Give the lease at least the
    client's age limit plus 30 s.

    - `variant`: `a`, `b`, `c` or `d`, see above.
    - `symbol`: shell pattern of the symbols, in the venue's spelling; "" takes the first one
      that is seen after arming, `*` all.
    - `reverse`: with `c`: streams are frozen while answers are fresh.
    - `age_s`: with `a` and `c`: seconds by which the frozen stamps are made older than they were,
      0..86400: the data says at once that it is old, where it says how old it is.
    - `ahead_s`: with `d`: seconds by which stamps lie in the future, 0.001..86400.
    - `ahead_for_s`: with `d`: seconds from arming to the freeze, 0..3600.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "freeze-prices", "provider": {"type": "python",
         "module": "chaostrading.actions.data", "func": "freeze_prices",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "stale_price",
        {
            "variant": variant,
            "symbol": symbol,
            "reverse": reverse,
            "age_s": age_s,
            "ahead_s": ahead_s,
            "ahead_for_s": ahead_for_s,
        },
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream},
    )


def disorder_trades(
    duplicate_share: float = 0.1,
    swap_share: float = 0.05,
    swap_distance: int = 1,
    conflict_share: float = 0.0,
    duration_s: float = 30.0,
    share: float = 1.0,
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Duplicates some public trades and lets others be overtaken by those behind them (F41).

    A duplicate has the same bytes; `conflict_share` of them has the same id and another price.
    No trade is lost: one that was kept back follows within 1 s.

    - `duplicate_share`: part of the trades that comes twice, 0..1.
    - `swap_share`: part of the trades that is overtaken, 0..1.
    - `swap_distance`: number of trades of the same stream that overtake, 1..1000.
    - `conflict_share`: part of the duplicates with a price 0.1 % higher, 0..1.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "disorder-trades", "provider": {"type": "python",
         "module": "chaostrading.actions.data", "func": "disorder_trades",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "trade_dup_disorder",
        {
            "duplicate_share": duplicate_share,
            "swap_share": swap_share,
            "swap_distance": swap_distance,
            "conflict_share": conflict_share,
        },
        duration_s=duration_s,
        share=share,
        scope={"stream": stream, "symbol": symbol},
    )


def swap_symbols(
    form: str = "payload",
    other: str = "",
    every: int = 3,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Brings data of one symbol on the stream, or in answer to the request, of another one (F45).

    The stream's own name stays. With fewer than two symbols in the traffic since arming nothing
    can be mixed up and nothing is touched, except by `label` with `other`.

    - `form`: `payload`: symbol and prices of the other one; `label`: its symbol only, so that
      inner and outer name differ; `content`: its prices only, which no label gives away.
    - `other`: the symbol to bring, in the venue's spelling; "" takes any other that was seen.
      With `label` it may be one that does not exist, such as the ambiguous `BTCUSD`.
    - `every`: every n-th message of a stream, and every n-th answer, 1..1000000.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "swap-symbols", "provider": {"type": "python",
         "module": "chaostrading.actions.data", "func": "swap_symbols",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "wrong_symbol",
        {"form": form, "other": other, "every": every},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol},
    )

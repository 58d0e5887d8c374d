"""Public cases of market and account data: T6 and T7."""

from case_script import Lease, Row, Script, move, swing

STREAMS = {"stream": "*", "role": "market"}
BTC = {"symbol": "BTCUSDT", "role": "market"}


def _bad(name, wire, values, frames=25, every=25, scope=STREAMS, extra=()):
    return Script(
        name=name,
        wire=wire,
        steps=(
            Lease(
                fault="bad_price",
                parameters={"values": values, "frames": frames, "every": every},
                for_s=9,
                scope=scope,
            ),
            *extra,
        ),
        lasts_s=9,
        after_s=6,
    )


def _one(name, wire, fault, parameters, for_s=9, scope=STREAMS, after_s=6.0, more=(), extra=()):
    return Script(
        name=name,
        wire=wire,
        steps=(
            Lease(fault=fault, parameters=parameters, for_s=for_s, scope=scope, more=dict(more)),
            *extra,
        ),
        lasts_s=for_s + 0.5,
        after_s=after_s,
    )


SCRIPTS = (
    _bad("zero_level", "25 frames of each stream with prices of 0, 25 good ones between", ["0"]),
    _bad("zero_and_huge", "prices of 0 and a thousand times too high in turn", ["0", "x1000"]),
    _bad("nan", "prices NaN and null in turn", ["nan", "null"]),
    _bad(
        "rise",
        "one feed says 20 % more for 80 frames at a time, the reference does not",
        ["rise20"],
        frames=80,
        every=30,
    ),
    _bad("flash_crash", "frames with prices 99.97 % too low among good ones", ["crash"]),
    _bad(
        "depeg",
        "prices 20 % too low for 40 frames and then 0 for 40, REST is right",
        ["drop20", "0"],
        frames=40,
        every=20,
    ),
    _bad("x10", "all prices of 25 frames in a row are ten times too high", ["x10"]),
    _one(
        "key_missing",
        "the asks are missing from every book for 7 s",
        "empty_or_one_sided",
        {"form": "missing_key", "side": "asks", "for_s": 7},
    ),
    _one(
        "crossed",
        "a bid stands 0.5 % above the best ask for 7 s",
        "crossed_book",
        {"depth_bps": 50, "for_s": 7},
    ),
    _one(
        "crossed_briefly",
        "the book is crossed for 0.4 s out of every 0.8 s",
        "crossed_book",
        {"depth_bps": 50, "for_s": 0.4, "every_s": 0.8},
        for_s=14,
    ),
    _one(
        "gap_in_book",
        "every 4 s a change of each book is lost",
        "sequence_gap",
        {"every_s": 4, "best_within_s": 2},
        for_s=10,
    ),
    Script(
        name="snapshot_behind",
        wire="a change of the book is lost, and the next three snapshots are too old to join on",
        steps=(
            Lease(fault="snapshot_mismatch", parameters={"form": "behind"}, for_s=12),
            Lease(fault="sequence_gap", parameters={"best_within_s": 1}, for_s=10, at_s=0.5),
        ),
        lasts_s=12,
        after_s=6,
    ),
    Script(
        name="snapshot_late",
        wire="a change of the book is lost, and the snapshot comes 1.5 s late while changes flow",
        steps=(
            Lease(
                fault="snapshot_mismatch",
                parameters={"form": "late", "late_s": 1.5, "times": 4},
                for_s=11,
            ),
            Lease(fault="sequence_gap", parameters={"best_within_s": 1}, for_s=9, at_s=0.5),
        ),
        lasts_s=11,
        after_s=6,
    ),
    _one(
        "unknown_events",
        "events of an unknown type every second between the data",
        "schema_drift",
        {"changes": ["unknown_event"], "event": "heartbeat", "every_s": 1},
    ),
    _one(
        "error_event",
        "an error message comes where data is expected, every 2 s",
        "schema_drift",
        {"changes": ["unknown_event"], "event": "error", "every_s": 2},
    ),
    _one(
        "gzip_frames",
        "one in five frames is gzip under the opcode of text",
        "malformed_payload",
        {"form": "gzip", "every": 5, "for_s": 8},
    ),
    _one(
        "shifted",
        "rows have one value more in front, numbers lose their quotes",
        "schema_drift",
        {"changes": ["shifted_array", "string_number"]},
        more={"share": 0.3},
    ),
    _one(
        "foreign_symbol",
        "every third message carries the prices of another symbol",
        "wrong_symbol",
        {"form": "content", "every": 3},
    ),
    _one(
        "fills_twice",
        "every fill is told twice, back to back",
        "fill_duplicate",
        {"form": "twice"},
        scope={},
    ),
    _one(
        "rejected_first",
        "a rejection of another order comes before each fill",
        "fill_misorder",
        {"form": "rejected_before_filled"},
        scope={},
    ),
    _one(
        "expired_orders",
        "accepted orders expire at once with nothing executed",
        "self_trade_prevention",
        {},
        scope={"method": "POST"},
    ),
    _one(
        "balance_x10",
        "account answers and events tell ten times the balance",
        "account_data_wrong",
        {"form": "x10", "for_s": 8},
        scope={},
    ),
    _one(
        "frozen",
        "every stream and answer of one symbol repeats a message 31 s old; the true price swings",
        "stale_price",
        {"variant": "a", "symbol": "BTCUSDT", "age_s": 31},
        for_s=14,
        scope=BTC,
        extra=swing(0.009, 12, at_s=2, symbols=("BTCUSDT",)),
    ),
    _one(
        "frozen_all",
        "all market data repeats messages that say they are 31 s old; the true price falls",
        "stale_price",
        {"variant": "a", "symbol": "*", "age_s": 31},
        for_s=14,
        scope={"role": "market"},
        extra=swing(0.009, 12, at_s=2),
    ),
    Script(
        name="cached_ticker",
        wire="answers come from a stale cache, streams are fresh; a change of the book is lost",
        steps=(
            Lease(
                fault="stale_price",
                parameters={"variant": "c", "symbol": "BTCUSDT"},
                for_s=16,
                scope=BTC,
            ),
            *move(0.009, 2, at_s=3),
            Lease(
                fault="sequence_gap", parameters={"best_within_s": 2}, for_s=8, at_s=8, scope=BTC
            ),
        ),
        lasts_s=16,
        after_s=5,
    ),
    Script(
        name="frozen_then_halt",
        wire="prices freeze with old stamps, orders are refused as market closed, the true price "
        "swings",
        steps=(
            Lease(
                fault="stale_price",
                parameters={"variant": "a", "symbol": "*", "age_s": 31},
                for_s=13,
                scope={"role": "market"},
            ),
            Lease(fault="maintenance", parameters={"state": "HALT"}, for_s=9, at_s=4),
            *swing(0.009, 12, at_s=2),
        ),
        lasts_s=13,
        after_s=6,
    ),
)

BAND = {"no_orders_from_bad_prices": {"band": 0.05}}
NARROW = {"no_orders_from_bad_prices": {"band": 0.003}}
READER = {"reader_survives": {"resume_s": 5}}
RESYNC = {"book_resynced": {"exits_allowed": True}}
STALE = {"no_orders_from_stale_data": {"stale_s": 30, "grace_s": 5}}
FILLS = {"positions_agree": {}}

ROWS = (
    Row(id="P-006", source="sammchardy/python-binance#1169", tests="T1,T7", script="error_event",
        oracle=READER, words="the reader lives, and trading goes on",
        without="parser_robustness"),
    Row(id="P-062", source="Binance blog (spot trading halt)", tests="T5,T6",
        script="frozen_then_halt",
        oracle={"no_orders_from_stale_data": {"stale_s": 30, "grace_s": 5, "exits_allowed": False}},
        words="no order at all from the frozen price",
        without="data_age_watchdog,market_status_gate"),
    Row(id="P-071", source="GuntharDeNiro/BTCT#404", tests="T7", script="expired_orders",
        oracle=FILLS, words="what expired was not bought", without="fill_accounting"),
    Row(id="P-072", source="sammchardy/python-binance#285", tests="T7", script="rejected_first",
        oracle=FILLS, words="the fill is booked in spite of the rejection",
        without="fill_accounting"),
    Row(id="P-073", source="QuantConnect/Lean#2204", tests="T7", script="fills_twice",
        oracle=FILLS, words="a fill counts once", without="fill_accounting"),
    Row(id="P-075", source="hummingbot/hummingbot#3101", tests="T6", script="frozen", oracle=STALE,
        words="no order from the frozen price", without="data_age_watchdog"),
    Row(id="P-079", source="CyberPunkMetalHead/gateio-crypto-trading-bot PR#77", tests="T6",
        script="cached_ticker", oracle=RESYNC,
        words="no order from the cached book", without="book_integrity"),
    Row(id="P-081", source="Venus Protocol / Chainlink LUNA", tests="T6", script="frozen_all",
        oracle=STALE, words="no order after the feed has stopped",
        without="data_age_watchdog,price_sanity"),
    Row(id="P-083", source="butor/blackbird#34", tests="T7", script="zero_level", oracle=READER,
        words="a level at 0 is dropped, trading goes on", without="parser_robustness"),
    Row(id="P-084", source="DeviaVir/zenbot#1592", tests="T7", script="zero_and_huge",
        oracle=BAND, words="no order with a price or size from nonsense",
        without="price_sanity,sizing_caps,book_integrity"),
    Row(id="P-087", source="coinbase/coinbase-pro-node#372", tests="T7", script="crossed",
        oracle=NARROW, words="no order from a crossed book",
        without="price_sanity,book_integrity"),
    Row(id="P-088", source="bitfinexcom/api_docs#9", tests="T7", script="crossed_briefly",
        oracle=NARROW, words="no order on a ghost", without="price_sanity,book_integrity"),
    Row(id="P-089", source="bmoscon/cryptofeed#20", tests="T7", script="gap_in_book",
        oracle=RESYNC, words="a new snapshot before the next order", without="book_integrity"),
    Row(id="P-090", source="nkaz001/hftbacktest#300", tests="T7", script="snapshot_late",
        oracle=RESYNC, words="changes are joined to the late snapshot",
        without="book_integrity"),
    Row(id="P-091", source="ccxt/ccxt#16396", tests="T7", script="snapshot_behind", oracle=RESYNC,
        words="asks again until a snapshot joins on", without="book_integrity"),
    Row(id="P-092", source="bmoscon/cryptostore#23", tests="T7", script="unknown_events",
        oracle=READER, words="unknown events stop nothing", without="parser_robustness"),
    Row(id="P-093", source="okcoin-okex/API-docs#191", tests="T7", script="gzip_frames",
        oracle=READER, words="the reader survives bad bytes", without="parser_robustness"),
    Row(id="P-094", source="freqtrade/freqtrade#3367", tests="T7,T5", script="key_missing",
        oracle={**READER, **BAND}, words="the process lives, no order from an empty side",
        without="parser_robustness"),
    Row(id="P-096", source="erdewit/ib_insync#451", tests="T7", script="nan", oracle=READER,
        words="NaN is no price, the reader lives", without="parser_robustness"),
    Row(id="P-097", source="Compound DAI event 2020-11-26", tests="T7", script="rise",
        oracle=BAND, words="no order outside the band of the reference",
        without="price_sanity,sizing_caps,book_integrity"),
    Row(id="P-098", source="NYSE / CTA 2024-06-03", tests="T7", script="flash_crash", oracle=BAND,
        words="no order from a false print",
        without="price_sanity,sizing_caps,book_integrity"),
    Row(id="P-099", source="Coinbase post mortem (precision)", tests="T7", script="balance_x10",
        oracle={"no_orders_from_bad_prices": {"size_factor_max": 3}, "safe_defaults_used": {}},
        words="no order is sized by the wrong balance",
        without="account_cross_check,sizing_caps"),
    Row(id="P-100", source="Binance 2025-10-10", tests="T7,T6", script="depeg", oracle=BAND,
        words="no order at 0 and no sale below the band",
        without="price_sanity,sizing_caps,book_integrity"),
    Row(id="P-101", source="Quoine v B2C2", tests="T7,T5", script="x10", oracle=BAND,
        words="no order into prices far from the market", without="price_sanity"),
    Row(id="P-111", source="GDAX 2017-06-21", tests="T7", script="flash_crash", oracle=BAND,
        words="no sale below the band",
        without="price_sanity,sizing_caps,book_integrity"),
    Row(id="P-129", source="ccxt/ccxt#18211", tests="T7", script="foreign_symbol", oracle=BAND,
        words="no order from a foreign price", without="parser_robustness,price_sanity"),
    Row(id="P-130", source="bitfinexcom/bitfinex-api-node#37", tests="T7", script="shifted",
        oracle=READER, words="shifted rows stop nothing and make no order",
        without="parser_robustness"),
    Row(id="P-138", source="ccxt/ccxt#26753", tests="T7", script="snapshot_behind", oracle=RESYNC,
        words="no order from a book that cannot be joined", without="book_integrity"),
)  # fmt: skip

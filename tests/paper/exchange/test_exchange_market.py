"""The market's life: candles of the past and present, makers, takers, moves."""

from decimal import Decimal
from itertools import pairwise

import pytest

from chaostrading.core.clock import ManualClock
from chaostrading.core.seeds import Dice
from chaostrading.paper.exchange.candles import INTERVALS, Candles, opening
from chaostrading.paper.exchange.orders import OrderRequest, Traded
from chaostrading.paper.exchange.rules import DEFAULT_RULES, changed
from chaostrading.paper.exchange.venue import PaperVenue

START_MS = 1_750_000_030_000
RULES = DEFAULT_RULES["BTCUSDT"]


def traded(time_ms: int, price: str) -> Traded:
    return Traded(
        trade_id=1,
        symbol="BTCUSDT",
        price=Decimal(price),
        quantity=Decimal("0.1"),
        quote_quantity=Decimal("6000"),
        buyer_is_maker=True,
        taker_order_id=1,
        time_ms=time_ms,
    )


@pytest.mark.parametrize("interval", ["1s", "1m", "1h", "1d", "1w", "1M"])
def test_a_thousand_candles_follow_each_other_without_a_gap_in_time_or_price(interval):
    """Each opens where and when the one before closed; the last one ends at the start price."""
    candles = Candles(RULES, START_MS, Dice(1))

    found = candles.select(interval, START_MS, None, None, 100)

    pairs = list(pairwise(found))
    assert all(before.end_ms == after.open_ms for before, after in pairs)
    assert all(before.close == after.open for before, after in pairs)
    assert all(candle.low <= min(candle.open, candle.close) for candle in found)
    assert all(candle.high >= max(candle.open, candle.close) for candle in found)
    assert found[-1].close == RULES.start_price


def test_the_past_is_the_same_for_the_same_seed():
    """Asked twice, or by two exchanges of one seed, it is one past."""
    one, two = (Candles(RULES, START_MS, Dice(5)) for _ in range(2))

    first = one.select("5m", START_MS, None, None, 50)

    assert first == two.select("5m", START_MS, None, None, 50)
    assert first == one.select("5m", START_MS, None, None, 50)


def test_trades_go_into_the_forming_candle_and_silence_gives_flat_ones():
    """A trade at 60,100; three minutes later the candles between are flat at 60,100."""
    candles = Candles(RULES, START_MS, Dice(1))
    candles.add(traded(START_MS + 1000, "60100"))

    found = candles.select("1m", START_MS + 180_000, None, None, 4)

    assert [candle.close for candle in found] == [Decimal(60100)] * 4
    assert [candle.trades > 0 for candle in found] == [True, False, False, False]


def test_start_and_end_time_choose_candles_by_their_opening():
    """With a start the oldest from there on, with an end the newest up to it."""
    candles = Candles(RULES, START_MS, Dice(1))
    minute = opening("1m", START_MS)

    by_start = candles.select("1m", START_MS, minute - 180_000, None, 2)
    by_end = candles.select("1m", START_MS, None, minute - 60_000, 2)

    assert [candle.open_ms for candle in by_start] == [minute - 180_000, minute - 120_000]
    assert [candle.open_ms for candle in by_end] == [minute - 120_000, minute - 60_000]


@pytest.mark.parametrize("interval", [name for name in INTERVALS if name not in ("1M", "1w", "3d")])
def test_candles_open_at_multiples_of_their_length(interval):
    """Aligned to midnight UTC."""
    assert opening(interval, START_MS) % (INTERVALS[interval] * 1000) == 0


def test_the_same_seed_gives_the_same_market():
    """Fifty steps of two venues with one seed end in one book; another seed ends elsewhere."""
    tops = []
    for seed in (1, 1, 2):
        venue = PaperVenue(seed=seed, clock=ManualClock())
        for _ in range(50):
            venue.step("BTCUSDT", 0.125)
        tops.append(venue.engine.book("BTCUSDT").top("BUY", 20))

    assert tops[0] == tops[1]
    assert tops[0] != tops[2]


def test_a_living_market_trades_and_never_crosses():
    """A minute has trades on every symbol; the book always has both sides, uncrossed."""
    venue = PaperVenue(seed=3, clock=ManualClock())

    for _ in range(200):
        for symbol in venue.engine.rules:
            venue.step(symbol, 0.125)
            bid, ask = venue.engine.book(symbol).best("BUY"), venue.engine.book(symbol).best("SELL")
            assert bid is not None
            assert ask is not None
            assert bid[0] < ask[0]

    assert all(len(tape.trades) > 20 for tape in venue.tapes.values())


def test_a_move_reaches_its_target_in_its_time():
    """+2 % over one second: half-way after half of it, there after all of it, and no further."""
    venue = PaperVenue(seed=3, clock=ManualClock())
    market = venue.markets["BTCUSDT"]
    start = market.price
    market.move(Decimal("0.02"), 1.0)
    shares = []

    for _ in range(4):
        venue.step("BTCUSDT", 0.5)
        shares.append(market.price / start - 1)

    assert [round(share, 3) for share in shares] == [
        Decimal(n) for n in ("0.01", "0.02", "0.02", "0.02")
    ]


def test_an_oscillating_price_flips_and_ends_where_it_was():
    """Half a percent up, half a percent down, for one second."""
    venue = PaperVenue(seed=3, clock=ManualClock())
    market = venue.markets["BTCUSDT"]
    market.freeze(True)
    market.oscillate(Decimal("0.005"), 0.5, 1.0)
    prices = [market.quoted()]

    for _ in range(2):
        venue.step("BTCUSDT", 0.5)
        prices.append(market.quoted())

    assert prices == [Decimal(60300), Decimal(59700), Decimal(60000)]


def test_a_rush_renews_many_rungs_and_moves_no_price():
    """Twenty renewals a step for a second make the messages of a busy market."""
    venue = PaperVenue(seed=3, clock=ManualClock())
    market, book = venue.markets["BTCUSDT"], venue.engine.book("BTCUSDT")
    market.freeze(True)
    ids = [book.update_id]
    market.rush(20, 1.0)

    for _ in range(3):
        venue.step("BTCUSDT", 0.5)
        ids.append(book.update_id)

    grown = [after - before for before, after in pairwise(ids)]
    assert min(grown[0], grown[1]) > 3 * grown[2]
    assert market.quoted() == Decimal(60000)


def test_a_closed_market_stands_still():
    """With the status HALT nothing moves and nothing trades."""
    venue = PaperVenue(seed=3, clock=ManualClock())
    venue.engine.rules["BTCUSDT"] = changed(venue.engine.rules["BTCUSDT"], status="HALT")
    before = venue.engine.book("BTCUSDT").update_id

    for _ in range(20):
        venue.step("BTCUSDT", 0.125)

    assert venue.engine.book("BTCUSDT").update_id == before


def test_makers_fill_the_order_that_their_price_moves_through():
    """A bid 1 % below the market is filled by a fall of 2 %."""
    venue = PaperVenue(seed=3, clock=ManualClock())
    order = venue.engine.place(
        "paper",
        OrderRequest(
            symbol="BTCUSDT",
            side="BUY",
            type="LIMIT",
            quantity=Decimal("0.1"),
            price=Decimal("59400"),
        ),
    )

    venue.markets["BTCUSDT"].move(Decimal("-0.02"), 0)
    venue.step("BTCUSDT", 0.125)

    assert order.status == "FILLED"
    assert order.fills[0].price == Decimal(59400)

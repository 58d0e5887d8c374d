"""A book whose best bid is above its best ask."""

import pytest
from binance_samples import book_ticker, diff, snapshot

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Replace
from chaostrading.faults.registry import make

DEPTH = "/ws/btcusdt@depth"
BID, ASK = ("99.90", "2.0"), ("100.00", "1.0")


@pytest.fixture
def decided(frame, dice, state):
    return lambda fault, payload, path=DEPTH, at=0.0: fault.decide(
        frame("message", path=path, payload=payload, now_s=1_000.0 + at), dice, state
    )


def test_puts_a_level_into_changes_with_valid_numbers(decided):
    """30 bps above the best ask, in front of the true bids."""
    fate = decided(make("crossed_book", {}), diff(1, 2, [BID], [ASK]))

    assert fate == Replace(payloads=(diff(1, 2, [("100.30", "1.00"), BID], [ASK]),))


def test_lifts_the_bid_of_a_best_price(decided):
    """Nothing else in the message changes."""
    fate = decided(
        make("crossed_book", {}), book_ticker("99.90", "100.00"), "/ws/btcusdt@bookTicker"
    )

    assert fate == Replace(payloads=(book_ticker("100.30", "100.00"),))


def test_removes_the_level_when_it_is_over(decided):
    """The client's book is right again, after one more message."""
    fault = make("crossed_book", {"for_s": 10.0})
    decided(fault, diff(1, 2, [BID], [ASK]))

    after = decided(fault, diff(3, 4, [BID]), at=10.0)
    later = decided(fault, diff(5, 6, [BID]), at=10.1)

    assert after == Replace(payloads=(diff(3, 4, [("100.30", "0.00"), BID]),))
    assert later == PASS


def test_follows_the_market_and_leaves_no_level_behind(decided):
    """When the ask falls, the old level goes and a new one comes."""
    fault = make("crossed_book", {})
    decided(fault, diff(1, 2, [BID], [ASK]))

    fate = decided(fault, diff(3, 4, [], [("99.00", "1.0")]), at=1.0)

    assert fate == Replace(
        payloads=(diff(3, 4, [("99.30", "1.00"), ("100.30", "0.00")], [("99.00", "1.0")]),)
    )


def test_comes_again(decided):
    """150 ms every six seconds."""
    fault = make("crossed_book", {"for_s": 0.15, "every_s": 6.0})
    ticker = book_ticker("99.90", "100.00")

    fates = [decided(fault, ticker, "/ws/btcusdt@bookTicker", at) for at in (0.1, 0.2, 6.1, 6.2)]

    assert [type(fate).__name__ for fate in fates] == ["Replace", "Pass", "Replace", "Pass"]


@pytest.mark.parametrize(
    ("snapshots", "fate"),
    [
        (False, PASS),
        (True, Replace(payloads=(snapshot(9, [("100.30", "1.00"), BID], [ASK]),))),
    ],
)
def test_answers_are_crossed_only_if_asked(frame, dice, state, snapshots, fate):
    """Otherwise a book that is built anew is right."""
    fault = make("crossed_book", {"snapshots": snapshots})

    assert fault.decide(frame("answer", payload=snapshot(9, [BID], [ASK])), dice, state) == fate


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"depth_bps": 0.0}, "depth_bps must be within 0.01..10000, was 0.0"),
        ({"for_s": 0.0}, "for_s must be within 0.001..86400, was 0.0"),
        ({"every_s": 5.0}, "every_s must be 0 or above for_s, was 5.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("crossed_book", parameters)

"""A book from which a change is missing."""

import pytest
from binance_samples import book_ticker, diff, snapshot

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Drop, Replace
from chaostrading.faults.registry import make

DEPTH = "/ws/btcusdt@depth@100ms"
DEEP = [("99.50", "1.0")]
TOP = [("100.00", "1.0")]
TOP_GONE = [("100.00", "0.0")]


@pytest.fixture
def changes(frame, dice, state):
    """The fates of changes of these bids, a tenth of a second apart."""

    def fates(fault, *sides, since=0.0, **more):
        return [
            fault.decide(
                frame(
                    "message",
                    path=DEPTH,
                    payload=diff(n, n, bids=bids),
                    now_s=1_000.0 + since + n / 10,
                    **more,
                ),
                dice,
                state,
            )
            for n, bids in enumerate(sides)
        ]

    return fates


def test_loses_the_change_that_removes_the_best_bid(changes):
    """Changes below the top pass before, and everything passes after."""
    fault = make("sequence_gap", {})

    fates = changes(fault, TOP, DEEP, [("99.50", "0.0")], TOP_GONE, DEEP, TOP, TOP_GONE)

    assert fates == [PASS, PASS, PASS, Drop(), PASS, PASS, PASS]


def test_does_not_wait_for_ever(changes):
    """After five seconds any change will do."""
    fault = make("sequence_gap", {})

    fates = [*changes(fault, DEEP), *changes(fault, DEEP, DEEP, since=5.0)]

    assert fates == [PASS, Drop(), PASS]


def test_loses_several_in_a_row_at_once_if_asked(changes):
    """From the first change on."""
    fault = make("sequence_gap", {"diffs": 3, "best_level": False})

    assert changes(fault, DEEP, DEEP, DEEP, DEEP) == [Drop(), Drop(), Drop(), PASS]


def test_repeats_the_loss(changes):
    """Thirty seconds after the first one, connections that came since included."""
    fault = make("sequence_gap", {"best_level": False, "every_s": 30.0})

    fates = [*changes(fault, DEEP, DEEP), *changes(fault, DEEP, DEEP, since=30.0)]

    assert fates == [Drop(), PASS, Drop(), PASS]


def test_a_connection_opened_after_the_loss_is_whole(changes):
    """Starting anew heals."""
    fault = make("sequence_gap", {"best_level": False})
    changes(fault, DEEP)

    assert changes(fault, DEEP, DEEP, connection=2, connected_s=1_000.5, since=1) == [PASS, PASS]


@pytest.mark.parametrize("payload", [book_ticker(), snapshot()])
def test_only_changes_are_lost(frame, dice, state, payload):
    """Best prices and whole books have no gaps."""
    fault = make("sequence_gap", {"best_level": False})
    one = frame("message", path="/ws/btcusdt@depth5", payload=payload)

    assert fault.decide(one, dice, state) == PASS


def test_falsifies_a_checksum_and_nothing_else(frame, dice, state):
    """Another first digit; a book without a checksum passes."""
    fault = make("sequence_gap", {"form": "checksum"})
    book = (
        b'{"arg":{"channel":"books","instId":"BTC-USDT"},"data":[{"asks":[],"checksum":-855196}]}'
    )

    fate = fault.decide(frame("message", venue="okx", path="/ws", payload=book), dice, state)
    without = fault.decide(frame("message", path=DEPTH, payload=diff(1, 1, TOP)), dice, state)

    assert fate == Replace(payloads=(book.replace(b"-855196", b"-955196"),))
    assert without == PASS


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"form": "skip"}, "form must be one of drop, checksum, was 'skip'"),
        ({"diffs": 0}, "diffs must be within 1..100000, was 0"),
        ({"every_s": -1.0}, "every_s must be within 0..86400, was -1.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("sequence_gap", parameters)

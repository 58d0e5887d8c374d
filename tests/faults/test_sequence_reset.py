"""Sequence numbers that start over."""

import pytest
from binance_samples import diff, snapshot, trade

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Replace
from chaostrading.faults.registry import make

DEPTH = "/ws/btcusdt@depth"


@pytest.fixture
def decided(frame, dice, state):
    """The fates of changes with these numbers."""
    return lambda fault, *numbers: [
        fault.decide(frame("message", path=DEPTH, payload=diff(*pair)), dice, state)
        for pair in numbers
    ]


def test_numbers_jump_back_and_go_on_from_there(decided):
    """By a thousand, first and last number alike; all other bytes stay."""
    fault = make("sequence_reset", {})

    fates = decided(fault, (5_157, 5_160), (5_161, 5_170))

    assert fates == [
        Replace(payloads=(diff(4_157, 4_160),)),
        Replace(payloads=(diff(4_161, 4_170),)),
    ]


def test_numbers_restart_from_one(decided):
    """And count on as the true ones do."""
    fault = make("sequence_reset", {"form": "restart"})

    fates = decided(fault, (157, 160), (161, 170))

    assert fates == [Replace(payloads=(diff(1, 4),)), Replace(payloads=(diff(5, 14),))]


def test_numbers_come_twice(decided):
    """Every third message has those of the one before."""
    fault = make("sequence_reset", {"form": "duplicate", "every": 3})

    fates = decided(fault, (1, 2), (3, 4), (5, 6), (7, 8))

    assert fates == [PASS, PASS, Replace(payloads=(diff(3, 4),)), PASS]


@pytest.mark.parametrize(
    ("renumber", "fate"), [(True, Replace(payloads=(snapshot(4_000),))), (False, PASS)]
)
def test_snapshots_are_renumbered_alike_unless_told_otherwise(frame, dice, state, renumber, fate):
    """Otherwise no client could follow the new numbers."""
    fault = make("sequence_reset", {"snapshots": renumber})

    assert fault.decide(frame("answer", payload=snapshot(5_000)), dice, state) == fate


def test_trades_keep_their_ids(frame, dice, state):
    """Only books are renumbered."""
    fault = make("sequence_reset", {})
    one = frame("message", path="/ws/btcusdt@trade", payload=trade(5_000))

    assert fault.decide(one, dice, state) == PASS


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"form": "zero"}, "form must be one of jump_back, restart, duplicate, was 'zero'"),
        ({"jump": 0}, "jump must be within 1..1e.12, was 0"),
        ({"every": 1}, "every must be within 2..100000, was 1"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("sequence_reset", parameters)

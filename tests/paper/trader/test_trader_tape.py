"""The frames of the last minutes."""

from types import SimpleNamespace

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.tape import Tape


def test_the_tape_keeps_the_newest_frames() -> None:
    """Three frames with room for two: the oldest is gone."""
    tape = Tape(ManualClock(), SimpleNamespace(tape_max=2))

    for number in range(3):
        tape.add("btcusdt@trade", {"t": number})

    assert [frame["data"] for frame in tape.last("", 9)] == [{"t": 2}, {"t": 1}]


def test_one_stream_can_be_looked_at() -> None:
    """The newest first, no more than asked for."""
    tape = Tape(ManualClock(), SimpleNamespace(tape_max=None))

    for number in range(6):
        tape.add(("btcusdt@trade", "ethusdt@trade")[number % 2], {"t": number})

    frames = tape.last("ethusdt@trade", 2)
    assert [(frame["stream"], frame["data"]["t"]) for frame in frames] == [
        ("ethusdt@trade", 5),
        ("ethusdt@trade", 3),
    ]


def test_the_tape_is_cut_when_memory_runs_short() -> None:
    """The guards allow less, and what is too much goes at once."""
    guards = SimpleNamespace(tape_max=100)
    tape = Tape(ManualClock(), guards)
    for number in range(50):
        tape.add("btcusdt@trade", {"t": number})

    guards.tape_max = 10
    tape.trim()

    assert len(tape) == 10

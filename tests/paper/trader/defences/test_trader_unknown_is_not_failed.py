"""An order without an answer is asked for until it is known."""

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.unknown_is_not_failed import (
    NaiveUnknownIsNotFailed,
    UnknownIsNotFailed,
)


def test_an_order_without_an_answer_is_unknown_and_blocks_its_symbol() -> None:
    """Nothing new is sent in the symbol while one of its orders is unknown."""
    rule = UnknownIsNotFailed(ManualClock())

    assert rule.state_after_unknown() == "unknown"
    assert rule.blocks(1)
    assert not rule.blocks(0)


def test_the_first_question_comes_soon_and_the_pauses_grow() -> None:
    """Within half a second, then slower, never slower than every 2 s."""
    rule = UnknownIsNotFailed(ManualClock())

    pauses = [rule.next_question_s(asked) for asked in range(8)]

    assert pauses[0] < 0.5
    assert pauses == sorted(pauses)
    assert pauses[-1] == 2.0


def test_not_found_is_believed_only_later_and_repeatedly() -> None:
    """Exchanges say "no such order" for seconds after accepting one."""
    clock = ManualClock()
    rule = UnknownIsNotFailed(clock)
    sent = clock.monotonic()

    early = rule.proven_absent(5, sent)
    clock.advance(8)

    assert (early, rule.proven_absent(2, sent), rule.proven_absent(3, sent)) == (
        False,
        False,
        True,
    )


def test_without_it_an_error_is_a_rejection_and_the_decision_is_repeated() -> None:
    """The naive trader forgets the order and trades again at once."""
    rule = NaiveUnknownIsNotFailed(ManualClock())

    assert rule.state_after_unknown() == "rejected"
    assert rule.repeats
    assert not rule.blocks(1)

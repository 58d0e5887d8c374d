import math

import pytest
from witness_play import link, order, play, poll, refusal, sample

from chaostrading.checkers import reading
from chaostrading.records.types import RequestRecord


@pytest.mark.parametrize(
    ("request_", "taken"),
    [
        (order(1), True),
        (order(1, status=429, fate="answer"), False),
        (order(1, status=503, exchange=200, fate="answer"), True),
        (order(1, outcome="client_gone", exchange=200, fate="hold"), True),
        (order(1, status=400, exchange=400), False),
        (order(1, answer={"code": "EOrder:Insufficient funds"}), False),
        (order(1, answer={"order_status": "REJECTED"}), False),
    ],
)
def test_accepted_is_what_the_exchange_did_whatever_the_bot_was_told(request_, taken):
    """A 503 in front of a 200 is an order in the book."""
    assert reading.accepted(request_) is taken


@pytest.mark.parametrize(
    ("request_", "unknown"),
    [
        (order(1), False),
        (order(1, status=503), True),
        (order(1, status=503, code="-1007"), True),
        (order(1, status=503, code="-1008"), False),
        (order(1, status=400), False),
        (order(1, outcome="reset"), True),
        (order(1, outcome="pending"), False),
    ],
)
def test_an_outcome_is_unknown_without_an_answer_and_after_a_5xx(request_, unknown):
    """Overloaded (-1008) is surely not executed, -1007 is not."""
    assert reading.outcome_unknown(request_) is unknown


def test_a_request_ends_when_it_is_answered_or_its_connection_closes():
    """Hanging up is seen on the connection."""
    lost = order(1, outcome="client_gone", connection=7)
    evidence = play(lost, link(4, "closed", 7, protocol="http"))

    assert reading.ended_s(evidence, lost) == 4.0
    assert reading.ended_s(evidence, poll(1, took=0.5)) == 1.5
    assert reading.ended_s(play(), lost) == 1.0


def test_only_leases_of_this_run_count_as_touched():
    """Another run's lease is another story."""
    evidence = play(refusal(1))

    assert reading.touched(evidence, evidence.records[0])
    assert not reading.touched(evidence, poll(1))
    assert [item.mono_s for item in reading.hits(evidence)] == [1]


def test_missing_records_are_holes_in_the_numbering():
    """Samples and requests in flight have no number in the witness's file."""
    rows = [poll(at) for at in range(6)]
    flight = RequestRecord(seq=0, mono_s=9.0, wall_s=9.0, outcome="pending")

    assert reading.missing_records(play(rows, sample(1), flight)) == 0
    assert reading.missing_records(play(rows, lose=[3, 4])) == 2
    assert (
        reading.missing_records(play(rows, sample(0, witness_lost=1), sample(9, witness_lost=8)))
        == 7
    )


def test_a_hole_before_the_fault_does_no_harm():
    """The baseline lost a record, the fault's window none."""
    assert reading.missing_records(play([poll(at) for at in range(-5, 5)], lose=[2])) == 0


def test_series_reads_numbers_at_the_top_or_one_level_down():
    """Texts, NaN and what is absent are left out; booleans are 0 and 1."""
    evidence = play(
        sample(1, depth=3),
        sample(2, target={"depth": 4.5}),
        sample(3, depth="many"),
        sample(4, depth=math.nan),
        sample(5, depth=True),
        sample(6),
    )

    assert reading.series(evidence, "depth") == [(1, 3.0), (2, 4.5), (5, 1.0)]


def test_pauses_grow_by_halves_with_jitter_and_cap():
    """A single shorter pause does no harm; a fixed pace does."""
    assert reading.grows([1, 0.8, 4, 3], growth_min=1.3, enough_s=10)
    assert reading.grows([10, 10, 10], growth_min=1.3, enough_s=10)
    assert not reading.grows([1, 1, 1, 1], growth_min=1.3, enough_s=10)


def test_percentiles_are_of_the_nearest_rank():
    """No interpolation: a value that was measured."""
    assert reading.percentile([4, 1, 3, 2], 0.5) == 2
    assert reading.percentile([4, 1, 3, 2], 0.99) == 4
    assert math.isnan(reading.percentile([], 0.5))


def test_a_rate_of_no_time_is_zero():
    """An empty span has no rate."""
    assert reading.rate(10, 0.0, 5.0) == 2.0
    assert reading.rate(10, 5.0, 5.0) == 0.0

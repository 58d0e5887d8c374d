"""A run that was killed leaves no journal; its evidence is told all the same."""

import os

import pytest
from report_journals import TESTS

from chaostrading.core.clock import ManualClock
from chaostrading.records.journal import RecordWriter
from chaostrading.records.types import LeaseEvent, Sample
from chaostrading.reports.commands import daily, report_run
from chaostrading.reports.cut_off import cut_off_run, cut_off_runs
from chaostrading.reports.incident_reason import incident_reason
from chaostrading.reports.render import render

RUN = "20250615T150000-rate_limit_storm-abcd"
WALL = 1_750_000_000.0


def lease(t, event, hits=0):
    return LeaseEvent(
        seq=int(t), mono_s=t, wall_s=WALL + t, event=event, lease="L1", fault="http_429", hits=hits
    )


def sample(t, refused):
    values = {"answers_total.429": refused, "target": {"pnl_usdt": -t}}
    return Sample(seq=0, mono_s=t, wall_s=WALL + t, values=values)


@pytest.fixture
def killed(chaos_home):
    """Evidence that ends 5 s into the fault, written two minutes ago."""
    folder = chaos_home / "evidence" / RUN
    writer = RecordWriter(folder / "witness.jsonl")
    for record in (sample(90.0, 0), lease(100.0, "armed"), sample(104.0, 3), sample(105.0, 7)):
        writer.write(record)
    writer.close()
    with (folder / "witness.jsonl").open("a") as file:
        file.write('{"kind": "sample", "seq"')
    os.utime(folder / "witness.jsonl", (WALL, WALL))
    return folder


def test_a_killed_run_is_told_from_its_evidence(killed):
    """What was in force, until when, and that nothing is proven."""
    run = cut_off_run(RUN)

    assert (run.test, run.outcome, run.conclusive) == ("rate_limit_storm", "interrupted", False)
    assert "cut off while http_429 was in force" in run.sentence
    text = render(report_run(RUN, "html"), "html")
    assert "the evidence ends" in text
    assert "answers_total.429" in text


def test_a_killed_run_is_an_incident_because_a_fault_may_be_left(killed):
    """And no score, recovery or coverage comes of it."""
    assert incident_reason(cut_off_run(RUN)).startswith("something was left behind")


def test_the_day_tells_of_it_and_makes_its_incident_report(killed, chaos_home):
    """So that it does not vanish from the reports."""
    document = daily(TESTS, "2025-06-15", clock=ManualClock(wall=WALL + 120))

    assert "Ended without a journal" in render(document, "md")
    assert (chaos_home / "incidents" / f"{RUN}.md").is_file()


def test_a_run_that_still_writes_is_not_cut_off(killed):
    """A file that was written within the minute has a writer."""
    assert cut_off_runs(clock=ManualClock(wall=WALL + 59)) == []
    assert len(cut_off_runs(clock=ManualClock(wall=WALL + 61))) == 1


def test_a_run_with_a_journal_is_not_cut_off(killed, chaos_home):
    """The journal is the truth."""
    (chaos_home / "journals").mkdir()
    (chaos_home / "journals" / f"{RUN}.json").write_text("{}")

    assert cut_off_runs(clock=ManualClock(wall=WALL + 120)) == []


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\n", b"[]\n", b'{"kind": "odd"}\n'])
def test_evidence_that_cannot_be_read_tells_nothing(chaos_home, data):
    """It raises nothing either."""
    folder = chaos_home / "evidence" / RUN
    folder.mkdir(parents=True)
    (folder / "witness.jsonl").write_bytes(data)

    assert cut_off_run(RUN) is None

"""Journals become rows and series; what is no journal gets in nobody's way."""

import os

import pytest
from prometheus_client.parser import text_string_to_metric_families

from chaostrading.core import home
from chaostrading.core.clock import SystemClock, iso
from chaostrading.safety import lever
from chaostrading.service.past import Past


@pytest.fixture
def scrape(make, admin):
    """The series of a service, by name and labels."""

    def read():
        answer = admin(make()).get("/metrics")
        assert answer.status == 200
        families = text_string_to_metric_families(answer.text)
        return {
            (one.name, *sorted(one.labels.values())): one.value
            for family in families
            for one in family.samples
        }

    return read


def test_a_journal_is_a_row_newest_first(journal):
    """The end of the run orders, not the name of the file."""
    journal("b", end="2025-06-15T15:00:00")
    journal("a", end="2025-06-15T16:00:00+00:00")

    rows = Past().rows()

    assert [row.run_id for row in rows] == ["a", "b"]
    assert rows[1].row() == {
        "run_id": "b", "test": "rate_limit_storm", "category": "exchange", "impact": "low",
        "state": "finished", "variant": None, "outcome": "passed", "conclusive": True,
        "sentence": "it went well", "recovery_s": 4.0, "bound_s": 60.0, "censored": False,
        "seed": 7, "alerts": 0, "detection_s": None, "score": None,
        "ended_at": "2025-06-15T15:00:00.000Z",
    }  # fmt: skip


def test_a_refused_run_is_refused_whatever_its_outcome_says(journal):
    """The guard's no is not a deviation."""
    journal("r", verdict={"outcome": "aborted", "conclusive": False, "refused": True})

    assert Past().rows()[0].outcome == "refused"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"chaostrading": 1}', '{"chaostrading": {"verdict": {}, "test": 1}}']
)
def test_what_is_no_journal_is_left_out(journal, text):
    """One broken file must not hide the others."""
    journal("good")
    (home.journals() / "bad.json").write_text(text)
    (home.journals() / "folder.json").mkdir()

    assert [row.run_id for row in Past().rows()] == ["good"]


def test_a_journal_is_read_once_and_again_when_it_changes(journal, monkeypatch):
    """Thousands of journals are not parsed at every look."""
    path = journal("one")
    past = Past()
    past.rows()
    monkeypatch.setattr("chaostrading.service.past._read", lambda path: None)
    assert len(past.rows()) == 1

    os.utime(path, ns=(1, 1))

    assert past.rows() == []


def test_a_removed_journal_is_forgotten(journal):
    """The folder is the truth."""
    path = journal("one")
    past = Past()
    past.rows()
    path.unlink()

    assert past.rows() == []


def test_runs_are_counted_by_test_and_verdict(scrape, journal):
    """A pass that proves nothing is no pass."""
    journal("a")
    journal("b")
    journal("c", verdict={"outcome": "passed", "conclusive": False, "sentence": "?"})

    series = scrape()

    assert series["chaostrading_runs_total", "passed", "rate_limit_storm"] == 2
    assert series["chaostrading_runs_total", "inconclusive", "rate_limit_storm"] == 1


def test_a_run_that_never_recovered_is_in_no_finite_bucket(scrape, journal):
    """A censored time is `> 60 s`, never 60, and is not added to the sum."""
    journal("a")
    never = {"seconds": None, "bound_s": 60, "censored": True, "error_bar_s": 0.2}
    journal("b", recovery=never, verdict={"outcome": "deviated", "conclusive": True})
    journal("c", recovery=never, verdict={"outcome": "interrupted", "conclusive": False})

    series = scrape()

    name = "chaostrading_recovery_seconds"
    assert series[f"{name}_bucket", "2.0", "rate_limit_storm"] == 0
    assert series[f"{name}_bucket", "5.0", "rate_limit_storm"] == 1
    assert series[f"{name}_bucket", "300.0", "rate_limit_storm"] == 1
    assert series[f"{name}_bucket", "+Inf", "rate_limit_storm"] == 2
    assert series[f"{name}_sum", "rate_limit_storm"] == 4.0


def test_the_fault_that_was_seen_stands_beside_the_one_asked_for(scrape, journal):
    """Three of four frames were touched."""
    journal("a", fault=[{"hits": 3, "misses": 1, "share": 0.5}])

    series = scrape()

    assert series["chaostrading_fault_target_ratio", "rate_limit_storm"] == 0.5
    assert series["chaostrading_fault_observed_ratio", "rate_limit_storm"] == 0.75


def test_the_lever_is_a_series(scrape):
    """An alert can be made of it."""
    assert scrape()["chaostrading_safety_lever_engaged",] == 0
    lever.engage("why not")
    assert scrape()["chaostrading_safety_lever_engaged",] == 1


def test_no_series_carries_the_id_of_a_run(make, admin, journal):
    """There would be more of them every day."""
    journal("20250615T150000-some-id")

    assert "20250615T150000" not in admin(make()).get("/metrics").text


def test_the_score_stands_beside_its_coverage(scrape, journal):
    """One of twelve tests says little about a category, and the coverage says so."""
    held = [{"checker": "backoff_grows", "answer": "held"}]
    journal("a", end="2001-01-01T00:00:00", findings=held)
    assert ("chaostrading_score", "exchange") not in scrape()
    journal("b", end=iso(SystemClock().wall()), findings=held)

    series = scrape()

    assert series["chaostrading_score", "exchange"] == 100.0
    assert series["chaostrading_coverage_ratio",] == pytest.approx(1 / 12)

"""The reports over many runs, and the one over a run that went wrong."""

import json
from datetime import date

import pytest
from report_journals import TESTS, deviated, journal, put

from chaostrading.core.clock import iso
from chaostrading.core.errors import InvalidInput
from chaostrading.reports.daily import daily_document, daily_report, day_of
from chaostrading.reports.history import History
from chaostrading.reports.incident import (
    incident_report,
    incidents_folder,
    write_incident,
    write_missing,
)
from chaostrading.reports.incident_layout import incident_document
from chaostrading.reports.incident_reason import incident_reason
from chaostrading.reports.notes import add_note
from chaostrading.reports.regulation import read_regulations
from chaostrading.reports.render import render
from chaostrading.reports.run import read_run
from chaostrading.reports.weekly import weekly_report
from chaostrading.reports.weekly_layout import weekly_document
from chaostrading.safety import lever
from chaostrading.suites.catalogue import NAMES

SUNDAY = date(2025, 6, 15)


def verdict(outcome, sentence="s", *, refused=False):
    return {"outcome": outcome, "sentence": sentence, "conclusive": False, "refused": refused}


def fill(home, *rows):
    """Keep journals; each row is (name, journal, days before that Sunday)."""
    for name, row, days in rows:
        start = iso(1_749_999_600.0 - days * 86_400)
        put(home / "journals", name, row, start=start)


def daily(clock):
    with History() as history:
        return daily_report(history, TESTS, SUNDAY, clock=clock)


def weekly(clock):
    with History() as history:
        return weekly_report(history, TESTS, SUNDAY, clock=clock)


# --- daily --------------------------------------------------------------------------------------
def test_a_day_without_runs_says_that_nothing_is_known(chaos_home, clock):
    """No news is not good news."""
    data = daily(clock)

    assert data["sentence"] == "No test ran on 2025-06-15: nothing is known about that day"
    assert daily_document(data).tone == "doubt"


def test_a_day_counts_outcomes_and_names_what_is_new(chaos_home, clock):
    """A failure that was there yesterday is no news."""
    fill(
        chaos_home,
        ("a-yesterday", journal(), 1),
        ("a-today", deviated("backoff_grows"), 0),
        ("b-yesterday", deviated("backoff_grows", name="websocket_disconnect"), 1),
        ("b-today", deviated("backoff_grows", name="websocket_disconnect"), 0),
        ("c-today", journal(verdict=verdict("inconclusive")), 0),
        ("d-today", journal(verdict=verdict("interrupted", refused=True)), 0),
    )

    data = daily(clock)

    assert data["outcomes"] == {"deviated": 2, "inconclusive": 1, "refused": 1}
    assert [one["test"] for one in data["new_failures"]] == ["rate_limit_storm"]
    assert data["sentence"].startswith("0 of 4 runs passed, 2 deviated, 1 inconclusive, 1 refused")


def test_a_day_tells_of_the_lever_the_schedule_and_broken_files(chaos_home, clock):
    """And what operators wrote down."""
    fill(chaos_home, ("a-today", journal(), 0))
    (chaos_home / "journals" / "cut.json").write_text("{")
    lever.engage("drill", "ada", clock=clock)
    row = {"at": "2025-06-15T02:00:00Z", "event": "skipped", "suite": "daily", "due": "02:00"}
    (chaos_home / "schedule.jsonl").write_text(json.dumps({**row, "reason": "lever"}) + "\n")
    add_note(chaos_home / "journals" / "a-today.json", "all quiet", "ada", clock=clock)

    data = daily(clock)

    assert [one["event"] for one in data["safety"]] == ["lever_engaged"]
    assert [one["reason"] for one in data["skipped"]] == ["lever"]
    assert [one["file"] for one in data["unreadable"]] == ["cut.json"]
    assert [(one["run"], one["text"]) for one in data["notes"]] == [("a-today", "all quiet")]


def test_recommendations_are_for_what_broke_today(chaos_home, clock):
    """With advice, and the finding to assign."""
    fill(
        chaos_home,
        ("a-yesterday", deviated("positions_agree", name="websocket_disconnect"), 1),
        ("a-today", deviated("backoff_grows"), 0),
    )

    found = daily(clock)["recommendations"]

    assert [(one["test"], one["check"]) for one in found] == [("rate_limit_storm", "backoff_grows")]
    assert found[0]["advice"].startswith("Double the pause")


@pytest.mark.parametrize("day", ["yesterday", "2025-13-01", "15.6.2025"])
def test_a_day_that_is_none_is_refused(day):
    """In one line."""
    with pytest.raises(InvalidInput, match="YYYY-MM-DD"):
        day_of(day)


# --- weekly -------------------------------------------------------------------------------------
def test_a_week_says_score_coverage_and_age_in_its_first_sentence(chaos_home, clock):
    """And how the score moved."""
    fill(chaos_home, ("old", journal(), 8), ("new", deviated("no_requests_while_forbidden"), 1))

    data = weekly(clock)

    assert data["sentence"].startswith(
        "Resilience 50 of 100, 1 of 3 tests, oldest 1 d (-50 against a week ago)"
    )
    assert data["triple_before"]["text"] == "100 of 100, 1 of 3 tests, oldest 1 d"


def test_recovery_is_told_by_week_and_a_late_one_is_counted_not_averaged(chaos_home, clock):
    """Medians of what was measured; `> bound` stands apart."""
    late = {"seconds": None, "bound_s": 60.0, "censored": True, "error_bar_s": 0.2}
    fill(
        chaos_home,
        ("a", journal(recovery={**late, "seconds": 2.0, "censored": False}), 1),
        ("b", journal(recovery={**late, "seconds": 4.0, "censored": False}), 2),
        ("c", deviated("backoff_grows", recovery=late), 3),
        ("d", journal(recovery={**late, "seconds": 9.0, "censored": False}), 15),
    )

    row = weekly(clock)["recovery"][0]

    assert (row["n"], row["censored"], row["median_s"], row["worst_s"]) == (4, 1, 4.0, 9.0)
    assert row["weekly_median_s"] == [None, None, None, None, None, 9.0, None, 3.0]


def test_a_test_that_passes_and_deviates_on_the_same_versions_is_flaky(chaos_home, clock):
    """A new version that fixes it is not flaky, nor is a target without a defence."""
    fill(
        chaos_home,
        ("a", journal(), 1),
        ("b", deviated("backoff_grows"), 2),
        ("c", deviated("backoff_grows", name="websocket_disconnect", versions={"x": "1"}), 3),
        ("d", journal(versions={"x": "2"}, test={"name": "websocket_disconnect"}), 2),
        ("e", deviated("backoff_grows", name="other", left_out=["rate_governor"]), 3),
        ("f", journal(test={"name": "other"}), 2),
    )

    assert [one["test"] for one in weekly(clock)["flaky"]] == ["rate_limit_storm"]


def test_a_week_says_which_procedures_to_change(chaos_home, clock):
    """Never run, too old, proving nothing, silent, nobody to call."""
    unsure = journal(verdict=verdict("inconclusive"), test={"name": "websocket_disconnect"})
    fill(
        chaos_home,
        ("old", journal(), 40),
        ("unsure", unsure, 1),
        ("silent", deviated("backoff_grows", name="risk_engine_bypass", alerting={}), 1),
    )

    text = "\n".join(weekly(clock)["procedures"])

    assert "nothing is proven by them yet: websocket_disconnect" in text
    assert "rate_limit_storm (40 d)" in text
    assert "websocket_disconnect proved something in 0 of 1 runs" in text
    assert "Deviated without any alert, add a rule: risk_engine_bypass" in text
    assert "nobody is known to be on standby" in text


def test_the_regulation_matrix_says_supports_evidence_and_what_is_missing(chaos_home, clock):
    """It never says compliant, and lists openly what no test covers."""
    fill(chaos_home, ("a", journal(), 1))

    data = weekly(clock)

    text = render(weekly_document(data, charts=False), "md")
    assert "support evidence for" in text
    assert "compliant" not in text.lower()
    row = next(one for one in data["regulation"]["rules"] if one["id"] == "rts6-15")
    assert row["runs"] == {"rate_limit_storm": "a"}
    assert "risk_engine_bypass" in row["missing"]
    assert any("Article 13" in one["article"] for one in data["regulation"]["not_covered"])


def test_the_weekly_page_draws_the_recoveries(chaos_home, clock):
    """One dot a run."""
    fill(chaos_home, ("a", journal(), 1), ("b", journal(), 20))

    assert render(weekly_document(weekly(clock)), "html").count("<svg") == 1


def test_the_map_covers_every_test_of_the_catalogue_by_name():
    """A misspelt test would be evidence for nothing."""
    named = {name for rule in read_regulations({}).rules for name in rule.tests}

    assert named - {"*"} == set(NAMES)


# --- incident -----------------------------------------------------------------------------------
STOPPED = "x was stopped: the lever was engaged by ada: y"
REFUSED = "x was refused: the lever was engaged: y"
NOT_HEALED = "x failed to run: the heal was not confirmed: z"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (journal(), ""),
        (deviated("backoff_grows"), ""),
        (deviated("positions_agree"), "critical deviation: positions_agree"),
        (deviated("backoff_grows", impact="critical"), "critical deviation: a critical test"),
        (journal(verdict=verdict("interrupted", STOPPED)), "stopped by the lever"),
        (journal(verdict=verdict("interrupted", REFUSED, refused=True)), ""),
        (journal(verdict=verdict("error", NOT_HEALED)), "something was left behind"),
        (journal(verdict=verdict("inconclusive")), ""),
        ({"experiment": {}, "deviated": True}, ""),
    ],
)
def test_what_is_an_incident(tmp_path, row, reason):
    """A critical deviation, a stop by the lever, a leftover; not a refusal, not a warning."""
    assert incident_reason(read_run(put(tmp_path, "run", row))).startswith(reason)
    assert bool(incident_reason(read_run(tmp_path / "run.json"))) == bool(reason)


def test_an_incident_makes_its_own_report_once(chaos_home, clock):
    """As JSON, Markdown and, with the extra, HTML."""
    fill(chaos_home, ("good", journal(), 1), ("bad", deviated("positions_agree"), 0))

    path = write_incident(chaos_home / "journals" / "bad.json", clock=clock)

    assert path == incidents_folder() / "bad.md"
    assert sorted(one.name for one in path.parent.iterdir()) == ["bad.html", "bad.json", "bad.md"]
    with History() as history:
        assert write_missing(history, clock=clock) == []


def test_a_run_that_is_no_incident_and_a_file_that_is_no_journal_make_none(chaos_home):
    """Whoever has kept a journal may call it blindly."""
    fill(chaos_home, ("good", journal(), 0))
    (chaos_home / "journals" / "cut.json").write_text("{")

    assert write_incident(chaos_home / "journals" / "good.json") is None
    assert write_incident(chaos_home / "journals" / "cut.json") is None


def test_a_report_that_cannot_be_written_is_a_warning(chaos_home, caplog):
    """The run that it tells of must not fail for it."""
    fill(chaos_home, ("bad", deviated("positions_agree"), 0))
    (chaos_home / "incidents").write_text("a file where a folder should be")

    assert write_incident(chaos_home / "journals" / "bad.json") is None
    assert "No incident report of bad.json" in caplog.text


def test_the_report_of_a_run_with_a_hostile_name_stays_in_its_folder(chaos_home, clock):
    """The name comes from the journal."""
    fill(chaos_home, ("bad", deviated("positions_agree"), 0))
    path = chaos_home / "journals" / "bad.json"
    row = json.loads(path.read_text())
    row["chaostrading"]["run_id"] = "../../etc/passwd"
    path.write_text(json.dumps(row))

    assert write_incident(path, clock=clock).parent == incidents_folder()


def look(chaos_home, clock, row):
    fill(chaos_home, ("good", journal(versions={"bot": "1"}), 1), ("bad", row, 0))
    run = read_run(chaos_home / "journals" / "bad.json")
    with History() as history:
        return incident_report(run, history, clock=clock)


def test_the_timeline_merges_journal_alerts_audit_and_notes(chaos_home, clock):
    """In one order, by wall time: the fault began at 15:00:10, the lever came at 15:06:40."""
    chaos_home.mkdir()
    lever.engage("it hurts", "ada", clock=clock)
    fill(chaos_home, ("bad", deviated("positions_agree"), 0))
    clock.advance(60)
    add_note(chaos_home / "journals" / "bad.json", "looked at it", "bob", clock=clock)

    data = look(chaos_home, clock, deviated("positions_agree"))

    rows = [(one["at"][11:19], one["from"], one["event"]) for one in data["timeline"]]
    assert rows == [
        ("15:00:00", "run", "baseline began"),
        ("15:00:10", "run", "http_429 armed"),
        ("15:00:11", "warning alert", "rate_limited fired"),
        ("15:00:30", "run", "fault confirmed gone"),
        ("15:00:31", "run", "recovered"),
        ("15:06:40", "audit", "lever_engaged by ada"),
        ("15:07:40", "note", "note by bob"),
    ]


def test_the_worksheet_is_filled_with_what_the_evidence_shows(chaos_home, clock):
    """And leaves to people what the evidence does not show."""
    data = look(chaos_home, clock, deviated("positions_agree", versions={"bot": "2"}))

    sheet = {one["question"]: one["answers"] for one in data["worksheet"]}
    assert "positions_agree did not hold" in sheet["Which rule broke first?"][0]
    assert "t_s 1.2" in sheet["What does the evidence show?"][0]
    assert "bot: 1 then, 2 now" in sheet["What is different from the last run that passed?"]
    assert sheet["Root cause"] == ["(to be filled in by people)"]


def test_corrective_actions_are_the_findings_of_this_run(chaos_home, clock):
    """With owner and due date to fill in, and how to retest."""
    data = look(chaos_home, clock, deviated("positions_agree"))

    assert [one["checker"] for one in data["register"]] == ["positions_agree"]
    assert "CHAOS_SEED=7 chaos trading run rate_limit_storm" in data["prevention"][-1]
    text = render(incident_document(data), "md")
    assert "nobody yet" in text
    assert "contacts.json does not exist" in text

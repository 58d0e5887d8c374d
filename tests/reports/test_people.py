"""What people add: notes, contacts, owners of findings."""

import json

import pytest
from report_journals import deviated, journal, put

from chaostrading.core.clock import ManualClock
from chaostrading.core.errors import InvalidInput
from chaostrading.reports.contacts import contacts_warning, read_contacts, standby_lines
from chaostrading.reports.history import History
from chaostrading.reports.notes import add_note, journal_of, journal_to_be, read_notes
from chaostrading.reports.register import assign, finding_id, register
from chaostrading.reports.render import render
from chaostrading.reports.run import read_run
from chaostrading.reports.run_layout import run_document


def test_a_note_stands_in_the_report_with_time_and_author(chaos_home, clock):
    """It is kept beside the journal, which stays as it was."""
    path = put(chaos_home / "journals", "run-1", journal())
    before = path.read_bytes()

    add_note(path, "the screens were red", "ada", clock=clock)
    clock.advance(60)
    add_note(path, "and green again", "bob", clock=clock)

    assert [(note.by, note.at) for note in read_notes(path)] == [
        ("ada", "2025-06-15T15:06:40.000Z"),
        ("bob", "2025-06-15T15:07:40.000Z"),
    ]
    assert path.read_bytes() == before
    assert "the screens were red" in render(run_document(read_run(path), charts=False), "md")


def test_a_note_file_that_was_cut_off_keeps_its_whole_lines(chaos_home, clock):
    """A crash loses the line that was being written, no other."""
    path = put(chaos_home / "journals", "run-1", journal())
    add_note(path, "first", "ada", clock=clock)
    with path.with_name("run-1.notes.jsonl").open("a") as file:
        file.write('{"text": "cut')

    assert [note.text for note in read_notes(path)] == ["first"]


@pytest.mark.parametrize(
    ("words", "by"), [("", "ada"), ("  ", "ada"), ("x", ""), ("x" * 2001, "a")]
)
def test_a_note_needs_a_text_and_an_author(chaos_home, words, by):
    """And an end."""
    with pytest.raises(InvalidInput, match="note"):
        add_note(put(chaos_home / "journals", "run-1", journal()), words, by)


@pytest.mark.parametrize(
    ("asked", "found"),
    [("run-1a", "run-1a"), ("run-1", "run-1"), ("run-2", "run-2b"), ("last", "run-2b")],
)
def test_a_run_is_named_by_its_id_its_begin_or_as_the_last(chaos_home, asked, found):
    """An id that is whole wins over one that only begins so."""
    for name in ("run-1", "run-1a", "run-2b"):
        put(chaos_home / "journals", name, journal())

    assert journal_of(asked).stem == found


@pytest.mark.parametrize(
    ("asked", "message"),
    [("run", "fits 2 runs"), ("x", "fits no run"), ("x.json", "cannot be read")],
)
def test_a_name_that_fits_none_or_many_is_one_line(chaos_home, asked, message):
    """Never a guess."""
    put(chaos_home / "journals", "run-1", journal())
    put(chaos_home / "journals", "run-2", journal())

    with pytest.raises(InvalidInput, match=message):
        journal_of(asked)


def test_a_note_can_be_taken_while_the_run_goes_on(chaos_home, clock):
    """There is no journal yet, only evidence; the note waits for it."""
    put(chaos_home / "journals", "20250615T1-a", journal())
    (chaos_home / "evidence" / "20250615T1-a").mkdir(parents=True)
    (chaos_home / "evidence" / "20250615T2-b").mkdir()

    assert journal_to_be("last").stem == "20250615T2-b"
    assert journal_to_be("20250615T2").stem == "20250615T2-b"
    assert journal_to_be("20250615T1").stem == "20250615T1-a"
    add_note(journal_to_be("last"), "it trembles", "ada", clock=clock)
    path = put(chaos_home / "journals", "20250615T2-b", journal())
    assert [note.text for note in read_notes(path)] == ["it trembles"]


GOOD = {
    "standby": [{"name": "Ada", "role": "trading", "reach": "+1 555 0100"}],
    "procedures": "https://wiki.example/runbook",
    "checked_on": "2025-06-01",
}


def write_contacts(chaos_home, **changes):
    chaos_home.mkdir(exist_ok=True)
    (chaos_home / "contacts.json").write_text(json.dumps({**GOOD, **changes}))


def test_contacts_are_read(chaos_home, clock):
    """Who, how, and where the procedures are."""
    write_contacts(chaos_home)

    contacts = read_contacts()
    assert contacts.standby[0].sentence() == "Ada (trading): +1 555 0100"
    assert contacts_warning(clock=clock) == ""
    assert standby_lines(clock=clock) == [
        "on standby: Ada (trading): +1 555 0100",
        "recovery procedures: https://wiki.example/runbook",
    ]


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"checked_on": "2025-01-01"}, "last checked 165 days ago"),
        ({"checked_on": "soon"}, "checked_on must be a date"),
        ({"standby": []}, "standby needs people"),
        ({"standby": [{"name": "Ada"}]}, "standby needs people"),
    ],
)
def test_contacts_that_help_nobody_are_warned_of(chaos_home, clock, changes, warning):
    """Before they are needed."""
    write_contacts(chaos_home, **changes)

    assert warning in contacts_warning(clock=clock)
    assert warning in standby_lines(clock=clock)[-1]


def test_no_contacts_are_warned_of(chaos_home, clock):
    """The warning names the file to write."""
    assert "contacts.json does not exist" in contacts_warning(clock=clock)


DAYS = [f"2025-06-{day:02d}T00:00:00+00:00" for day in range(1, 10)]
STORM = finding_id("rate_limit_storm", "storm", "no_requests_while_forbidden")


def states(chaos_home, *journals):
    for place, row in enumerate(journals):
        put(chaos_home / "journals", f"run-{place}", row, start=DAYS[place])
    with History() as history:
        return {one.id: one for one in register(history.runs(), clock=ManualClock())}


def test_a_broken_check_is_open_until_a_later_run_holds(chaos_home):
    """The run that retested it is named."""
    entry = states(chaos_home, deviated("no_requests_while_forbidden"), journal())[STORM]

    assert (entry.state, entry.retest_run, entry.severity) == ("retested", "run-1", "critical")


def test_a_finding_that_comes_back_is_open_again(chaos_home):
    """With how often it was seen."""
    bad = deviated("no_requests_while_forbidden")

    entry = states(chaos_home, bad, journal(), bad)[STORM]

    assert (entry.state, entry.times, entry.first_run, entry.last_run) == (
        "open",
        2,
        "run-0",
        "run-2",
    )


def test_a_run_that_proves_nothing_retests_nothing(chaos_home):
    """Its checks may have held because nothing happened."""
    verdict = {"outcome": "inconclusive", "conclusive": False, "sentence": "s"}

    entry = states(chaos_home, deviated("no_requests_while_forbidden"), journal(verdict=verdict))[
        STORM
    ]

    assert entry.state == "open"


def test_a_late_recovery_is_a_finding_of_its_own(chaos_home):
    """Even when every check held."""
    recovery = {"seconds": None, "bound_s": 60.0, "censored": True, "error_bar_s": 0.2}

    found = states(chaos_home, journal(recovery=recovery))

    assert [(one.checker, one.severity) for one in found.values()] == [("recovery", "critical")]


def test_an_owner_a_date_and_an_action_are_kept_and_an_old_date_is_overdue(chaos_home, clock):
    """What is left out stays as it was."""
    states(chaos_home, deviated("no_requests_while_forbidden"))
    assign(STORM, known=[STORM], owner="ada", due="2025-06-10", action="", by="bob", clock=clock)
    assign(STORM, known=[STORM], owner="", due="", action="fix", by="bob", clock=clock)

    entry = states(chaos_home)[STORM]

    assert (entry.owner, entry.due, entry.action, entry.overdue) == (
        "ada",
        "2025-06-10",
        "fix",
        True,
    )


@pytest.mark.parametrize(
    ("finding", "due", "message"),
    [("F-000000", "", "unknown finding"), (STORM, "tomorrow", "due must be a date")],
)
def test_a_finding_or_date_that_is_none_is_refused(chaos_home, finding, due, message):
    """In one line."""
    with pytest.raises(InvalidInput, match=message):
        assign(finding, known=[STORM], owner="ada", due=due, action="", by="bob")

"""Any journal becomes a report or one clear line, never a traceback."""

import json

import pytest
from report_journals import journal, put

from chaostrading.core.errors import InvalidInput
from chaostrading.reports.render import render
from chaostrading.reports.run import read_run, series_of
from chaostrading.reports.run_layout import run_document

BARE = {"title": "Somebody else's experiment", "method": []}


def foreign(**row):
    return {"experiment": BARE, "status": "completed", "deviated": False, "run": [], **row}


@pytest.mark.parametrize(
    ("row", "outcome", "words"),
    [
        (foreign(), "inconclusive", "nothing is proven"),
        (foreign(deviated=True), "deviated", "deviated from its hypothesis"),
        (foreign(status="failed"), "error", "failed to run"),
        (foreign(status="aborted"), "aborted", "was aborted"),
        ({"experiment": BARE, "run": [{"activity": {"name": "x"}}]}, "interrupted", "no status"),
        (
            foreign(steady_states={"before": {"steady_state_met": False}}),
            "baseline-not-met",
            "steady",
        ),
        (foreign(steady_states=None, run=None, rollbacks=None), "inconclusive", "proven"),
        (foreign(chaostrading=None), "inconclusive", "proven"),
        (foreign(chaostrading={"verdict": "odd"}), "inconclusive", "proven"),
        (foreign(chaostrading=[1, 2]), "inconclusive", "proven"),
    ],
)
def test_a_journal_that_nobody_judged_gets_a_report_that_proves_nothing(
    tmp_path, row, outcome, words
):
    """It is never conclusive, whatever Chaos Toolkit says of it."""
    run = read_run(put(tmp_path, "foreign", row))

    document = run_document(run)
    assert (run.outcome, run.conclusive) == (outcome, False)
    assert words in run.sentence
    assert all(render(document, form) for form in ("html", "md", "json"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[1, 2]",
        b"null",
        b'{"experiment": {"title": "cut',
        b'{"hello": "world"}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"experiment": ' + b"[" * 100_000,
    ],
)
def test_what_is_no_journal_is_refused_in_one_line(tmp_path, data):
    """The line names the file."""
    path = tmp_path / "odd.json"
    path.write_bytes(data)

    with pytest.raises(InvalidInput) as refused:
        read_run(path)

    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_one_line(tmp_path):
    """Not a FileNotFoundError."""
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_run(tmp_path / "none.json")


def test_numbers_that_are_none_are_left_out(tmp_path):
    """Chaos Toolkit writes NaN as a bare word; it must not reach a chart or a sum."""
    row = journal(series={"latency_ms.p99": [[0, 1], [1, float("nan")], [2, 3], ["x", 4], [5]]})

    run = read_run(put(tmp_path, "nan", row))

    assert series_of(run) == {"latency_ms.p99": [(0.0, 1.0), (2.0, 3.0)]}


WRONG = [None, True, 0, -1.5, 10**400, "text", [], [[]], [None, 3, "x"], {}, {"x": {"y": []}}]


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
@pytest.mark.parametrize(
    "name",
    [
        "test", "verdict", "recovery", "findings", "fault", "timeline", "series", "impact",
        "alerts", "alerting", "attestation", "approval", "versions", "seed", "variant", "zero_at",
        "evidence_lost", "run_id", "evidence_folder", "left_out",
    ],
)  # fmt: skip
def test_a_field_of_any_wrong_type_still_gives_a_report(tmp_path, name, wrong):
    """A newer, older or broken version may have written it."""
    path = put(tmp_path, "wrong", journal())
    row = json.loads(path.read_text())
    row["chaostrading"][name] = wrong
    path.write_text(json.dumps(row))

    document = run_document(read_run(path), charts=name in ("series", "fault"))

    assert document.sentence
    assert render(document, "md")
    json.loads(render(document, "json"))


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
@pytest.mark.parametrize(
    "name", ["experiment", "start", "duration", "steady_states", "run", "rollbacks", "status"]
)
def test_a_field_of_chaos_toolkit_of_any_wrong_type_still_gives_a_report(tmp_path, name, wrong):
    """The same for what the host wrote."""
    run = read_run(put(tmp_path, "wrong", {**journal(), name: wrong}))

    assert render(run_document(run, charts=False), "md")


@pytest.mark.slow
def test_a_journal_of_50_mb_gives_a_report_that_can_be_opened(tmp_path):
    """Lists and texts are cut; the page stays below 2 MB."""
    activity = {"activity": {"name": "a" * 900}, "status": "succeeded", "output": "x" * 50_000}
    row = {**journal(), "run": [activity] * 1_000}
    path = put(tmp_path, "big", row)
    assert path.stat().st_size > 50_000_000

    page = render(run_document(read_run(path)), "html")

    assert len(page) < 2_000_000

"""The index over the journals: quick, honest about what it cannot read, never the truth itself."""

import csv
import io
import json
import os
import sqlite3

import pytest
from report_journals import deviated, journal, put

from chaostrading.core.errors import InvalidInput
from chaostrading.reports.export import export, to_csv
from chaostrading.reports.history import History


def test_a_new_journal_is_read_once_and_again_only_when_it_changes(chaos_home):
    """Two looks without a change read nothing."""
    folder = chaos_home / "journals"
    path = put(folder, "run-1", journal())
    history = History()

    assert history.sync() == (1, 0)
    assert history.sync() == (0, 0)
    path.write_text(json.dumps(deviated("backoff_grows")))
    os.utime(path, ns=(1, 1))
    assert history.sync() == (1, 0)
    assert [run.outcome for run in history.runs()] == ["deviated"]


def test_a_journal_that_was_deleted_is_forgotten(chaos_home):
    """The index never knows more than the journals."""
    path = put(chaos_home / "journals", "run-1", journal())
    history = History()
    history.sync()

    path.unlink()

    assert history.sync() == (0, 1)
    assert history.runs() == []


def test_what_cannot_be_read_is_listed_with_the_reason(chaos_home):
    """A truncated journal must not be silently missing."""
    put(chaos_home / "journals", "run-1", journal())
    (chaos_home / "journals" / "cut.json").write_text('{"experiment": {')

    with History() as history:
        unreadable = history.unreadable()

    assert [one.file for one in unreadable] == ["cut.json"]
    assert "no journal" in unreadable[0].why


@pytest.mark.parametrize("wreck", [b"", b"no database at all, but long enough to be read" * 50])
def test_a_wrecked_index_is_rebuilt(chaos_home, wreck):
    """Deleting or breaking it loses nothing."""
    put(chaos_home / "journals", "run-1", journal())
    chaos_home.joinpath("history.sqlite").write_bytes(wreck)

    with History() as history:
        assert [run.run_id for run in history.runs()] == ["run-1"]


def test_an_index_of_another_version_is_rebuilt(chaos_home):
    """`user_version` says which."""
    put(chaos_home / "journals", "run-1", journal())
    base = sqlite3.connect(chaos_home / "history.sqlite")
    base.executescript("CREATE TABLE runs (x); PRAGMA user_version=1;")
    base.close()

    with History() as history:
        assert len(history.runs()) == 1


def test_an_index_that_cannot_be_written_is_done_without(chaos_home):
    """Somebody else holds it: the report comes all the same."""
    put(chaos_home / "journals", "run-1", journal())
    history = History()
    history._base.execute("PRAGMA query_only=1")

    assert history.sync() == (1, 0)
    assert [run.run_id for run in history.runs()] == ["run-1"]


def test_another_folder_of_journals_does_not_touch_the_own_index(chaos_home, tmp_path):
    """Journals of somebody else are looked at in memory."""
    put(tmp_path / "others", "run-1", journal())

    with History(tmp_path / "others") as history:
        assert len(history.runs()) == 1
    assert not (chaos_home / "history.sqlite").exists()


def test_runs_are_chosen_by_time_and_test(chaos_home):
    """`since <= t < until`, oldest first."""
    folder = chaos_home / "journals"
    put(folder, "run-2", journal(), start="2025-06-14T00:00:00+00:00")
    put(folder, "run-1", journal(), start="2025-06-13T00:00:00+00:00")
    put(folder, "run-3", deviated("backoff_grows", name="other"), start="2025-06-15T00:00:00+00:00")
    day = 86_400.0
    began = 1_749_772_800.0  # 2025-06-13

    with History() as history:
        assert [one.run_id for one in history.runs()] == ["run-1", "run-2", "run-3"]
        assert [one.run_id for one in history.runs(began, began + day)] == ["run-1"]
        assert [one.run_id for one in history.runs(test="other")] == ["run-3"]


def test_a_row_holds_what_the_journal_says(chaos_home):
    """Score, recovery, alerts and the checks that broke."""
    put(chaos_home / "journals", "run-1", deviated("backoff_grows"))

    with History() as history:
        (run,) = history.runs()

    assert (run.recovery_s, run.bound_s, run.censored, run.hits) == (1.5, 60.0, False, 14.0)
    assert (run.answers, run.seed, run.variant) == ({"backoff_grows": "broken"}, 7, "storm")
    assert (run.score, run.fault_to_alert_s) == (50.0, 0.5)
    assert run.alerts == [["warning", "rate_limited"]]


def test_csv_has_a_row_a_run_and_no_formula(chaos_home):
    """A spreadsheet would execute a text that begins with `=`."""
    row = journal()
    row["chaostrading"]["variant"] = '=cmd|"/c calc"!A1'
    put(chaos_home / "journals", "run-1", row)

    with History() as history:
        rows = list(csv.DictReader(io.StringIO(to_csv(history.runs()))))

    assert [one["began"] for one in rows] == ["2025-06-15T15:00:00.000Z"]
    assert rows[0]["variant"].startswith("'=")
    assert rows[0]["recovery_s"] == "1.5"


def test_parquet_without_its_extra_is_one_line(chaos_home, tmp_path, monkeypatch):
    """It says what to install."""
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)

    with pytest.raises(InvalidInput, match=r"pip install 'chaostoolkit-trading\[parquet\]'"):
        export([], "parquet", tmp_path / "x.parquet")


def test_parquet_holds_the_same_rows(chaos_home, tmp_path):
    """With numbers as numbers."""
    parquet = pytest.importorskip("pyarrow.parquet")
    put(chaos_home / "journals", "run-1", journal())

    with History() as history:
        export(history.runs(), "parquet", tmp_path / "x.parquet")

    rows = parquet.read_table(tmp_path / "x.parquet").to_pylist()
    assert [(one["run_id"], one["recovery_s"], one["conclusive"]) for one in rows] == [
        ("run-1", 1.5, True)
    ]

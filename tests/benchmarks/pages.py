"""`reports`: how long the index over many journals, the run report and the export take.

No goal of the issue has a number here; the table keeps watch."""

import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from chaostrading.reports.history import History
from tests.benchmarks.rounds import Goal, Row, play, report, results_table

__all__ = ["main"]

JOURNALS = 200


def _one_journal(folder: Path) -> Path:
    """A journal as `chaos run` leaves it, of an experiment that needs nothing."""
    experiment = folder / "experiment.json"
    experiment.write_text(
        '{"title": "nothing", "description": "nothing happens", "method": ['
        '{"type": "probe", "name": "now", "provider": {"type": "python", "module": "os.path",'
        ' "func": "abspath", "arguments": {"path": "."}}}]}'
    )
    journal = folder / "journal.json"
    subprocess.run(
        [sys.executable, "-m", "chaostoolkit", "run", "--journal-path", journal, experiment],
        cwd=folder,
        capture_output=True,
        check=True,
    )
    return journal


def _timed(call: "partial[object]") -> Row:
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    call()
    return {
        "ms": (time.perf_counter() - wall_s) * 1e3,
        "CPU ms": (time.process_time() - cpu_s) * 1e3,
    }


def main(rounds: int, quick: bool, folder: Path | None) -> None:
    """Play and report."""
    count = JOURNALS // 10 if quick else JOURNALS
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        journal = _one_journal(place)
        journals = place / "journals"
        journals.mkdir()
        for number in range(count):
            shutil.copy(journal, journals / f"journal-{number}.json")

        def look() -> object:
            with History(journals, place / "history.sqlite") as history:
                return history.sync()

        def first() -> object:
            (place / "history.sqlite").unlink(missing_ok=True)
            return look()

        runs = {
            f"index of {count} journals, built": partial(_timed, partial(first)),
            f"index of {count} journals, nothing new": partial(_timed, partial(look)),
        }
        results = play(runs, rounds)
    goal = Goal(id="", goal="no number was asked for", measured="", held=None)
    formats = {"ms": ".0f", "CPU ms": ".0f"}
    report("Index over journals", [results_table(results, formats, "CPU ms")], [goal])

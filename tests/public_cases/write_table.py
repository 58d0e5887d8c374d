"""Play all public cases and write what came of them into `docs/public_cases.md`.

Takes about half an hour with two stacks at a time.

    python tests/public_cases/write_table.py [--only P-001,P-002] [--workers 2] [--keep FOLDER]

With `--keep` the evidence of each run stays in the folder and is judged again the next time instead
of being played again. The exit code is 1 when a row does not hold, or holds without its defence.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from case_rig import Rig, judge, outcome
from case_script import Row
from case_table import ROWS, SCRIPTS

DOCS = Path(__file__).resolve().parents[2] / "docs" / "public_cases.md"


def main() -> int:
    """Play, judge, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="ids of rows, comma separated; writes nothing")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, default=None)
    given = parser.parse_args()
    wanted = {name for name in given.only.split(",") if name}
    rows = [row for row in ROWS if not wanted or row.id in wanted]
    with tempfile.TemporaryDirectory(prefix="public-cases-") as folder:
        rig = Rig(given.keep or Path(folder), scripts=SCRIPTS, workers=given.workers)
        rig.plan((row.script, without) for row in rows for without in ("", row.without))
        lines = list(_lines(rig, rows))
        rig.close()
    if not wanted:
        DOCS.write_text(_document(lines), encoding="utf-8")
    return 0 if all(good for good, _ in lines) else 1


def _lines(rig: Rig, rows: list[Row]) -> Iterator[tuple[bool, str]]:
    for row in rows:
        with_it, without_it = rig.played(row.script), rig.played(row.script, row.without)
        answers = outcome(row, with_it), outcome(row, without_it)
        good = answers == ("held", "broken")
        print(f"{row.id:6} {'ok ' if good else 'NO '} {row.script:22} {answers} {row.without}")
        for name, played in (("defended", with_it), ("without", without_it)):
            if not good:
                for finding in judge(row, played):
                    print(f"       {name} {finding.checker}: {finding.answer}: {finding.observed}")
        sys.stdout.flush()
        yield good, _line(row, answers)


def _line(row: Row, answers: tuple[str, str]) -> str:
    wire = SCRIPTS[row.script].wire + (" †" if row.scaled else "")
    checkers = ", ".join(f"`{name}`" for name in row.oracle)
    defences = ", ".join(f"`{name}`" for name in row.without.split(","))
    cells = (
        row.id, row.source, row.tests, wire, f"{row.words} ({checkers})", answers[0],
        f"{defences}: {answers[1]}",
    )  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _document(lines: list[tuple[bool, str]]) -> str:
    good = sum(1 for fine, _ in lines if fine)
    return "\n".join(
        (
            "# Public cases that the pack was tested against",
            "",
            "Each row is a public report of a trading system that met such a fault. Its event is",
            "replayed by the fault proxy against the paper trader, and judged from what the proxy",
            "and the exchange recorded. A row counts when the trader with all its defences holds,",
            "and the same trader without the named defence does not: only then could the test have",
            "failed. Rows that tell of the same event share a replay. Steps and oracles are in our",
            "own words; † marks times or numbers that were shortened: reports tell of minutes and",
            "hours.",
            "",
            f"{good} of {len(lines)} rows are proven both ways. This page is written by",
            "`python tests/public_cases/write_table.py`; `pytest -m variants tests/public_cases`",
            "runs the same table.",
            "",
            "| Row | Source | Test | On the wire | What must hold | All defences | Without |",
            "|---|---|---|---|---|---|---|",
            *(line for _, line in lines),
            "",
        )
    )


if __name__ == "__main__":
    sys.exit(main())

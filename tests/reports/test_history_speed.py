"""Many journals: the index costs little more than reading them does.

What is compared is CPU time of this process, so that a busy machine does not decide."""

import json
import time
from datetime import date

import pytest
from report_journals import TESTS, journal, put

from chaostrading.core.clock import iso
from chaostrading.core.seeds import Dice
from chaostrading.reports.history import History
from chaostrading.reports.render import render
from chaostrading.reports.weekly import weekly_report
from chaostrading.reports.weekly_layout import weekly_document

MANY = 400
NOW = 1_749_999_600.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Hundreds of journals of some 40 KB, one an hour."""
    found = tmp_path_factory.mktemp("many") / "journals"
    dice = Dice(1)
    points = [[at / 4, round(dice.uniform(0, 100), 3)] for at in range(240)]
    row = journal(series={f"target.number_{place}": points for place in range(11)})
    for place in range(MANY):
        row["chaostrading"]["test"]["name"] = TESTS[place % 3].name
        put(found, f"run-{place:04d}", row, start=iso(NOW - place * 3_600))
    return found


def cpu(work):
    """CPU seconds that it takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def parse_all(folder):
    for path in folder.glob("*.json"):
        json.loads(path.read_bytes())


@pytest.mark.slow
def test_building_the_index_takes_at_most_twice_as_long_as_parsing(folder, tmp_path):
    """The best of three readings of each; a journal is some 40 KB."""
    assert 30_000 < next(folder.glob("*.json")).stat().st_size < 50_000

    parsing = min(cpu(lambda: parse_all(folder)) for _ in range(3))
    building = min(cpu(History(folder, tmp_path / f"{place}.sqlite").sync) for place in range(3))

    assert building <= 2 * parsing


@pytest.mark.slow
def test_looking_again_and_the_weekly_report_are_quick(folder, tmp_path):
    """A look is a folder listing: far below parsing. A week is a second's work, charts included."""
    history = History(folder, tmp_path / "index.sqlite")
    history.sync()

    assert cpu(history.sync) < 0.05
    assert cpu(lambda: week(history)) < 3.0


def week(history):
    data = weekly_report(history, TESTS, date(2025, 6, 15))
    assert len(render(weekly_document(data), "html")) < 1_000_000

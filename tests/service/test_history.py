"""What the journals tell over weeks, as the dashboard asks for it."""

import json

import pytest

from chaostrading.core import home
from chaostrading.core.clock import ManualClock, iso
from chaostrading.reports.score import DAY_S
from chaostrading.service.history import Trends, history
from chaostrading.suites.catalogue import NAMES

NOW_S = 1_750_000_000.0


@pytest.fixture
def kept(journal):
    """Keep a run of so many days ago."""

    def keep(run_id, days, *, outcome="passed", conclusive=True, seconds=4.0, **block):
        began_s = NOW_S - days * DAY_S
        path = journal(
            run_id,
            end=iso(began_s + 60),
            verdict={"outcome": outcome, "conclusive": conclusive, "sentence": "told"},
            recovery={"seconds": seconds, "bound_s": 60, "censored": False, "error_bar_s": 0.25},
            findings=[
                {
                    "checker": "positions_agree",
                    "answer": "held" if outcome == "passed" else "broken",
                    "expected": "",
                    "observed": "",
                }
            ],
            **block,
        )
        row = json.loads(path.read_text())
        row["chaostrading"]["run_id"] = run_id
        path.write_text(json.dumps({**row, "start": iso(began_s)}))

    return keep


def of(rows, test="rate_limit_storm"):
    return next(row for row in rows if row["test"] == test)


def test_without_a_journal_every_test_is_listed_and_nothing_is_claimed():
    """Twelve rows, no score, no recovery."""
    told = history(NOW_S)

    assert [row["test"] for row in told["verdicts"]] == list(NAMES)
    assert told["triple"]["score"] is None
    assert told["triple"]["covered"] == 0
    assert told["flaky"] == []
    assert of(told["recovery"])["weekly_median_s"] == [None] * 8


def test_recovery_is_told_by_week_and_by_half(kept):
    """The median of each week, and whether the second half was faster than the first."""
    kept("a", 50, seconds=9.0)
    kept("b", 20, seconds=5.0)
    kept("c", 1, seconds=3.0)

    row = of(history(NOW_S)["recovery"])

    assert row["weekly_median_s"] == [9.0, None, None, None, None, 5.0, None, 3.0]
    assert (row["median_before_s"], row["median_after_s"]) == (9.0, 4.0)
    assert (row["worst_s"], row["bound_s"], row["n"]) == (9.0, 60.0, 3)


def test_verdicts_are_told_oldest_first_and_a_pass_that_proves_nothing_is_none(kept):
    """One word for each run."""
    kept("a", 3)
    kept("b", 2, outcome="deviated")
    kept("c", 1, conclusive=False)

    cells = of(history(NOW_S)["verdicts"])["runs"]

    assert [cell["run_id"] for cell in cells] == ["a", "b", "c"]
    assert [cell["verdict"] for cell in cells] == ["passed", "deviated", "inconclusive"]


def test_at_most_24_verdicts_of_a_test_are_told(kept):
    """The newest; a strip is short."""
    for number in range(26):
        kept(f"r{number:02}", 30 - number)

    cells = of(history(NOW_S)["verdicts"])["runs"]

    assert [cells[0]["run_id"], cells[-1]["run_id"], len(cells)] == ["r02", "r25", 24]


def test_what_a_test_is_good_for_and_that_it_is_flaky(kept):
    """Conclusive runs, broken checks, and both verdicts under the same conditions."""
    kept("a", 3)
    kept("b", 2, outcome="deviated")
    kept("c", 1, conclusive=False)

    told = history(NOW_S)

    effect = of(told["effectiveness"])
    assert (effect["runs"], effect["conclusive"], effect["deviated"]) == (3, 2, 1)
    assert effect["checks_broken"] == ["positions_agree"]
    assert [(row["passed"], row["deviated"]) for row in told["flaky"]] == [(1, 1)]


def test_runs_before_the_weeks_count_in_the_score_only(kept):
    """The score looks back 90 days whatever is asked for."""
    kept("old", 60)

    told = history(NOW_S, weeks=2)

    assert told["runs"] == 0
    assert told["triple"]["covered"] == 1
    assert len(told["score_weeks"]) == 2


def test_many_viewers_cost_one_computation_and_a_new_journal_is_seen_at_once(kept, monkeypatch):
    """Kept for half a minute, unless the folder has changed."""
    clock = ManualClock(wall=NOW_S)
    trends = Trends(clock)
    kept("a", 2)
    first = trends.body()
    monkeypatch.setattr("chaostrading.service.history.history", lambda wall, weeks: {"made": wall})
    assert trends.body() is first

    kept("b", 1)
    folder = home.journals()
    assert json.loads(trends.body()) == {"made": NOW_S}
    again = trends.body()
    clock.advance(31)

    assert folder.is_dir()
    assert trends.body() is not again


def test_a_viewer_may_ask_and_nobody_else(make, call):
    """As every other read."""
    parts = make()

    viewer = call(parts, "the-viewer-token-of-the-tests").get("/api/chaos/history")
    nobody = call(parts).get("/api/chaos/history")
    wrong = call(parts, "the-viewer-token-of-the-tests").get("/api/chaos/history?weeks=1")

    assert viewer.status == 200
    assert viewer.headers["content-type"] == "application/json"
    assert len(viewer.json()["verdicts"]) == 12
    assert nobody.status == 401
    assert wrong.status == 422


def test_the_files_of_the_dashboard_are_asked_for_anew_and_hold_nothing_inline(make, call):
    """The policy forbids it; a page that breaks it would be dead."""
    client = call(make())

    page = client.get("/")

    assert page.headers["cache-control"] == "no-cache"
    assert "style=" not in page.text
    assert "<style" not in page.text
    assert page.text.count("<script") == 1
    assert "onclick=" not in page.text
    assert "http:" not in page.text
    assert "https:" not in page.text
    for name in ("app.js", "style.css", "icon.svg"):
        assert client.get(f"/{name}").status == 200

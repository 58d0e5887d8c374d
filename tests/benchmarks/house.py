"""`suite`: import times (I1), one experiment and the whole suite (S1)."""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.benchmarks.rounds import Goal, Row, play, report, results_table

__all__ = ["main"]

ACTIVITY_MS, PLUGIN_MS, SUITE_S, AROUND_S = 60.0, 30.0, 240.0, 4.0
_ROOMS = ("actions", "probes", "controls")
_BASE = "chaoslib, chaoslib.experiment, chaoslib.run, chaoslib.loader, chaoslib.types"
_CODE = """
import importlib, json, sys, time
{before}
wall, cpu = time.perf_counter(), time.process_time()
importlib.import_module(sys.argv[1])
print(json.dumps({{"ms": (time.perf_counter() - wall) * 1e3,
                   "CPU ms": (time.process_time() - cpu) * 1e3}}))
"""


def modules() -> list[str]:
    """Every module that an experiment can name."""
    root = Path("chaostrading")
    return [
        f"chaostrading.{room}.{file.stem}"
        for room in _ROOMS
        for file in sorted((root / room).glob("*.py"))
        if file.stem != "__init__"
    ]


def imported(name: str, before: str) -> Row:
    """Import a module in a fresh interpreter that has imported `before` already."""
    code = _CODE.format(before=f"import {before}" if before else "")
    done = subprocess.run(
        [sys.executable, "-c", code, name], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ValueError(done.stderr.strip().splitlines()[-1])
    row: Row = json.loads(done.stdout)
    return row


def _chaos(home: str, *arguments: str) -> tuple[float, "subprocess.CompletedProcess[str]"]:
    """Run `chaos trading ...` and give its wall seconds."""
    begun_s = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "chaostoolkit", "trading", *arguments],
        env={**os.environ, "CHAOS_HOME": home, "CHAOS_APPROVED_BY": "benchmark"},
        capture_output=True,
        text=True,
        check=False,
    )
    taken_s = time.perf_counter() - begun_s
    print(done.stdout, done.stderr, file=sys.stderr)
    return taken_s, done


def around(home: str, test: str) -> float:
    """Seconds that one experiment spends outside of what it is for.

    That is all but its steady state, which watches the baseline, and the activities of its method,
    which watch fault and recovery."""
    taken_s, _ = _chaos(home, "run", test, "--quick")
    [file] = (Path(home) / "journals").glob("*.json")
    journal = json.loads(file.read_text())
    probes = [
        probe
        for state in ("before", "after")
        for probe in (journal["steady_states"][state] or {}).get("probes", ())
    ]
    inside_s = sum(float(one["duration"]) for one in (*journal["run"], *probes))
    pauses = [one["activity"].get("pauses", {}) for one in journal["run"]]
    paused_s = sum(float(one.get(when, 0)) for one in pauses for when in ("before", "after"))
    return taken_s - inside_s - paused_s


def _suites() -> list[Goal]:
    with tempfile.TemporaryDirectory() as home:
        around_s = around(home, "stale_price_data")
    with tempfile.TemporaryDirectory() as home:
        suite_s, done = _chaos(home, "suite", "all", "--quick", "--jobs", "2")
    said = re.search(r"^all: .*$", done.stdout, re.MULTILINE)
    return [
        Goal(
            id="S1",
            goal="suite `all --quick --jobs 2` under 4 minutes",
            measured=f"{suite_s:.0f} s, {said.group() if said else 'no result'}",
            held=suite_s < SUITE_S and done.returncode == 0,
        ),
        Goal(
            id="S1",
            goal="one experiment spends under 4 s outside baseline, fault and recovery",
            measured=f"stale_price_data {around_s:.1f} s",
            held=around_s < AROUND_S,
        ),
    ]


def main(rounds: int, quick: bool, folder: Path | None) -> None:
    """Play and report. With `--quick` the suite itself is left out."""
    runs = {name: partial(imported, name, _BASE) for name in modules()}
    runs["chaostrading.cli (the plugin)"] = partial(
        imported, "chaostrading.cli", f"{_BASE}, click, click_plugins, importlib_metadata"
    )
    results = play(runs, rounds)
    formats = {"ms": ".0f", "CPU ms": ".0f"}
    plugin = results.median("chaostrading.cli (the plugin)", "CPU ms") or 0.0
    activities = {
        name: results.median(name, "CPU ms") or 0.0
        for name in modules()
        if not name.startswith("chaostrading.controls.")
    }
    worst = max(activities, key=lambda name: activities[name])
    goals = [
        Goal(
            id="I1",
            goal="importing any activity module under 60 ms beyond chaoslib (CPU time)",
            measured=f"worst {worst} {activities[worst]:.0f} ms, median "
            f"{statistics.median(activities.values()):.0f} ms",
            held=activities[worst] < ACTIVITY_MS,
        ),
        Goal(
            id="I1",
            goal="plugin at most 30 ms on each `chaos` call (CPU time)",
            measured=f"{plugin:.0f} ms",
            held=plugin <= PLUGIN_MS,
        ),
    ]
    tables = [results_table(results, formats, "CPU ms")]
    if quick:
        goals.append(Goal(id="S1", goal="the suite and one experiment", measured="", held=None))
    else:
        goals += _suites()
    report("Imports and the suite (I1, S1)", tables, goals)

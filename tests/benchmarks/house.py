"""`suite`: import times (I1), one experiment and the whole suite (S1)."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.benchmarks.rounds import Goal, Row, play, report, results_table, table

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


def _suite(arguments: list[str]) -> float:
    """Run the suite and give its wall seconds. Raises ValueError if it could not run."""
    with tempfile.TemporaryDirectory() as home:
        begun_s = time.perf_counter()
        done = subprocess.run(
            [*(sys.executable, "-m", "chaostoolkit"), "trading", "suite", "run", *arguments],
            env={**os.environ, "CHAOS_TRADING_HOME": home},
            capture_output=True,
            text=True,
            check=False,
        )
        taken_s = time.perf_counter() - begun_s
    print(done.stdout[-3_000:])
    if done.returncode not in (0, 1):
        raise ValueError(f"the suite ended with {done.returncode}: {done.stderr[-500:]}")
    return taken_s


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
    text = "suite `all --quick --jobs 2` under 4 minutes"
    if quick:
        goals.append(Goal(id="S1", goal=text, measured="", held=None))
    else:
        taken_s = _suite(["all", "--quick", "--jobs", "2"])
        tables.append(table(["", "s"], [["suite all --quick --jobs 2", f"{taken_s:.0f}"]]))
        goals.append(Goal(id="S1", goal=text, measured=f"{taken_s:.0f} s", held=taken_s < SUITE_S))
    report("Imports and the suite (I1, S1)", tables, goals)

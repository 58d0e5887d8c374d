"""What the tests of both pressures share: runs that press on a group of the trader's own."""

import json
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from chaostrading.pressure import own_scope

QUICK = ("--var", "quick:bool=true")
GONE_WITHIN_S = 2.0


def needs_a_group():
    """Skip where no control group can be made: there the machine itself would be pressed."""
    made = own_scope("probe")
    if isinstance(made, str):
        pytest.skip(made)
    made.remove()


def level(run):
    """What the run's evidence says of the pressure."""
    (fault,) = run.block["fault"]
    return fault["level"]


def probed(chaos, name):
    """What a probe of the method found, from the journal."""
    (path,) = (chaos.folder / "home" / "journals").glob("*.json")
    entries = json.loads(path.read_text())["run"]
    return next(one["output"] for one in entries if one["activity"]["name"] == name)


def pressing(chaos):
    """Driver, burners and ballast of the runs of this folder."""
    words = ("chaostrading.pressure", "_burner.py", "_ballast.py")
    found = []
    for process in chaos.processes():
        try:
            line = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if any(word in line for word in words):
            found.append(process.pid)
    return found


def _hurry(experiment):
    """Take the shortest of baselines: nothing is judged in a run that is killed."""
    experiment["extensions"][0]["judge"]["decisions_min"] = 1
    (probe,) = experiment["steady-state-hypothesis"]["probes"]
    probe["provider"]["arguments"]["baseline_s"] = 1


def kill_while_pressing(chaos, experiment, after_s):
    """Run, SIGKILL the chaos process so many seconds after the load has started, and say which
    processes are left two seconds later."""
    path = chaos.edited(experiment, _hurry)
    process = subprocess.Popen(
        chaos.command(path, *QUICK),
        cwd=chaos.folder,
        env=chaos.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        for line in process.stdout:
            if f"Action: {experiment.replace('_', '-')}" in line:
                break
        until = time.monotonic() + 10
        while not pressing(chaos) and time.monotonic() < until:
            time.sleep(0.02)
        assert pressing(chaos), "the load has not started"
        time.sleep(after_s)
        process.kill()
    time.sleep(GONE_WITHIN_S)
    return [(one.pid, one.cmdline()) for one in chaos.processes()]


def groups_left(chaos):
    """Control groups that the runs of this folder have recorded and that still exist."""
    left = []
    for path in (chaos.folder / "home" / "pressure").glob("group-*.json"):
        left += [name for name in json.loads(path.read_text())["groups"] if Path(name).exists()]
    return left


def alone(chaos):
    """Give the runs of a test a host lock of their own, so that other runs do not refuse them."""
    folder = chaos.folder / "tmp"
    folder.mkdir()
    chaos.environ["TMPDIR"] = str(folder)

"""Memory runs short in the trader's own group of 512 MiB."""

import json
import os
import subprocess
import sys
import time

import psutil
import pytest
from system_runs import (
    QUICK,
    alone,
    groups_left,
    kill_while_pressing,
    level,
    needs_a_group,
    pressing,
    probed,
)

from chaostrading.core.seeds import Dice
from chaostrading.pressure import end_leftovers

pytestmark = [
    *(pytest.mark.slow, pytest.mark.end_to_end, pytest.mark.alone),
    pytest.mark.timeout(180),
]

TEST = "memory_pressure"
MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def room(chaos, monkeypatch):
    monkeypatch.setenv("CHAOS_HOME", chaos.environ["CHAOS_HOME"])
    needs_a_group()
    alone(chaos)


def trader_pids(run):
    """Process ids that the trader told during the run."""
    with open(f"{run.block['evidence_folder']}/witness.jsonl", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    told = [row["values"]["target"] for row in rows if row["kind"] == "sample"]
    return {int(values["pid"]) for values in told if "pid" in values}


def test_the_default_trader_passes(chaos):
    """It trades on at 85 % of its limit, and its memory is as it was afterwards. Percent is of the
    512 MiB of its group, and it is not the one that is killed."""
    run = chaos.run(TEST, *QUICK)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    reached = level(run)
    assert reached["limit_bytes"] == 512 * MIB
    assert "chaostrading-paper" in reached["limit_source"]
    assert abs(reached["median"] - 85) <= 1
    assert reached["share_within"] >= 0.9
    assert abs(probed(chaos, "level-after") - probed(chaos, "level-before")) <= 2
    assert trader_pids(run) == {reached["pid"]}
    assert run.block["recovery"]["seconds"] < 60
    assert "samples at 80 % or more" in run.sentence
    assert chaos.processes() == []
    assert groups_left(chaos) == []


@pytest.mark.parametrize(
    ("without", "checkers"),
    [
        ("resource_guards", {"polling_is_shed", "memory_returns"}),
        pytest.param("rate_governor", {"polling_is_shed"}, marks=pytest.mark.variants),
    ],
)
def test_without_a_defence_it_deviates(chaos, without, checkers):
    """Without its resource guards it sheds no poll and its memory grows; without its rate governor
    the polls that wait hold up its orders and cancels."""
    # The quick fault is a ramp for a third of its time; the whole one presses long enough.
    quick = QUICK if without == "resource_guards" else ()
    run = chaos.run(TEST, *quick, CHAOS_PAPER_WITHOUT=without)

    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    broken = {one["checker"] for one in run.block["findings"] if one["answer"] == "broken"}
    assert checkers <= broken


@pytest.mark.variants
@pytest.mark.parametrize("seed", ["8", "9"])
def test_other_seeds_pass(chaos, seed):
    """Not the luck of one seed."""
    run = chaos.run(TEST, *QUICK, CHAOS_SEED=seed)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output


@pytest.mark.variants
def test_a_level_that_is_never_reached_is_inconclusive(chaos):
    """Two seconds are too short for a ramp of 10 % a second."""

    def change(experiment):
        action = experiment["method"][1]
        action["provider"]["arguments"]["duration_s"] = 2

    run = chaos.run(chaos.edited(TEST, change), *QUICK)

    assert (run.exit_code, run.outcome) == (1, "inconclusive"), run.output
    assert "never reached: the highest level was" in run.sentence


@pytest.mark.variants
def test_the_kernel_kills_the_ballast_not_the_trader(chaos):
    """Ballast that makes no room while a third process wants more than is left of the 512 MiB: the
    ballast goes, the trader stays, and the run proves nothing."""
    process = subprocess.Popen(
        chaos.command(chaos.edited(TEST, lambda _: None), *QUICK),
        cwd=chaos.folder,
        env=chaos.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        for line in process.stdout:
            if "Action: hold" in line:
                break
        (record,) = (chaos.folder / "home" / "pressure").glob("group-*.json")
        folder = json.loads(record.read_text())["groups"][0]
        for pid in pressing(chaos):
            if "_ballast.py" in " ".join(psutil.Process(pid).cmdline()):
                psutil.Process(pid).suspend()
        hog = f"b = bytearray({200 * MIB}); b[::4096] = b'x' * len(b[::4096])"
        join = f"import os; open('{folder}/cgroup.procs', 'w').write(str(os.getpid())); {hog}"
        subprocess.run([sys.executable, "-c", join], check=False, timeout=20)
        process.stdout.read()

    block = chaos.block()
    (fault,) = block["fault"]
    assert block["verdict"]["outcome"] == "inconclusive"
    assert "pressure lost" in fault["level"]["ended"] or "runs short" in fault["level"]["ended"]
    assert fault["hits"] == 0
    assert probed(chaos, "recovery-seconds") is not None


def test_the_second_run_on_a_host_is_refused(chaos, tmp_path):
    """One at a time, in one sentence that names the first."""
    lock = tmp_path / "tmp" / "chaostrading-pressure.lock"
    started = psutil.Process().create_time()
    lock.write_text(json.dumps({"pid": os.getpid(), "started": started}))

    run = chaos.run(TEST, *QUICK)

    assert (run.exit_code, run.outcome) == (1, "error"), run.output
    assert f"another run presses on this host already, process {os.getpid()}" in run.sentence
    assert run.block["fault"] == []


def test_a_killed_run_leaves_no_load_behind(chaos):
    """SIGKILL in the ramp: no ballast, no driver, no trader two seconds later; the empty groups
    go with the next start, or now."""
    assert kill_while_pressing(chaos, TEST, after_s=1.5) == []

    end_leftovers()
    assert groups_left(chaos) == []


@pytest.mark.variants
@pytest.mark.timeout(900)
def test_twenty_killed_runs_leave_nothing_behind(chaos):
    """At random moments of ramp and hold; the next start also removes the empty groups."""
    dice = Dice(1, "kill")
    for _ in range(20):
        assert kill_while_pressing(chaos, TEST, after_s=dice.uniform(0.0, 4.0)) == []

    assert len(groups_left(chaos)) <= 3
    end_leftovers()
    assert groups_left(chaos) == []


@pytest.mark.variants
def test_the_lever_ends_the_load(chaos):
    """`chaos trading stop` from another process: the load is gone within a second."""
    process = subprocess.Popen(
        chaos.command(chaos.edited(TEST, lambda _: None), *QUICK),
        cwd=chaos.folder,
        env=chaos.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        for line in process.stdout:
            if "Action: hold" in line:
                break
        assert pressing(chaos)
        stop = [sys.executable, "-m", "chaostoolkit", "--no-version-check", "trading", "stop"]
        subprocess.run(stop, cwd=chaos.folder, env=chaos.environ, check=True, timeout=30)
        until = time.monotonic() + 2
        while pressing(chaos) and time.monotonic() < until:
            time.sleep(0.05)
        gone = pressing(chaos)
        process.stdout.read()

    assert gone == []
    assert chaos.block()["verdict"]["outcome"] == "interrupted"

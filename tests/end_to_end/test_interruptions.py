"""Kill -9 and the lever, at random moments: nothing is left behind, and the next run passes."""

import signal
import subprocess
import sys
import time

import pytest

from chaostrading.core.seeds import Dice
from chaostrading.suites.catalogue import NAMES, experiment_path

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end]

GONE_S = 5.0
APPROVED = {"CHAOS_APPROVED_BY": "the tests"}


def begin(chaos, name, **environ):
    return subprocess.Popen(
        chaos.command(experiment_path(name), "--var", "quick:bool=true"),
        cwd=chaos.folder,
        env=chaos.environ | APPROVED | environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def trading(chaos, *arguments):
    head = [sys.executable, "-m", "chaostoolkit", "--no-version-check", "--no-log-file"]
    return subprocess.run(
        [*head, "trading", *arguments],
        cwd=chaos.folder,
        env=chaos.environ | APPROVED,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def left(chaos):
    """The command lines of processes that are still there after they should be gone."""
    deadline = time.monotonic() + GONE_S
    while time.monotonic() < deadline:
        processes = chaos.processes()
        if not processes:
            return []
        time.sleep(0.1)
    return [" ".join(process.cmdline()) for process in processes]


def kill_rounds(chaos, names, rounds, dice):
    for number in range(rounds):
        name = names[number % len(names)]
        moment_s = dice.uniform(0.5, 22.0)
        process = begin(chaos, name)
        with process:
            time.sleep(moment_s)
            process.send_signal(signal.SIGKILL)

        assert left(chaos) == [], f"{name} killed after {moment_s:.1f} s"
        recovered = trading(chaos, "recover")
        assert recovered.returncode == 0, recovered.stdout + recovered.stderr
        doctor = trading(chaos, "doctor").stdout
        assert "fail  leftovers" not in doctor, doctor
        assert trading(chaos, "recover").stdout.strip() == "nothing was left behind"


@pytest.mark.timeout(240)
def test_killed_runs_leave_nothing_and_the_next_run_passes(chaos):
    """Three tests, killed at moments that a seed has drawn."""
    names = ["rate_limit_storm", "websocket_disconnect", "exchange_timeout"]

    kill_rounds(chaos, names, 3, Dice(11, "kills"))

    run = chaos.run("rate_limit_storm", "--var", "quick:bool=true")
    assert (run.exit_code, run.outcome) == (0, "passed"), run.output


@pytest.mark.variants
@pytest.mark.timeout(2_400)
def test_forty_killed_runs_of_all_twelve_leave_nothing(chaos):
    """Every test of the catalogue is killed three times and more."""
    kill_rounds(chaos, list(NAMES), 40, Dice(12, "kills"))

    run = chaos.run("rate_limit_storm", "--var", "quick:bool=true")
    assert (run.exit_code, run.outcome) == (0, "passed"), run.output


def stop_rounds(chaos, names, rounds, dice):
    for number in range(rounds):
        name = names[number % len(names)]
        moment_s = dice.uniform(4.0, 20.0)
        process = begin(chaos, name)
        with process:
            time.sleep(moment_s)
            if process.poll() is not None:
                continue
            trading(chaos, "stop", "--reason", "the test says so", "--by", "pytest")
            process.wait(timeout=20)

        assert left(chaos) == [], f"{name} stopped after {moment_s:.1f} s"
        block = chaos.block()
        if block:
            assert block["verdict"]["outcome"] == "interrupted"
            assert "the test says so" in block["verdict"]["sentence"]
        refused = chaos.run(name, **APPROVED)
        assert "the lever was engaged by pytest" in refused.sentence
        trading(chaos, "resume", "--reason", "next round", "--by", "pytest")


@pytest.mark.timeout(180)
def test_the_lever_stops_a_run_and_refuses_the_next(chaos):
    """The journal of the stopped run is readable and says who stopped it and why."""
    stop_rounds(chaos, ["rate_limit_storm", "exchange_timeout"], 2, Dice(21, "stops"))


@pytest.mark.variants
@pytest.mark.timeout(1_200)
def test_the_lever_at_twenty_moments_of_all_tests(chaos):
    """Twenty stops over all tests of the catalogue."""
    stop_rounds(chaos, list(NAMES), 20, Dice(22, "stops"))

"""One run is one process, and the journal tells what happened."""

import json
import signal
import sys
import threading
from pathlib import Path

import pytest

from chaostrading.core import home
from chaostrading.safety import lever
from chaostrading.suites import runner
from chaostrading.suites.runner import command, exit_code, read_result, run_experiment

JOURNAL = {
    "status": "completed",
    "chaostrading": {
        "verdict": {"outcome": "passed", "conclusive": True, "sentence": "x passed"},
        "recovery": {"seconds": 4.2, "bound_s": 60.0, "censored": False, "error_bar_s": 0.25},
        "seed": 7,
    },
}


def script(code: str):
    """A stand-in for Chaos Toolkit: Python code that is given the journal's path as argv[1]."""
    head = "import json, os, signal, sys, time\njournal = sys.argv[1]\n"

    def make(experiment: Path, journal: Path, *, quick: bool = False) -> list[str]:
        return [sys.executable, "-c", head + code, str(journal), str(quick)]

    return make


def writes(row: object) -> str:
    return f"open(journal, 'w').write({json.dumps(row)!r})\n"


@pytest.mark.parametrize(
    ("outcome", "conclusive", "code"),
    [
        ("passed", True, 0),
        ("passed", False, 2),
        ("deviated", True, 1),
        ("inconclusive", False, 2),
        ("baseline-not-met", False, 2),
        ("probe-error", False, 2),
        ("aborted", False, 2),
        ("interrupted", False, 2),
        ("refused", False, 3),
        ("error", False, 4),
        ("a word of tomorrow", True, 2),
    ],
)
def test_every_outcome_has_its_exit_code(outcome, conclusive, code):
    """Only a conclusive pass is 0."""
    assert exit_code(outcome, conclusive) == code


def test_a_result_is_read_from_the_journal(tmp_path):
    """Outcome, recovery beside its bound, and the seed."""
    path = tmp_path / "journal.json"
    path.write_text(json.dumps(JOURNAL))

    result = read_result(path, test="x")

    assert (result.outcome, result.exit_code, result.sentence) == ("passed", 0, "x passed")
    assert (result.recovery_s, result.bound_s, result.seed) == (4.2, 60.0, 7)


def test_a_refusal_is_told_from_an_interruption(tmp_path):
    """The guard's no has an exit code of its own."""
    verdict = {"outcome": "interrupted", "refused": True, "conclusive": False, "sentence": "no"}
    path = tmp_path / "journal.json"
    path.write_text(json.dumps({"chaostrading": {"verdict": verdict}}))

    assert read_result(path, test="x").exit_code == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"status": "comp', "x failed to run: its journal is not readable"),
        ("[]", "x failed to run: its journal is not readable"),
        (
            '{"status": "completed", "deviated": false}',
            "x failed to run: its journal has no verdict: the recorder has not run",
        ),
        (
            '{"chaostrading": {"verdict": null}}',
            "x failed to run: its journal has no verdict: the recorder has not run",
        ),
    ],
)
def test_a_journal_without_a_verdict_is_an_error_and_never_a_pass(tmp_path, text, sentence):
    """Chaos Toolkit's own `completed` proves nothing."""
    path = tmp_path / "journal.json"
    path.write_text(text)

    result = read_result(path, test="x")

    assert (result.exit_code, result.sentence) == (4, sentence)


def test_a_run_is_given_its_id_seed_and_home(chaos_home, monkeypatch):
    """The recorder names the journal by the id; the guard takes the seed."""
    code = (
        "row = {name: os.environ.get(name) for name in ('CHAOS_RUN_ID','CHAOS_SEED','CHAOS_HOME')}"
        "\nopen(journal, 'w').write(json.dumps({'environ': row}))\n"
    )

    result = run_experiment(Path("x.json"), seed=7, run_command=script(code))

    kept = json.loads(Path(result.journal).read_text())["environ"]
    assert kept == {
        "CHAOS_RUN_ID": result.run_id,
        "CHAOS_SEED": "7",
        "CHAOS_HOME": str(chaos_home),
    }
    assert Path(result.journal) == home.journals() / f"{result.run_id}.json"


def test_the_recorders_journal_comes_before_the_hosts():
    """The recorder's copy is whole; the host may have crashed while writing its own."""
    code = (
        "folder = os.environ['CHAOS_HOME'] + '/journals'\n"
        "os.makedirs(folder)\n"
        f"row = {json.dumps(JOURNAL)!r}\n"
        "open(f\"{folder}/{os.environ['CHAOS_RUN_ID']}.json\", 'w').write(row)\n"
        "open(journal, 'w').write('{\"status\": ')\n"
    )

    result = run_experiment(Path("x.json"), run_command=script(code))

    assert (result.outcome, result.seed) == ("passed", 7)


def test_a_journals_folder_of_the_users_own_gets_a_copy(tmp_path):
    """CI wants to upload it from where it likes."""
    folder = tmp_path / "artifacts"

    result = run_experiment(Path("x.json"), journals=folder, run_command=script(writes(JOURNAL)))

    assert Path(result.journal).parent == folder
    assert (home.journals() / Path(result.journal).name).is_file()


def test_a_run_that_crashes_tells_its_last_words():
    """Without a journal the console is all there is."""
    result = run_experiment(
        Path("x.json"), test="x", run_command=script("print('boom'); sys.exit(1)")
    )

    assert (result.outcome, result.exit_code) == ("error", 4)
    assert result.sentence == "x failed to run: it left no journal: boom"


def stoppable(tmp_path: Path) -> str:
    """A run that says that it runs, and plays its rollbacks when interrupted."""
    return (
        f"open({str(tmp_path / 'runs')!r}, 'w').close()\n"
        "try:\n    time.sleep(60)\n"
        "except KeyboardInterrupt:\n"
        f"    {writes({'rolled_back': True})}"
    )


def when_it_runs(tmp_path: Path) -> bool:
    return (tmp_path / "runs").exists()


@pytest.mark.slow
def test_the_lever_stops_a_run_with_its_rollbacks(tmp_path):
    """The run is interrupted, not killed: what it leaves shows that it cleaned up."""

    def stop() -> str:
        if when_it_runs(tmp_path):
            lever.engage("stop", "ada")
        return ""

    result = run_experiment(
        Path("x.json"), test="x", stop=stop, run_command=script(stoppable(tmp_path))
    )

    assert (result.outcome, result.exit_code) == ("interrupted", 2)
    assert "the lever was engaged by ada" in result.sentence
    assert json.loads(Path(result.journal).read_text()) == {"rolled_back": True}


def test_a_run_does_not_start_to_harm_while_the_lever_is_engaged():
    """The lever is looked at before the first wait is over."""
    lever.engage("stop", "ada")

    result = run_experiment(Path("x.json"), test="x", run_command=script("time.sleep(60)"))

    assert result.outcome == "interrupted"


@pytest.mark.slow
def test_a_run_ends_at_its_limit(tmp_path):
    """A run that hangs does not hang the suite."""
    result = run_experiment(
        Path("x.json"), test="x", limit_s=0.3, run_command=script("time.sleep(60)")
    )

    assert result.sentence == "x was stopped: a run must end within 0.3 s, was still running"


@pytest.mark.slow
def test_a_run_that_ignores_signals_is_killed_at_last(monkeypatch):
    """First the gentle signal, then SIGTERM to all, SIGKILL only then."""
    monkeypatch.setattr(runner, "_ROLLBACK_PATIENCE_S", 0.3)
    monkeypatch.setattr(runner, "_TERM_PATIENCE_S", 0.3)
    code = (
        "for number in (signal.SIGINT, signal.SIGTERM):\n"
        "    signal.signal(number, signal.SIG_IGN)\n"
        "time.sleep(60)\n"
    )

    result = run_experiment(Path("x.json"), test="x", limit_s=0.3, run_command=script(code))

    assert result.outcome == "interrupted"


@pytest.mark.slow
def test_what_a_run_leaves_running_is_ended(tmp_path):
    """A child that outlives its run belongs to the run's group."""
    pid_file = tmp_path / "pid"
    code = (
        "import subprocess\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(pid_file)!r}, 'w').write(str(child.pid))\n"
    ) + writes(JOURNAL)

    run_experiment(Path("x.json"), run_command=script(code))

    import psutil

    pid = int(pid_file.read_text())
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_run_is_stoppable_where_sigint_is_ignored(tmp_path):
    """Under `nohup` and a shell's `&` children ignore SIGINT; SIGUSR1 is sent there."""
    code = (
        "def leave(*_): raise SystemExit(30)\n"
        "signal.signal(signal.SIGUSR1, leave)\n"
        f"open({str(tmp_path / 'runs')!r}, 'w').close()\n"
        "try:\n    time.sleep(60)\nfinally:\n"
        f"    {writes({'rolled_back': True})}"
    )
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        result = run_experiment(
            Path("x.json"),
            stop=lambda: "enough" if when_it_runs(tmp_path) else "",
            run_command=script(code),
        )
    finally:
        signal.signal(signal.SIGINT, before)

    assert json.loads(Path(result.journal).read_text()) == {"rolled_back": True}


def test_runs_can_be_started_from_threads():
    """Parallel suites do."""
    results = []

    def run() -> None:
        results.append(run_experiment(Path("x.json"), run_command=script(writes(JOURNAL))))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert [result.outcome for result in results] == ["passed", "passed"]
    assert len({result.run_id for result in results}) == 2


@pytest.mark.slow
def test_chaos_toolkit_takes_our_command_line(tmp_path):
    """The options exist, `quick` reaches the configuration, and the journal is written."""
    experiment = tmp_path / "tiny.json"
    experiment.write_text(
        json.dumps(
            {
                "title": "tiny",
                "description": "n/a",
                "configuration": {"quick": False},
                "method": [
                    {
                        "type": "action",
                        "name": "say",
                        "provider": {
                            "type": "python",
                            "module": "json",
                            "func": "dumps",
                            "arguments": {"obj": "${quick}"},
                        },
                    }
                ],
                "rollbacks": [],
            }
        )
    )

    result = run_experiment(experiment, test="tiny", quick=True)

    assert "has no verdict" in result.sentence
    journal = json.loads(Path(result.journal).read_text())
    assert journal["status"] == "completed"
    assert journal["run"][0]["output"] == "true"


def test_the_command_line_always_rolls_back():
    """Chaos Toolkit's default would leave a fault in after an interruption."""
    line = command(Path("x.json"), Path("j.json"))

    assert line[1:] == [
        "-m", "chaostoolkit", "--no-version-check", "--no-log-file", "run",
        "--rollback-strategy", "always", "--journal-path", "j.json", "x.json",
    ]  # fmt: skip


@pytest.mark.slow
def test_the_lever_interrupts_a_real_chaos_toolkit_run_with_its_rollbacks(tmp_path):
    """Whatever the version: a sleeping activity is interrupted, and the rollback is played."""
    touch = {"type": "process", "path": "touch"}
    experiment = tmp_path / "long.json"
    experiment.write_text(
        json.dumps(
            {
                "title": "long",
                "description": "n/a",
                "method": [
                    {
                        "type": "action",
                        "name": "begin",
                        "provider": {**touch, "arguments": str(tmp_path / "runs")},
                    },
                    {
                        "type": "action",
                        "name": "wait",
                        "pauses": {"before": 60},
                        "provider": {**touch, "arguments": str(tmp_path / "waited")},
                    },
                ],
                "rollbacks": [
                    {
                        "type": "action",
                        "name": "undo",
                        "provider": {**touch, "arguments": str(tmp_path / "undone")},
                    }
                ],
            }
        )
    )

    def stop() -> str:
        if when_it_runs(tmp_path):
            lever.engage("stop", "ada")
        return ""

    result = run_experiment(experiment, test="long", stop=stop)

    assert result.outcome == "interrupted"
    assert (tmp_path / "undone").exists()
    assert json.loads(Path(result.journal).read_text())["status"] == "interrupted"

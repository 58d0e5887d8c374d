"""Run one experiment as a process of its own, and read the verdict from its journal.

Chaos Toolkit is not made to run twice in a process, so each run is `python -m chaostoolkit run`.
The exit code of the run is not looked at: the journal tells what happened.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from chaostrading.core import home
from chaostrading.core.clock import Clock, SystemClock, iso
from chaostrading.core.files import to_json, write_atomically
from chaostrading.safety import lever

__all__ = ["EXIT_CODES", "RunResult", "command", "exit_code", "read_result", "run_experiment"]

EXIT_CODES = {"passed": 0, "deviated": 1, "inconclusive": 2, "refused": 3, "error": 4}
"""What our own commands exit with."""

_POLL_S = 0.1
_ROLLBACK_PATIENCE_S = 30.0
_TERM_PATIENCE_S = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class RunResult:
    """What became of one run."""

    test: str
    outcome: str
    """The verdict's word, `refused` when a guard said no, `error` without a readable journal."""
    conclusive: bool
    sentence: str
    seconds: float = 0.0
    """How long the run took, start and end of the stack included."""
    run_id: str = ""
    seed: int | None = None
    recovery_s: float | None = None
    bound_s: float | None = None
    censored: bool = False
    journal: str = ""
    """Path of the journal, `""` when there is none."""

    @property
    def exit_code(self) -> int:
        return exit_code(self.outcome, self.conclusive)


def exit_code(outcome: str, conclusive: bool) -> int:
    """0 passed, 1 deviated, 2 inconclusive, 3 refused, 4 error. A pass must be conclusive."""
    if outcome == "passed":
        return EXIT_CODES["passed" if conclusive else "inconclusive"]
    return EXIT_CODES.get(outcome, EXIT_CODES["inconclusive"])


def command(experiment: Path, journal: Path, *, quick: bool = False) -> list[str]:
    """The command line of one run. The log file is left out: the console is kept as evidence."""
    line = [sys.executable, "-m", "chaostoolkit", "--no-version-check", "--no-log-file", "run"]
    line += ["--rollback-strategy", "always", "--journal-path", str(journal)]
    if quick:
        line += ["--var", "quick:bool=true"]
    return [*line, str(experiment)]


def run_experiment(
    experiment: Path,
    *,
    test: str = "",
    seed: int | None = None,
    quick: bool = False,
    journals: Path | None = None,
    limit_s: float = 1_800.0,
    stop: Callable[[], str] | None = None,
    environ: Mapping[str, str] | None = None,
    clock: Clock | None = None,
    run_command: Callable[..., list[str]] = command,
) -> RunResult:
    """Run an experiment to its end and return its result. Never raises for what the run does.

    The run is stopped, with its rollbacks, when the lever is engaged, when `stop()` returns a
    reason, or after `limit_s`. Its journal is kept in the journals folder of the chaos home, and
    once more in `journals` where that is given.
    """
    clock = clock or SystemClock()
    test = test or experiment.stem
    moment = iso(clock.wall())[:19].replace("-", "").replace(":", "")
    run_id = f"{moment}-{test}-{secrets.token_hex(3)}"
    evidence = home.evidence() / run_id
    evidence.mkdir(parents=True, exist_ok=True)
    raw = evidence / "chaostoolkit-journal.json"
    console = evidence / "console.log"
    began = clock.monotonic()
    stopped = ""
    with console.open("wb") as log:
        # A group of its own: Ctrl-C in a terminal reaches us only, and we stop it in good order.
        process = subprocess.Popen(
            run_command(experiment, raw, quick=quick),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=_environment(environ, run_id, seed),
            start_new_session=True,
        )
        try:
            stopped = _watch(process, stop or (lambda: ""), limit_s, clock)
        finally:
            _end(process, clock)
    journal = _settle(raw, run_id, journals)
    result = read_result(journal, test=test, stopped=stopped, console=console)
    return replace(
        result,
        seconds=clock.monotonic() - began,
        run_id=run_id,
        seed=seed if result.seed is None else result.seed,
    )


def read_result(
    journal: Path | None, *, test: str, stopped: str = "", console: Path | None = None
) -> RunResult:
    """Read the result of a run from its journal. What cannot be read is an error, never a pass."""
    if journal is None:
        why = f"it left no journal: {_last_words(console)}"
        return RunResult(
            test=test,
            outcome="interrupted" if stopped else "error",
            conclusive=False,
            sentence=_no_verdict(test, stopped, why),
        )
    row = _load(journal)
    block = row.get("chaostrading") if row is not None else None
    verdict = block.get("verdict") if isinstance(block, dict) else None
    if not isinstance(block, dict) or not isinstance(verdict, dict):
        why = "is not readable" if row is None else "has no verdict: the recorder has not run"
        return RunResult(
            test=test,
            outcome="interrupted" if stopped else "error",
            conclusive=False,
            sentence=_no_verdict(test, stopped, f"its journal {why}"),
            journal=str(journal),
        )
    told = block.get("recovery")
    recovery: dict[str, Any] = told if isinstance(told, dict) else {}
    seed = block.get("seed")
    return RunResult(
        test=test,
        outcome="refused" if verdict.get("refused") is True else str(verdict.get("outcome")),
        conclusive=verdict.get("conclusive") is True,
        sentence=str(verdict.get("sentence") or f"{test} gave no sentence"),
        seed=seed if isinstance(seed, int) else None,
        recovery_s=_number(recovery.get("seconds")),
        bound_s=_number(recovery.get("bound_s")),
        censored=recovery.get("censored") is True,
        journal=str(journal),
    )


def _no_verdict(test: str, stopped: str, why: str) -> str:
    return f"{test} was stopped: {stopped}" if stopped else f"{test} failed to run: {why}"


def _environment(
    environ: Mapping[str, str] | None, run_id: str, seed: int | None
) -> dict[str, str]:
    values = dict(os.environ if environ is None else environ)
    values["CHAOS_HOME"] = str(home.home())
    values["CHAOS_RUN_ID"] = run_id
    values["PYTHONUNBUFFERED"] = "1"
    if seed is not None:
        values["CHAOS_SEED"] = str(seed)
    return values


def _watch(
    process: "subprocess.Popen[bytes]", stop: Callable[[], str], limit_s: float, clock: Clock
) -> str:
    """Wait for the end of the run. Returns why it was stopped, `""` when it ended by itself."""
    deadline = clock.monotonic() + limit_s
    while process.poll() is None:
        state = lever.read()
        if reason := state.sentence() if state.engaged else stop():
            return reason
        if clock.monotonic() > deadline:
            return f"a run must end within {limit_s:g} s, was still running"
        clock.sleep(_POLL_S)
    return ""


def _end(process: "subprocess.Popen[bytes]", clock: Clock) -> None:
    """End the run and what it started: first so that rollbacks are played, hard only at last."""
    if process.poll() is None:
        # Only SIGINT interrupts an activity on every version of Chaos Toolkit; but a child of a
        # process that ignores it (`nohup`, a shell's `&`) ignores it as well. Sent once: a second
        # signal would cut the rollbacks short.
        ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        process.send_signal(signal.SIGUSR1 if ignored else signal.SIGINT)
        _wait(lambda: process.poll() is None, _ROLLBACK_PATIENCE_S, clock)
    for harder in (signal.SIGTERM, signal.SIGKILL):
        if not _signal_group(process, harder):
            break
        _wait(lambda: process.poll() is None or _signal_group(process, 0), _TERM_PATIENCE_S, clock)
    process.wait(timeout=_TERM_PATIENCE_S)


def _signal_group(process: "subprocess.Popen[bytes]", number: int) -> bool:
    """Send a signal to what is left of the run's processes; 0 only asks whether any is."""
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _wait(still: Callable[[], bool], seconds: float, clock: Clock) -> None:
    deadline = clock.monotonic() + seconds
    while still() and clock.monotonic() < deadline:
        clock.sleep(_POLL_S / 2)


def _settle(raw: Path, run_id: str, journals: Path | None) -> Path | None:
    """Find the journal of the run and keep it where journals are kept.

    The recorder stores it under the run's id; where it could not, the host's own copy is taken."""
    kept = home.journals() / f"{run_id}.json"
    if not kept.is_file():
        row = _load(raw)
        if row is None:
            return None
        write_atomically(kept, to_json(row, indent=1))
    raw.unlink(missing_ok=True)
    if journals is not None and journals.absolute() != kept.parent:
        write_atomically(journals / kept.name, kept.read_text(encoding="utf-8"))
        return journals / kept.name
    return kept


def _load(path: Path) -> dict[str, Any] | None:
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return row if isinstance(row, dict) else None


def _last_words(console: Path | None) -> str:
    if console is None or not console.is_file():
        return "it said nothing"
    lines = console.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1].strip()[:300] if lines else "it said nothing"


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

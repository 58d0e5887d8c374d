"""Run a suite: gentle tests first, a pause and a look around between them, one summary at the end.

    result = run_suite("daily", quick=True)
    print(result.sentence)
    raise SystemExit(result.exit_code)

A suite that was interrupted is taken up again with `resume=True`: what has run is not run twice.
"""

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from chaostrading.core.clock import Clock, SystemClock
from chaostrading.core.errors import InvalidInput
from chaostrading.core.seeds import Dice
from chaostrading.safety import lever, undo
from chaostrading.suites.catalogue import NAMES, ChaosTest, Missing, catalogue, suite_tests
from chaostrading.suites.progress import Progress
from chaostrading.suites.runner import RunResult, run_experiment
from chaostrading.suites.state import SuiteState
from chaostrading.suites.summary import Skipped, SuiteResult

__all__ = ["Plan", "Run", "plan", "run_suite"]

COOL_DOWN_S = 5.0
QUICK_COOL_DOWN_S = 1.0
STEADY_PATIENCE_S = 60.0
_POLL_S = 0.2
# A run is its fault, the recovery from it, and at most this: start, baseline, heal, judgement.
_AROUND_S = 300.0


class Run(Protocol):
    """How one test is run; `runner.run_experiment` in real life."""

    def __call__(
        self,
        experiment: Path,
        *,
        test: str,
        seed: int,
        quick: bool,
        journals: Path | None,
        limit_s: float,
        stop: Callable[[], str],
        environ: Mapping[str, str] | None,
        clock: Clock,
    ) -> RunResult: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Which tests of a suite run, in order, and which do not and why."""

    suite: str
    tests: tuple[ChaosTest, ...]
    skipped: tuple[Skipped, ...] = ()
    unusable: tuple[Missing, ...] = ()
    """Tests whose experiment cannot be read: they are errors of the suite, not skips."""

    def batches(self, jobs: int) -> list[list[ChaosTest]]:
        """Tests that may run at the same time, in the order in which they begin.

        Memory and CPU pressure are felt by everything on the machine, so they run alone; with one
        job everything does."""
        batches: list[list[ChaosTest]] = []
        for test in self.tests:
            alone = jobs == 1 or test.category == "system"
            if alone or not batches or batches[-1][0].category == "system":
                batches.append([test])
            else:
                batches[-1].append(test)
        return batches


def plan(
    suite: str,
    *,
    only: Sequence[str] | None = None,
    draw: tuple[Dice, float] | None = None,
    folder: Path | None = None,
) -> Plan:
    """Work out what a suite runs. Raises InvalidInput for an unknown suite or test name.

    `only` leaves out all other tests. `draw` is for scheduled firings: the dice, and the
    probability that is multiplied with each test's own. An operator's own run always fires.
    """
    tests, missing = catalogue(folder)
    for name in only or ():
        if name not in NAMES:
            raise InvalidInput(f"suite: only must name tests of the catalogue, was {name!r}")
    chosen: list[ChaosTest] = []
    skipped: list[Skipped] = []
    for test in suite_tests(suite, tests):
        if only is not None and test.name not in only:
            continue
        if reason := _not_run(test, draw):
            skipped.append(Skipped(test=test.name, reason=reason))
        else:
            chosen.append(test)
    # Nobody knows the impact of a test that cannot be read, so every suite owns up to it.
    unusable = [one for one in missing if only is None or one.name in only]
    return Plan(suite=suite, tests=tuple(chosen), skipped=tuple(skipped), unusable=tuple(unusable))


def _not_run(test: ChaosTest, draw: tuple[Dice, float] | None) -> str:
    if not test.enabled:
        return "disabled in its experiment"
    if draw is not None:
        dice, probability = draw
        chance = probability * test.probability
        # Each test has dice of its own, so that adding one does not change the others' luck.
        if not dice.fork(test.name).chance(chance):
            return f"not drawn (probability {chance:g}, seed {dice.seed})"
    return ""


def run_suite(
    suite: str,
    *,
    quick: bool = False,
    jobs: int = 1,
    seed: int | None = None,
    journals: Path | None = None,
    resume: bool = False,
    chosen: Plan | None = None,
    cool_down_s: float | None = None,
    steady: Callable[[], str] | None = None,
    recover: Callable[[], object] | None = None,
    environ: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    clock: Clock | None = None,
    run: Run = run_experiment,
) -> SuiteResult:
    """Run a suite to its end and return its result; `result.exit_code` is the command's.

    `jobs` tests of one impact run at the same time where runs share nothing, as with the paper
    stack; with a target of your own (`CHAOS_TARGET`) more than one is refused. Before each batch
    `recover` is called to take back what a crashed run has left, then `steady` until it returns
    `""`; when it does not within 60 s the suite stops. By default it waits until nothing is left
    over. The lever stops the suite; so does Ctrl-C, and the state stays for `resume`.
    """
    _check_jobs(jobs, os.environ if environ is None else environ)
    clock = clock or SystemClock()
    agenda = chosen or plan(suite)
    state = SuiteState.open(suite, seed=seed, quick=quick, resume=resume, clock=clock)
    began = clock.monotonic()
    between = _Between(
        pause_s=(QUICK_COOL_DOWN_S if quick else COOL_DOWN_S)
        if cool_down_s is None
        else cool_down_s,
        steady=steady or _left_over,
        recover=recover or (lambda: None),
        clock=clock,
    )
    with progress or Progress(None) as shown:
        suite_run = _SuiteRun(
            state=state, journals=journals, environ=environ, progress=shown, clock=clock, run=run
        )
        stopped = suite_run.go(agenda, jobs, between)
    state.close(finished=not stopped)
    return _result(agenda, state, stopped, clock.monotonic() - began)


def _check_jobs(jobs: int, environ: Mapping[str, str]) -> None:
    if not 1 <= jobs <= len(NAMES):
        raise InvalidInput(f"suite: jobs must be within 1..{len(NAMES)}, was {jobs}")
    if jobs > 1 and environ.get("CHAOS_TARGET"):
        raise InvalidInput(f"suite: jobs must be 1 where tests share one target, was {jobs}")


def _result(agenda: Plan, state: SuiteState, stopped: str, seconds: float) -> SuiteResult:
    not_reached = [
        Skipped(test=test.name, reason=f"the suite was stopped before: {stopped}")
        for test in agenda.tests
        if test.name not in state.results
    ]
    return SuiteResult(
        suite=agenda.suite,
        suite_id=state.suite_id,
        seed=state.seed,
        results=tuple(state.results.values()),
        skipped=(*agenda.skipped, *not_reached),
        seconds=seconds,
        stopped=stopped,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Between:
    """What happens before a batch: a pause (not before the first), then a look around."""

    pause_s: float
    steady: Callable[[], str]
    recover: Callable[[], object]
    clock: Clock

    def wait(self, *, first: bool) -> str:
        """Returns why the suite must not go on, `""` when it may."""
        self.recover()
        quiet_from = self.clock.monotonic() + (0.0 if first else self.pause_s)
        give_up_at = quiet_from + STEADY_PATIENCE_S
        while True:
            if (state := lever.read()).engaged:
                return state.sentence()
            now = self.clock.monotonic()
            trouble = self.steady() if now >= quiet_from else ""
            if now >= quiet_from and not trouble:
                return ""
            if now >= give_up_at:
                return f"not steady within {STEADY_PATIENCE_S:g} s: {trouble}"
            self.clock.sleep(_POLL_S)


class _SuiteRun:
    """The runs of one suite: what is running, what has finished, and whether to stop."""

    def __init__(
        self,
        *,
        state: SuiteState,
        journals: Path | None,
        environ: Mapping[str, str] | None,
        progress: Progress,
        clock: Clock,
        run: Run,
    ) -> None:
        self._state = state
        self._journals = journals
        self._environ = environ
        self._progress = progress
        self._clock = clock
        self._run = run
        self._stop = threading.Event()

    def go(self, agenda: Plan, jobs: int, between: _Between) -> str:
        """Run what has not run yet. Returns why it was stopped, `""` when all have run."""
        for missing in agenda.unusable:
            self.finish(_unusable(missing))
        done = self._state.results
        batches = [
            [test for test in batch if test.name not in done] for batch in agenda.batches(jobs)
        ]
        batches = [batch for batch in batches if batch]
        self._progress.expect(sum(len(batch) for batch in batches))
        for number, batch in enumerate(batches):
            try:
                if reason := between.wait(first=number == 0):
                    return reason
                if reason := self._run_batch(batch, jobs, between):
                    return reason
            except KeyboardInterrupt:
                return "interrupted by the operator"
            if (state := lever.read()).engaged:
                return state.sentence()
        return ""

    def finish(self, result: RunResult) -> None:
        """Write the result down before anything else happens."""
        self._state.add(result)
        self._progress.finished(result)

    def _run_batch(self, batch: list[ChaosTest], jobs: int, between: _Between) -> str:
        """Run a batch, `jobs` tests at a time. Returns why the suite must not go on, or `""`."""
        first = batch[:jobs]
        reasons: list[str] = []

        def begin(test: ChaosTest) -> RunResult | None:
            reason = "" if test in first else between.wait(first=False)
            if reason or self._stop.is_set():
                reasons.append(reason)
                return None
            return self._run_one(test)

        with ThreadPoolExecutor(max_workers=jobs) as pool:
            runs = {pool.submit(begin, test) for test in batch}
            try:
                self._collect(runs)
            except KeyboardInterrupt:
                # The runs are stopped, not abandoned: their rollbacks are played, and what they
                # found stays out of the state, so that a resumed suite runs them again.
                self._stop.set()
                pool.shutdown(cancel_futures=True)
                raise
        return next((reason for reason in reasons if reason), "")

    def _collect(self, runs: "set[Future[RunResult | None]]") -> None:
        waiting = runs
        while waiting:
            finished, waiting = wait(waiting, timeout=1.0, return_when=FIRST_COMPLETED)
            for one in finished:
                result = one.result()
                if result is not None:
                    self.finish(result)

    def _run_one(self, test: ChaosTest) -> RunResult:
        self._progress.started(test.name)
        try:
            return self._run(
                test.path,
                test=test.name,
                seed=Dice(self._state.seed, test.name).integer(0, 2**32 - 1),
                quick=self._state.quick,
                journals=self._journals,
                limit_s=_AROUND_S + 3 * test.duration_ms / 1000 + 2 * test.recovery_s,
                stop=lambda: "interrupted by the operator" if self._stop.is_set() else "",
                environ=self._environ,
                clock=self._clock,
            )
        except Exception as error:  # one test that cannot be started must not end the suite
            return RunResult(
                test=test.name,
                outcome="error",
                conclusive=False,
                sentence=f"{test.name} failed to run: {type(error).__name__}: {error}",
            )


def _left_over() -> str:
    records = undo.residue()
    return f"an earlier run left {records[0].sentence()}" if records else ""


def _unusable(missing: Missing) -> RunResult:
    return RunResult(test=missing.name, outcome="error", conclusive=False, sentence=missing.why)

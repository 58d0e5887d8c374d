"""What every experiment asks: is trading steady, and how long did recovery take?"""

from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.checkers.recovery import Recovery, recovery
from chaostrading.checkers.tolerance import Tolerance
from chaostrading.core.errors import ChaosTradingError

__all__ = ["recovery_seconds", "trading_is_steady"]

LOOK_EVERY_S = 0.25
QUICK_BASELINE_S = 8.0
"""A quick run watches no longer than this; the number of decisions is demanded all the same."""


def trading_is_steady(baseline_s: float = 8.0, timeout_s: float = 40.0) -> bool:
    """
    Say whether the target trades as usual, read from the wire.

    Before a fault this waits until the target has been watched for `baseline_s` seconds and has
    made as many decisions as the experiment demands (`judge.decisions_min`), at most `timeout_s`;
    what it sees becomes the baseline. After a fault it says whether the target is in tolerance of
    that baseline now: decisions as recent, no more errors, market data as fresh as usual.

    Returns false when the baseline is not met or the target is out of tolerance.
    """
    try:
        run = session.current()
        if any(one.began_s for one in run.injections):
            return _learn().in_tolerance(run.clock.monotonic())
        wanted_s = min(baseline_s, QUICK_BASELINE_S) if run.quick else baseline_s
        return _wait_for_baseline(run, wanted_s, timeout_s)
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error


def recovery_seconds(bound_s: float = 60.0, hold_s: float = 3.0) -> float:
    """
    Wait until the target has recovered, and return how long that took, in seconds.

    Recovery counts from the moment at which the last fault was confirmed gone to the first reading
    in tolerance of the baseline that is followed by `hold_s` seconds of readings in tolerance,
    four readings a second. Fails when the target has not recovered within `bound_s`, and when a
    fault is still in force.
    """
    try:
        run = session.current()
        cleared_s = run.cleared_s()
        if cleared_s is None:
            raise ActivityFailed("recovery_seconds: a fault is still in force, or none ever was")
        while True:
            found = _measure(run, cleared_s, bound_s, hold_s)
            if found.seconds is not None:
                return found.seconds
            if run.clock.monotonic() > cleared_s + bound_s + hold_s + 2 * LOOK_EVERY_S:
                complaint = _learn().complaint(run.clock.monotonic())
                raise ActivityFailed(f"not recovered within {bound_s:g} s: {complaint}")
            run.hold(LOOK_EVERY_S)
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error


def _learn() -> Tolerance:
    run = session.current()
    return Tolerance.from_baseline(run.evidence(), decisions_min=run.decisions_min)


def _measure(run: session.Session, cleared_s: float, bound_s: float, hold_s: float) -> Recovery:
    samples = _learn().samples(cleared_s, run.clock.monotonic(), LOOK_EVERY_S)
    return recovery(samples, cleared_s, bound_s, hold_s)


def _wait_for_baseline(run: session.Session, baseline_s: float, timeout_s: float) -> bool:
    deadline_s = run.clock.monotonic() + timeout_s
    while run.clock.monotonic() < deadline_s:
        run.hold(LOOK_EVERY_S)
        watched_s = run.clock.monotonic() - run.recording.began_s
        if watched_s >= baseline_s and _learn().in_tolerance(run.clock.monotonic()):
            return True
    run.facts["baseline"] = _learn().complaint(run.clock.monotonic())
    return False

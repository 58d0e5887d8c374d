"""What every experiment does between its faults: wait, and take the faults away."""

from typing import Any

from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.core.errors import ChaosTradingError

__all__ = ["heal", "hold"]


def hold(seconds: float = 0.0, quick_seconds: float = 0.0) -> float:
    """
    Let the fault in force do its work.

    - `seconds`: how long; 0 means until the faults in force have lasted as long as they are to
    - `quick_seconds`: used instead in a quick run (`chaos trading suite --quick`, or `--var
      quick:bool=true`); 0 means the same as `seconds`

    The wait ends at once when the run is stopped by the lever, a signal or a target that is no
    longer in paper mode.

    Returns the seconds really waited. Fails when the run was stopped.

    Example:

        {"type": "action", "name": "hold", "provider": {"type": "python",
         "module": "chaostrading.actions.run", "func": "hold", "arguments": {"seconds": 12}}}
    """
    try:
        run = session.current()
        wanted = (run.quick and quick_seconds) or seconds
        return run.hold(wanted or run.remaining_s())
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error


def heal() -> list[dict[str, Any]]:
    """
    Take every fault of this run out of force, and confirm it at the proxy.

    Idempotent: safe in the method and again in the rollbacks, and safe when nothing was injected.
    Fails when a fault could not be proven gone; the proxy ends such a lease by itself when its
    owner has been silent for 3 s.

    Returns the ended leases with their hits.
    """
    try:
        run = session.armed()
        return run.heal() if run else []
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error

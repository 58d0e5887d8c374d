"""What an experiment can do: one module per category of the seed, and `run` to hold and heal.

Each action checks that the guard has armed the run, makes one call, and returns JSON. They refuse
outside a guarded run. `chaos discover --no-install chaostoolkit-trading` prints their manuals.

`put_in_force` is what all actions on the wire share; `narrowed` drops the parts of a scope or of
parameters that an experiment has left empty.
"""

from collections.abc import Mapping
from typing import Any

from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.core.errors import ChaosTradingError

__all__ = ["narrowed", "put_in_force"]


def put_in_force(
    fault: str,
    parameters: Mapping[str, Any],
    *,
    duration_s: float,
    scope: Mapping[str, Any] | None = None,
    **common: Any,
) -> dict[str, Any]:
    """Arm a fault at the proxy for this run and return the lease as the proxy confirmed it.

    `common` are further fields of `faults.lease_request.LeaseRequest`: share, mode, every,
    start_s, max_hits, existing_connections. Raises ActivityFailed with one sentence.
    """
    request = {
        "fault": fault,
        "parameters": dict(parameters),
        "scope": narrowed(scope or {}),
        "duration_s": duration_s,
        **common,
    }
    try:
        return session.current().inject(request).report
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error


def narrowed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that an experiment has set: neither empty nor None."""
    return {name: value for name, value in values.items() if value not in ("", None)}

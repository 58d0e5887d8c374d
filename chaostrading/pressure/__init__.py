"""Memory and CPU pressure on a scope, under control, and gone when it should be.

Start with `find_scope` (what is pressed on, and the limit that percent is of) and
`start_pressure` (the load). `own_scope` makes a cgroup for a program of ours, so that a run does
not squeeze the whole computer. `end_leftovers` is the second line: it finds and ends what an
earlier run left, by pid and start time.

    scope = find_scope("process", pid=4711)
    pressure = start_pressure("memory", scope, mode="hold", percent=85, duration_s=60)
    pressure.wait_until_reached(20)
    ...
    pressure.stop()
    pressure.evidence()["reached"]

One driver process per load runs the loop (`driver.py`); burners and ballast (`_burner.py`,
`_ballast.py`) are its children. Each of them ends when the process above it ends in any way, at
its own deadline, and on request; the driver also on the lever and when memory runs short. What
this room may know: the kernel's files, psutil and `core`. It knows nothing of trading.

What it refuses: less than 512 MiB or 10 % of the machine left free (10 % of the limit in a
smaller group), more than 95 %, a second run on the same host, a host that swaps. A system
without cgroups (macOS) has the scope `host` only.
"""

import importlib
from typing import TYPE_CHECKING, Any

from chaostrading.pressure.residue import end_leftovers, leftovers

if TYPE_CHECKING:
    from chaostrading.pressure.groups import OwnGroup, own_scope, place
    from chaostrading.pressure.run import Pressure, start_pressure
    from chaostrading.pressure.scope import Scope, find_scope

__all__ = [
    "OwnGroup",
    "Pressure",
    "Scope",
    "end_leftovers",
    "find_scope",
    "leftovers",
    "own_scope",
    "place",
    "start_pressure",
]

_HOMES = {
    "OwnGroup": "groups",
    "Pressure": "run",
    "Scope": "scope",
    "find_scope": "scope",
    "own_scope": "groups",
    "place": "groups",
    "start_pressure": "run",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for: a run without pressure needs nothing of this room."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"chaostrading.pressure.{_HOMES[name]}"), name)

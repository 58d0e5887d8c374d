"""System chaos: memory and CPU time run short where the target lives.

The load stands in processes of its own that end with this one whatever happens to it, at their own
deadline, and by the lever. What is pressed on is the target's own limit where it has one (a
container, a control group), and never more than leaves 10 % of it free.
"""

from collections.abc import Mapping
from typing import Any

from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.core.errors import ChaosTradingError, InvalidInput
from chaostrading.paper.stimulus import calm, rush
from chaostrading.pressure import Pressure, Scope, find_scope, start_pressure
from chaostrading.safety import undo
from chaostrading.session import Injection, Session

__all__ = ["cpu_spike", "memory_pressure"]

Report = dict[str, Any]
GIB = 1024**3
REACHED_WITHIN_S = {"memory": 20.0, "cpu": 5.0}
"""Memory grows by 10 % of the limit in a second, CPU time is used at once."""


def memory_pressure(
    percent: float = 85.0,
    mode: str = "hold",
    scope: str = "process",
    duration_s: float = 60.0,
    least: float = 80.0,
    pid: int = 0,
    max_gib: float = 8.0,
    busy: bool = True,
) -> Report:
    """
    Fill the memory that the target may use, and keep it filled (F52).

    Returns once the level is reached. The ballast is touched, incompressible, private memory in a
    process that the kernel kills first when memory runs out, so that it is never the target that
    dies. It grows by at most 10 % of the limit in a second and shrinks when others need room.

    - `percent`: the level, percent of the limit; at most 90 in a group, since 10 % stay free
    - `mode`: `hold`: ballast is added until all that lives in the scope uses so much; `add`: so
      much ballast, whatever else is used
    - `scope`: `process`: the control group of the target, with the tightest limit above it; the
      machine where there is none; `cgroup`: the group of this process; `host`: the machine
    - `duration_s`: how long the load lasts; it ends by itself
    - `least`: the level from which a sample counts; a run in which fewer than 80 % of them count
      proves nothing
    - `pid`: process id of the target; 0 asks the target (`pid` among its metrics)
    - `max_gib`: most ballast in GiB; more is refused
    - `busy`: let the paper exchange send many messages meanwhile; other exchanges do as they like

    Returns what was reached: level, limit and where it was read, hits (samples at the level).

    Example:

        {"type": "action", "name": "fill", "provider": {"type": "python",
         "module": "chaostrading.actions.system", "func": "memory_pressure",
         "arguments": {"percent": 85, "duration_s": 60}}}
    """
    load = {"percent": percent, "mode": mode, "duration_s": duration_s}
    load["max_bytes"] = int(max_gib * GIB)
    return _press("memory", load, least, busy, scope, pid)


def cpu_spike(
    percent: float = 95.0,
    mode: str = "hold",
    scope: str = "process",
    duration_s: float = 30.0,
    least: float = 90.0,
    pid: int = 0,
    busy: bool = True,
) -> Report:
    """
    Use up the CPU time that the target may use (F53).

    Returns once the level is reached. The load has the priority of the target and takes turns with
    it on the same cores, or within the same quota.

    - `percent`: the level, percent of the quota or of the cores; at most 95
    - `mode`: `hold`: all that runs in the scope uses so much together; `add`: the load alone does
    - `scope`: `process`: the control group of the target, with the tightest quota above it; the
      cores it may use where there is none; `cgroup`: the group of this process; `host`: the machine
    - `duration_s`: how long the load lasts; it ends by itself
    - `least`: the level from which a sample counts; a run in which fewer than 80 % of them count
      proves nothing
    - `pid`: process id of the target; 0 asks the target (`pid` among its metrics)
    - `busy`: let the paper exchange send many messages meanwhile; other exchanges do as they like

    Returns what was reached: level, limit and where it was read, hits (samples at the level).

    Example:

        {"type": "action", "name": "spike", "provider": {"type": "python",
         "module": "chaostrading.actions.system", "func": "cpu_spike",
         "arguments": {"percent": 95, "duration_s": 30}}}
    """
    load = {"percent": percent, "mode": mode, "duration_s": duration_s}
    return _press("cpu", load, least, busy, scope, pid)


def _press(
    kind: str, load: dict[str, Any], least: float, busy: bool, scope: str, pid: int
) -> Report:
    try:
        run = session.current()
        run.refuse_when_stopped()
        if run.settings.max_duration_ms is not None:
            load["duration_s"] = min(load["duration_s"], run.settings.max_duration_ms / 1_000)
        duration_s = float(load["duration_s"])
        injection, pressure = _start(run, kind, _scope(run, kind, scope, pid), load, least)
        pressure.wait_until_reached(min(REACHED_WITHIN_S[kind], duration_s))
        run.refuse_when_stopped()
        if busy and run.exchange is not None:
            run.facts["rush"] = rush(run.exchange, for_s=duration_s)
        injection.report.update(_report(run, pressure, least))
        return injection.report
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error


def _start(
    run: Session, kind: str, scope: Scope, load: Mapping[str, Any], least: float
) -> tuple[Injection, Pressure]:
    def tell(sample: dict[str, Any]) -> None:
        run.recording.note(pressure_level=sample["level_percent"], pressure_wanted=least)

    # The processes have no ids yet: the record says that there is a load, its own files say which.
    record = undo.write(run.run_id, {"kind": "kill_scope", "scope": f"{kind}: {scope.name}"})
    began_s = run.clock.monotonic()
    try:
        pressure = start_pressure(kind, scope, on_sample=tell, clock=run.clock, **load)
    except ChaosTradingError:
        undo.done(record)
        raise
    injection = Injection(
        fault=f"{kind}_pressure",
        parameters={**load, "least": least, "scope": scope.kind},
        began_s=began_s,
        duration_s=float(load["duration_s"]),
        undo=record,
    )

    def end() -> None:
        try:
            pressure.stop()
        finally:
            injection.report.update(_report(run, pressure, least))
        run.recording.note(pressure_level=0.0, pressure_wanted=0.0)
        if run.exchange is not None:
            calm(run.exchange, run.facts.pop("rush", []))

    injection.end = end
    run.add(injection)
    return injection, pressure


def _scope(run: Session, kind: str, name: str, pid: int) -> Scope:
    if name != "process":
        return find_scope(name)
    number = pid or int(run.target.metrics().get("pid", 0))
    if not number:
        raise InvalidInput(
            f"{kind}: scope process needs the pid of the target, and {run.target.name} does not "
            "tell it; name it (pid), or use the scope host"
        )
    return find_scope(name, number)


def _report(run: Session, pressure: Pressure, least: float) -> Report:
    """What a pressure has reached. Hits are the samples at its level; none count if it was lost."""
    level = pressure.evidence(least)
    samples = pressure.samples()
    held = [sample for sample in samples if sample["level_percent"] >= least]
    moments = {"first_hit_s": held[0]["mono_s"], "last_hit_s": held[-1]["mono_s"]} if held else {}
    hits = len(held) if level["reached"] else 0
    level["room"] = run.facts.get("room", "")
    return {"hits": hits, "misses": len(samples) - hits, "level": level, **moments}

"""CPU pressure: a closed loop that sets the duty of one burner per core four times a second."""

import math
from collections import deque
from typing import Any

from chaostrading.core.errors import Refused
from chaostrading.pressure.children import Child, join_groups
from chaostrading.pressure.gauge import CpuGauge, cpu_time_s
from chaostrading.pressure.scope import Scope

__all__ = ["CpuLoad", "PiLaw"]

TICK_S = 0.25
GAIN, INTEGRAL_GAIN_PER_S = 0.5, 1.6
"""Measured: at 90 % of two cores, 90.01 +- 0.47; with a neighbour at 60 %, 61.3 +- 1.7."""
MEAN_OF = 4
"""Ticks in one reported level: the kernel counts in 10 ms, a quarter second alone is too coarse."""


class PiLaw:
    """Proportional and integral control of a share (0..`most`) that does not wind up."""

    def __init__(self, first: float = 0.0, most: float = 1.0) -> None:
        self._most = most
        self._integral = min(most, max(0.0, first))

    def share(self, error: float, elapsed_s: float) -> float:
        """The share to burn, given how much lacks to the wanted share of the limit."""
        integral = self._integral + INTEGRAL_GAIN_PER_S * error * elapsed_s
        self._integral = min(self._most, max(0.0, integral))
        return min(self._most, max(0.0, self._integral + GAIN * error))


class CpuLoad:
    """Burners under control. `hold`: the scope's use is kept at the wanted percent of its limit;
    `add`: the burners' own use is."""

    tick_s = TICK_S

    def __init__(self, scope: Scope, mode: str, percent: float, max_bytes: int) -> None:
        if scope.cpu_limit_cores <= 0:
            raise Refused(f"cpu: the scope has no core to use by {scope.cpu_limit_source}")
        self._scope, self._mode, self._percent = scope, mode, percent
        self._gauge = CpuGauge(scope)
        self.started: list[Child] = []
        self._own_s = 0.0
        self._now = 0.0
        self._law: PiLaw | None = None
        self._levels: deque[float] = deque(maxlen=MEAN_OF)
        self._scope_levels: deque[float] = deque(maxlen=MEAN_OF)
        self._duty = 0.0
        self.before_percent = -1.0

    def start(self, deadline_s: int) -> None:
        """Start the burners at duty 0 in the scope's groups and on its cores."""
        scope = self._scope
        cores = list(scope.cpus) or [-1] * math.ceil(scope.cpu_limit_cores)
        if scope.cpu_group:
            # Under a quota the cores are free to choose, and it must be possible to use it up.
            cores = [-1] * math.ceil(scope.cpu_limit_cores)
        for core in cores:
            burner = Child("burner", "_burner.py", deadline_s, core)
            self.started.append(burner)
            join_groups(burner.pid, scope.cpu_place)
        self._gauge.start(self._now)
        self._own_s = self._used_s()

    def step(self, elapsed_s: float) -> tuple[dict[str, Any], str]:
        """Measure, decide, tell the burners: the sample, and why the run must stop (never)."""
        for burner in self.started:
            burner.check()
        limit = self._scope.cpu_limit_cores
        self._now += elapsed_s
        scope_percent = self._gauge.percent(self._now)
        own_s = self._used_s()
        own_percent = 100.0 * (own_s - self._own_s) / (elapsed_s * limit)
        self._own_s = own_s
        level = scope_percent if self._mode == "hold" else own_percent
        error = (self._percent - level) / 100
        if self._law is None:
            # The first interval had no load of ours: it tells what the neighbours use.
            self.before_percent = scope_percent
            if self._mode == "add":
                # What the burners used was their own start.
                level, error = 0.0, self._percent / 100
            # Burners that ask for the quota and no more lose what they are throttled for.
            self._law = PiLaw(first=error, most=max(1.0, len(self.started) / limit))
            share = max(0.0, error)
        else:
            share = self._law.share(error, elapsed_s)
        self._levels.append(level)
        self._scope_levels.append(scope_percent)
        sample = self._sample()
        self._duty = min(1.0, share * limit / len(self.started))
        for burner in self.started:
            burner.tell(f"{self._duty:.4f}")
        return sample, ""

    def _used_s(self) -> float:
        return sum(cpu_time_s(burner.pid) for burner in self.started)

    def _sample(self) -> dict[str, Any]:
        return {
            "level_percent": round(sum(self._levels) / len(self._levels), 3),
            "wanted_percent": self._percent,
            "scope_percent": round(sum(self._scope_levels) / len(self._scope_levels), 3),
            "duty": round(self._duty, 4),
        }

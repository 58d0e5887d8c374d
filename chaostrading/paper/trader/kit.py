"""What every part of the trader is handed: clock, chance, settings, counters, log, alarm."""

from collections import Counter
from dataclasses import dataclass, field

from chaostrading.core.clock import Clock
from chaostrading.core.seeds import Dice
from chaostrading.paper.trader.audit import AuditLog
from chaostrading.paper.trader.defences import Defences
from chaostrading.paper.trader.defences.alarm import Alarm
from chaostrading.paper.trader.settings import Settings

__all__ = ["Kit"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kit:
    """The common tools of one trader."""

    clock: Clock
    dice: Dice
    settings: Settings
    defences: Defences
    audit: AuditLog
    alarm: Alarm
    counters: Counter[str] = field(default_factory=Counter)
    """Whole numbers of `/metrics`, by name."""

    def error(self, where: str, error: BaseException | str) -> None:
        """Count an error, write it down and raise an alarm."""
        text = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
        self.counters["errors_total"] += 1
        if self.alarm.raise_("warning", "error", f"{where}: {text}", about=where) is not None:
            self.audit.write("ErrorSeen", {"where": where, "error": text[:500]})

    def warn(self, kind: str, text: str, about: str = "", level: str = "warning") -> None:
        """Raise an alarm and write it down, unless it was raised a moment ago."""
        if self.alarm.raise_(level, kind, text, about=about) is not None:
            self.audit.write("AlarmRaised", {"level": level, "kind": kind, "text": text[:500]})

"""D26: after a restart, read what was meant and what became of it before the first order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from chaostrading.paper.trader.defences.fill_accounting import Fill

__all__ = ["CrashRecovery", "NaiveCrashRecovery", "Recovered"]


@dataclass(kw_only=True, slots=True)
class Recovered:
    """What the audit log knows from before the start."""

    fills: list[Fill] = field(default_factory=list)
    intents: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Intents whose end was never written."""
    baseline: dict[str, str] = field(default_factory=dict)
    """Balances before the first order ever."""
    baseline_ms: int = 0
    attempts_wall_s: list[float] = field(default_factory=list)
    halted: str = ""
    """Reason of a kill that nobody has lifted."""


class CrashRecovery:
    """Replays the audit log. Intents are written before they are sent, so none is missing."""

    reads_first = True
    """True: open orders and unfinished intents are settled before the first order."""

    def replay(self, entries: Iterable[Mapping[str, Any]]) -> Recovered:
        """Collect what matters from the entries, oldest first."""
        found = Recovered()
        for entry in entries:
            self._take(found, str(entry["event"]), entry["detail"], float(entry["wall_s"]))
        return found

    @staticmethod
    def _take(found: Recovered, event: str, detail: Mapping[str, Any], wall_s: float) -> None:
        if event == "OrderIntended":
            found.intents[detail["client_id"]] = detail
            found.attempts_wall_s.append(wall_s)
        elif event == "CancelIntended":
            found.attempts_wall_s.append(wall_s)
        elif event == "OrderEnded":
            found.intents.pop(detail["client_id"], None)
        elif event == "OrderFilled":
            found.fills.append(
                Fill(
                    symbol=detail["symbol"],
                    trade_id=int(detail["trade_id"]),
                    client_id=detail["client_id"],
                    side=detail["side"],
                    quantity=Decimal(detail["quantity"]),
                    price=Decimal(detail["price"]),
                    base_fee=Decimal(detail["base_fee"]),
                    quote_fee=Decimal(detail.get("quote_fee", "0")),
                )
            )
        elif event == "BaselineTaken":
            found.baseline = dict(detail["balances"])
            found.baseline_ms = int(detail["at_ms"])
        elif event == "Killed":
            found.halted = detail["reason"]
        elif event == "Resumed":
            found.halted = ""


class NaiveCrashRecovery(CrashRecovery):
    """Starts flat: whatever was before did not happen."""

    reads_first = False

    def replay(self, entries: Iterable[Mapping[str, Any]]) -> Recovered:
        return Recovered()

"""F17: the web application firewall."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Close, Fate, Fault, Frame, State
from chaostrading.faults.calls import is_call, said
from chaostrading.faults.limits import one_of
from chaostrading.faults.registry import register

__all__ = ["Waf403Html"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class Waf403Html(Fault):
    """Refuse requests as the exchange's web application firewall does: a page, no Retry-After.

    On the wire: requests and upgrades are answered in the exchange's place. A firewall cannot
    answer inside a WebSocket: a call of the WebSocket API loses its connection instead."""

    name = "waf_403_html"
    catalogue = "F17"
    category = "exchange"
    kinds = frozenset({"request", "message"})
    state_per = "lease"

    status: int = 403
    """403 (refused by a rule) or 451 (refused by region)."""

    def __post_init__(self) -> None:
        one_of(self.name, "status", self.status, (403, 451))

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not is_call(frame):
            return PASS
        if frame.kind == "message":
            return Close()
        return said(frame, frame.venue.firewall(status=self.status))

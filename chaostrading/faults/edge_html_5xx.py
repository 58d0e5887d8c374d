"""F20: the edge network in front of the exchange."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, State
from chaostrading.faults.calls import EXECUTED, answers_now, said
from chaostrading.faults.limits import one_of
from chaostrading.faults.registry import register

__all__ = ["EdgeHtml5xx"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class EdgeHtml5xx(Fault):
    """Answer with the HTML page of the edge network; the order may have been executed.

    On the wire: as http_5xx_status_unknown, but the body is a Cloudflare page. Over the WebSocket
    API the status stands in a frame, since a page cannot."""

    name = "edge_html_5xx"
    catalogue = "F20"
    category = "exchange"
    kinds = frozenset({"request", "answer", "message"})
    state_per = "lease"

    status: int = 520
    """520 (unknown error), 522 (no connection), 524 (timeout) or 502."""
    executed: str = "random"
    """no, yes, or random: seeded, half of them."""

    def __post_init__(self) -> None:
        one_of(self.name, "status", self.status, (502, 520, 522, 524))
        one_of(self.name, "executed", self.executed, EXECUTED)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not answers_now(self.executed, frame, dice, state.memory):
            return PASS
        return said(frame, frame.venue.edge_error(status=self.status))

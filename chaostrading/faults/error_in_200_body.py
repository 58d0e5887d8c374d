"""F18: an error that looks like a success."""

from dataclasses import dataclass

from chaostrading.core.errors import unknown_name
from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Answer, Fate, Fault, Frame, State
from chaostrading.faults.calls import is_call, said
from chaostrading.faults.registry import register
from chaostrading.venues import VENUES

__all__ = ["ErrorIn200Body"]

_JSON = (("Content-Type", "application/json"),)


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorIn200Body(Fault):
    """Answer with status 200 and an error in the body, as Kraken, Bybit, OKX and others do.

    On the wire: requests are answered in the exchange's place, which never sees them. Upgrades
    pass, since a 200 to an upgrade is no answer any exchange gives."""

    name = "error_in_200_body"
    catalogue = "F18"
    category = "exchange"
    kinds = frozenset({"request", "message"})
    state_per = "lease"

    dialect: str = ""
    """Venue whose words are used; empty for the venue of the proxy."""
    code: str = ""
    """Error code in that venue's spelling (`EService:Unavailable`, `10016`); empty for its rate
    limit (Kraken: `EAPI:Rate limit exceeded`)."""
    empty_result: bool = False
    """No error at all but an empty result: `[]` to a question for orders, `{}` to others."""

    def __post_init__(self) -> None:
        if self.dialect and self.dialect not in VENUES:
            raise unknown_name(f"{self.name} dialect", self.dialect, VENUES)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not is_call(frame) or frame.upgrade:
            return PASS
        if self.empty_result and frame.kind == "request":
            body = b"[]" if frame.meaning.role == "query" else b"{}"
            return Answer(status=200, headers=_JSON, body=body)
        venue = VENUES[self.dialect] if self.dialect else frame.venue
        return said(frame, venue.error_in_200(code=self.code))

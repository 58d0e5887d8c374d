"""Data of one symbol where that of another one is expected."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Replace, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.market import carry, is_market, place
from chaostrading.faults.registry import register

__all__ = ["WrongSymbol"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class WrongSymbol(Fault):
    """Brings data of one symbol on the stream, or in answer to the request, of another one.

    The stream's own name stays. With fewer than two symbols in the traffic since arming nothing can
    be mixed up and nothing is touched, except by `label` with `other`."""

    name = "wrong_symbol"
    catalogue = "F45"
    category = "data"
    kinds = frozenset({"message", "answer"})
    state_per = "lease"

    form: str = "payload"
    """`payload`: symbol and prices of the other one; `label`: its symbol only, so that inner and
    outer name differ; `content`: its prices only, which no label gives away."""
    other: str = ""
    """The symbol to bring, in the venue's spelling; "" takes any other that was seen. With `label`
    it may be one that does not exist, such as the ambiguous `BTCUSD`."""
    every: int = 3
    """Every n-th message of a stream, and every n-th answer, 1..100000."""

    def __post_init__(self) -> None:
        one_of(self.name, "form", self.form, ("payload", "label", "content"))
        within(self.name, "every", self.every, 1, 100_000)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        symbol = frame.meaning.symbol
        if not is_market(frame) or not symbol:
            return PASS
        seen: dict[tuple[str, str], dict[str, bytes]] = state.memory.setdefault("seen", {})
        alike = seen.setdefault((frame.kind, frame.meaning.endpoint), {})
        alike[symbol] = frame.payload
        counts: dict[str, int] = state.memory.setdefault("counts", {})
        counts[place(frame)] = counts.get(place(frame), 0) + 1
        if counts[place(frame)] % self.every:
            return PASS
        other = self.other or next((name for name in alike if name != symbol), "")
        if not other or (self.form != "label" and other not in alike):
            return PASS
        payload = frame.payload
        if self.form != "label":
            payload = carry(frame.venue.edit_price, alike[other], payload)
        if self.form != "content":
            payload = frame.venue.edit_symbol(payload, lambda _: other)
        return Replace(payloads=(payload,)) if payload != frame.payload else PASS

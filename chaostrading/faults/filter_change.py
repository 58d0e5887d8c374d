"""F29: the trading rules change under way."""

from dataclasses import dataclass

from chaostrading.core.errors import InvalidInput
from chaostrading.core.money import decimal, decimal_or_none
from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Replace, State
from chaostrading.faults.calls import is_call, said
from chaostrading.faults.limits import within
from chaostrading.faults.registry import register
from chaostrading.venues.rules import edit_rules, is_multiple, rules_of, scaled
from chaostrading.venues.troubles import trouble

__all__ = ["FilterChange"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class FilterChange(Fault):
    """Change step size, tick size and least order value while the client trades.

    On the wire: orders that break the new rules are rejected in the exchange's place (Binance
    -1013), and the exchange's answers about its rules say the new ones, at first or after
    `stale_rules_s`. The old rules are read from such an answer; until one has passed, `step_size`,
    `tick_size` and `min_notional` are taken for them."""

    name = "filter_change"
    catalogue = "F29"
    category = "exchange"
    kinds = frozenset({"request", "answer", "message"})
    state_per = "lease"

    symbol: str = ""
    """Symbol in the venue's spelling, empty for all."""
    step_size_factor: float = 100.0
    """New quantity step and least quantity as a multiple of the old, 0.000001..1000000."""
    tick_size_factor: float = 1.0
    """New price step as a multiple of the old, 0.000001..1000000."""
    min_notional_factor: float = 2.0
    """New least order value as a multiple of the old, 0.000001..1000000."""
    band_factor: float = 1.0
    """Upper price multipliers of the published rules as a multiple of the old; not enforced."""
    enforce: bool = True
    """Reject orders that break the new rules."""
    stale_rules_s: float = 0.0
    """For so many seconds the published rules stay the old ones, 0..3600."""
    step_size: str = "0.00001"
    """Old quantity step where the exchange has not said it."""
    tick_size: str = "0.01"
    """Old price step where the exchange has not said it."""
    min_notional: str = "5"
    """Old least order value where the exchange has not said it."""

    def __post_init__(self) -> None:
        for name in ("step_size_factor", "tick_size_factor", "min_notional_factor", "band_factor"):
            within(self.name, name, getattr(self, name), 0.000_001, 1_000_000)
        within(self.name, "stale_rules_s", self.stale_rules_s, 0, 3_600)
        for name in ("step_size", "tick_size", "min_notional"):
            try:
                decimal(getattr(self, name), name)
            except ValueError as error:
                raise InvalidInput(f"{self.name}: {error}") from error

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if frame.kind == "answer" and frame.meaning.role == "rules":
            return self._at_rules(frame, state)
        ours = not self.symbol or frame.meaning.symbol == self.symbol
        if not self.enforce or not ours or not is_call(frame) or frame.meaning.role != "order":
            return PASS
        broken = self._broken(frame, state)
        return said(frame, trouble(frame.venue, broken)) if broken else PASS

    def _at_rules(self, frame: Frame, state: State) -> Fate:
        state.memory.setdefault("rules", {}).update(rules_of(frame.venue, frame.payload))
        if frame.now_s - state.armed_s < self.stale_rules_s:
            return PASS
        changes = {
            "step_size": lambda text: scaled(text, self.step_size_factor),
            "tick_size": lambda text: scaled(text, self.tick_size_factor),
            "min_notional": lambda text: scaled(text, self.min_notional_factor),
            "band": lambda text: scaled(text, self.band_factor),
        }
        payload = edit_rules(frame.venue, frame.payload, self.symbol, changes)
        return Replace(payloads=(payload,)) if payload != frame.payload else PASS

    def _broken(self, frame: Frame, state: State) -> str:
        """Name of the new rule that this order breaks, "" for none."""
        order = frame.meaning
        old: dict[str, str] = state.memory.get("rules", {}).get(order.symbol, {})
        step = scaled(old.get("step_size", self.step_size), self.step_size_factor)
        tick = scaled(old.get("tick_size", self.tick_size), self.tick_size_factor)
        least = scaled(old.get("min_notional", self.min_notional), self.min_notional_factor)
        if order.quantity and not is_multiple(order.quantity, step):
            return "step_size"
        if order.price and not is_multiple(order.price, tick):
            return "tick_size"
        quantity, price = decimal_or_none(order.quantity), decimal_or_none(order.price)
        if quantity is not None and price is not None and quantity * price < decimal(least):
            return "min_notional"
        return ""

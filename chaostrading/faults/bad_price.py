"""Prices that are none."""

from dataclasses import dataclass
from decimal import Decimal

from chaostrading.core.money import decimal_or_none
from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Replace, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.market import is_market, like, place, values
from chaostrading.faults.registry import register

__all__ = ["BadPrice"]

_FACTORS = {
    "x0.001": Decimal("0.001"),
    "x0.1": Decimal("0.1"),
    "x10": Decimal(10),
    "x1000": Decimal(1000),
    "crash": Decimal("0.0003"),
    "drop20": Decimal("0.8"),
    "rise20": Decimal("1.2"),
}
_TEXTS = ("0", "negative", "nan", "null", "empty", "exponent", "comma", "decimals", "digit")


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class BadPrice(Fault):
    """Falsifies every price of some messages and answers, one kind of falsehood after another.

    The text on the wire is changed and nothing else. Choose a kind on which a naive client must
    trade, and repeat it over at least two of its cycles."""

    name = "bad_price"
    catalogue = "F43"
    category = "data"
    kinds = frozenset({"message", "answer"})
    state_per = "lease"

    values: tuple[str, ...] = ("x1000", "0")
    """The falsehoods, in order: `0`, `negative`, `nan`, `null`, `empty` (""), `x0.001`, `x0.1`,
    `x10`, `x1000`, `crash` (-99.97 %), `drop20`, `rise20` (plausible), `exponent` (9.2E-7),
    `comma`, `decimals` (too many), `digit` (another first digit), `swapped` (price and quantity
    have changed places)."""
    frames: int = 1
    """Number of messages in a row for each of them, 1..100000."""
    every: int = 0
    """Good messages until the first falsehood comes again, 0..100000; 0: never."""

    def __post_init__(self) -> None:
        within(self.name, "number of values", len(self.values), 1, 100)
        for value in self.values:
            one_of(self.name, "values", value, (*_TEXTS, *_FACTORS, "swapped"))
        within(self.name, "frames", self.frames, 1, 100_000)
        within(self.name, "every", self.every, 0, 100_000)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if not is_market(frame):
            return PASS
        where = place(frame)
        count: int = state.memory.get(where, 0)
        length = len(self.values) * self.frames
        at = count % (length + self.every) if self.every else count
        value = self.values[at // self.frames] if at < length else ""
        if value == "swapped":
            edited = _swapped(frame)
        else:
            edited = frame.venue.edit_price(frame.payload, lambda text: _bad(text, value))
        if value and edited == frame.payload:
            return PASS
        state.memory[where] = count + 1
        return Replace(payloads=(edited,)) if value else PASS


def _swapped(frame: Frame) -> bytes:
    """Each price in the place of its quantity and the reverse; as it was where they do not pair."""
    venue = frame.venue
    prices = values(venue.edit_price, frame.payload)
    quantities = values(venue.edit_quantity, frame.payload)
    if len(prices) != len(quantities):
        return frame.payload
    left = iter(quantities)
    edited = venue.edit_price(frame.payload, lambda _: next(left))
    right = iter(prices)
    return venue.edit_quantity(edited, lambda _: next(right))


def _bad(text: str, value: str) -> str:
    number = decimal_or_none(text)
    if number is None or not value:
        return text
    if value in _FACTORS:
        return like(text, number * _FACTORS[value])
    if value == "digit":
        at = next((at for at, one in enumerate(text) if one in "123456789"), -1)
        return text if at < 0 else text[:at] + str(int(text[at]) % 9 + 1) + text[at + 1 :]
    return {
        "0": like(text, Decimal(0)),
        "negative": f"-{text}",
        "nan": "NaN",
        "null": "null",
        "empty": "",
        "exponent": f"{number:E}",
        "comma": text.replace(".", ","),
        "decimals": text + "123456789" if "." in text else text + ".123456789",
    }[value]

"""Trading rules of instruments in an exchange's answers: find them, change them, byte for byte.

Lists of all instruments are megabytes, so they are read with patterns, not parsed.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from chaostrading.core.money import decimal_or_none
from chaostrading.venues.base import Venue

__all__ = ["edit_rules", "edit_status", "is_multiple", "rules_of", "scaled"]

_NAMES: dict[str, dict[str, str]] = {
    "binance": {
        "stepSize": "step_size",
        "minQty": "step_size",
        "tickSize": "tick_size",
        "minNotional": "min_notional",
        "multiplierUp": "band",
        "bidMultiplierUp": "band",
        "askMultiplierUp": "band",
    },
    "bybit": {
        "basePrecision": "step_size",
        "qtyStep": "step_size",
        "minOrderQty": "step_size",
        "tickSize": "tick_size",
        "minOrderAmt": "min_notional",
        "minNotionalValue": "min_notional",
    },
    "okx": {"lotSz": "step_size", "minSz": "step_size", "tickSz": "tick_size"},
    "kraken": {"ordermin": "step_size", "tick_size": "tick_size", "costmin": "min_notional"},
    "coinbase": {
        "base_increment": "step_size",
        "base_min_size": "step_size",
        "quote_increment": "tick_size",
        "price_increment": "tick_size",
        "quote_min_size": "min_notional",
    },
}
"""Members that hold a rule, per venue, and which rule it is."""
_SYMBOLS = {
    "binance": "symbol",
    "bybit": "symbol",
    "okx": "instId",
    "kraken": "altname",
    "coinbase": "product_id",
}
_TRADING = {
    "binance": rb'("status"\s*:\s*")TRADING(")',
    "bybit": rb'("status"\s*:\s*")Trading(")',
    "okx": rb'("state"\s*:\s*")live(")',
    "kraken": rb'("status"\s*:\s*")online(")',
    "coinbase": rb'("status"\s*:\s*")online(")',
}


def _pattern(venue: Venue) -> tuple[re.Pattern[bytes], str, dict[str, str]]:
    names = _NAMES.get(venue.name, _NAMES["binance"])
    symbol = _SYMBOLS.get(venue.name, "symbol")
    listed = "|".join((symbol, *names))
    return re.compile(rb'"(%s)"\s*:\s*"([^"]*)"' % listed.encode()), symbol, names


def rules_of(venue: Venue, payload: bytes) -> dict[str, dict[str, str]]:
    """The rules of every instrument in this answer: `{"BTCUSDT": {"step_size": "0.00001000"}}`.

    Of several values for a rule the first one above zero counts."""
    pattern, symbol_name, names = _pattern(venue)
    found: dict[str, dict[str, str]] = {}
    rules: dict[str, str] = {}
    for match in pattern.finditer(payload):
        name, value = match.group(1).decode(), match.group(2).decode("utf-8", "replace")
        if name == symbol_name:
            rules = found.setdefault(value, {})
            continue
        number = decimal_or_none(value)
        # A least quantity is scaled with the step but is not the step.
        if number is not None and number > 0 and name not in ("minQty", "minOrderQty", "minSz"):
            rules.setdefault(names[name], value)
    return found


def edit_rules(
    venue: Venue, payload: bytes, symbol: str, changes: Mapping[str, Callable[[str], str]]
) -> bytes:
    """Pass the rules of one instrument ("" for all) through `changes`, by the name of the rule."""
    pattern, symbol_name, names = _pattern(venue)
    at = [""]

    def edited(match: re.Match[bytes]) -> bytes:
        name, value = match.group(1).decode(), match.group(2).decode("utf-8", "replace")
        if name == symbol_name:
            at[0] = value
            return match.group()
        change = changes.get(names[name])
        if change is None or (symbol and at[0] != symbol) or decimal_or_none(value) is None:
            return match.group()
        start = match.start(2) - match.start()
        return match.group()[:start] + change(value).encode() + b'"'

    return pattern.sub(edited, payload)


def edit_status(venue: Venue, payload: bytes, status: str) -> bytes:
    """Give all instruments that trade another status."""
    pattern = _TRADING.get(venue.name, _TRADING["binance"])
    return re.sub(pattern, lambda match: match.group(1) + status.encode() + match.group(2), payload)


def scaled(text: str, factor: float) -> str:
    """Multiply a decimal text; it keeps its number of decimals unless it needs more."""
    product = Decimal(text) * Decimal(str(factor))
    rounded = product.quantize(Decimal(text))
    return f"{rounded if rounded == product else product.normalize():f}"


def is_multiple(text: str, step: str) -> bool:
    """Whether a number is a multiple of a step. A step of 0 allows every number."""
    number, unit = decimal_or_none(text), decimal_or_none(step)
    if number is None:
        return False
    return not unit or number % unit == 0

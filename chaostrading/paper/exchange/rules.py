"""The symbols of this exchange and the rules that orders on them must meet."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from chaostrading.core.errors import InvalidInput, unknown_name
from chaostrading.core.money import decimal, plain

__all__ = ["DEFAULT_BALANCES", "DEFAULT_RULES", "STATUSES", "Rules", "changed", "symbol_info"]

STATUSES = ("TRADING", "HALT", "BREAK", "CANCEL_ONLY")
"""What a symbol's status may be. Only TRADING takes new orders; cancels are always taken."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """One symbol: its assets, its filters and where its price starts."""

    symbol: str
    base: str
    quote: str
    tick_size: Decimal
    step_size: Decimal
    min_quantity: Decimal
    max_quantity: Decimal
    start_price: Decimal
    typical_quantity: Decimal
    """What market makers show on a level, about."""
    max_market_quantity: Decimal = Decimal(150)
    min_price: Decimal = Decimal("0.00001")
    max_price: Decimal = Decimal(1_000_000)
    min_notional: Decimal = Decimal(5)
    max_notional: Decimal = Decimal(9_000_000)
    percent_up: Decimal = Decimal(5)
    percent_down: Decimal = Decimal("0.2")
    max_orders: int = 200
    max_stop_orders: int = 5
    status: str = "TRADING"

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise unknown_name("symbol status", self.status, STATUSES)
        for name in ("tick_size", "step_size"):
            if getattr(self, name) <= 0:
                raise InvalidInput(f"rules: {name} must be above 0, was {getattr(self, name)}")
        if self.min_notional < 0:
            raise InvalidInput(f"rules: min_notional must be at least 0, was {self.min_notional}")


def _rules(symbol: str, base: str, quote: str, **numbers: str) -> Rules:
    values = {name: Decimal(text) for name, text in numbers.items()}
    return Rules(symbol=symbol, base=base, quote=quote, **values)  # type: ignore[arg-type]


DEFAULT_RULES: dict[str, Rules] = {
    rules.symbol: rules
    for rules in (
        _rules("BTCUSDT", "BTC", "USDT", tick_size="0.01", step_size="0.00001",
               min_quantity="0.00001", max_quantity="9000", min_price="0.01",
               start_price="60000", typical_quantity="0.8", max_market_quantity="120"),
        _rules("ETHUSDT", "ETH", "USDT", tick_size="0.01", step_size="0.0001",
               min_quantity="0.0001", max_quantity="9000", min_price="0.01",
               start_price="3000", typical_quantity="12", max_market_quantity="3000"),
        _rules("BNBUSDT", "BNB", "USDT", tick_size="0.01", step_size="0.001",
               min_quantity="0.001", max_quantity="90000", min_price="0.01",
               start_price="600", typical_quantity="40", max_market_quantity="9000"),
        _rules("ETHBTC", "ETH", "BTC", tick_size="0.00001", step_size="0.0001",
               min_quantity="0.0001", max_quantity="100000", min_price="0.00001",
               start_price="0.05", typical_quantity="15", max_market_quantity="3000",
               min_notional="0.0001"),
    )
}  # fmt: skip

DEFAULT_BALANCES: dict[str, Decimal] = {
    "USDT": Decimal(100_000),
    "BTC": Decimal(5),
    "ETH": Decimal(50),
    "BNB": Decimal(100),
}


def changed(rules: Rules, **changes: str) -> Rules:
    """Rules with some of `step_size`, `tick_size`, `min_notional`, `status` changed."""
    values: dict[str, Any] = {}
    for name, text in changes.items():
        if name not in ("step_size", "tick_size", "min_notional", "status"):
            known = ("step_size", "tick_size", "min_notional", "status")
            raise unknown_name("rule", name, known)
        values[name] = str(text) if name == "status" else decimal(str(text), f"rules: {name}")
    if "step_size" in values:
        values["min_quantity"] = max(rules.min_quantity, values["step_size"])
    return replace(rules, **values)


def symbol_info(rules: Rules) -> dict[str, Any]:
    """The symbol as `GET /api/v3/exchangeInfo` shows it."""
    return {
        "symbol": rules.symbol,
        "status": rules.status,
        "baseAsset": rules.base,
        "quoteAsset": rules.quote,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 8,
        "orderTypes": [
            "LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT",
            "TAKE_PROFIT_LIMIT",
        ],
        "icebergAllowed": False,
        "ocoAllowed": True,
        "otoAllowed": True,
        "opoAllowed": False,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": False,
        "cancelReplaceAllowed": True,
        "amendAllowed": True,
        "pegInstructionsAllowed": False,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "filters": _filters(rules),
        "permissions": ["SPOT"],
        "permissionSets": [["SPOT"]],
        "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
        "allowedSelfTradePreventionModes": ["NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"],
    }  # fmt: skip


def _filters(rules: Rules) -> list[dict[str, Any]]:
    return [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": plain(rules.min_price),
            "maxPrice": plain(rules.max_price),
            "tickSize": plain(rules.tick_size),
        },
        {
            "filterType": "LOT_SIZE",
            "minQty": plain(rules.min_quantity),
            "maxQty": plain(rules.max_quantity),
            "stepSize": plain(rules.step_size),
        },
        {
            "filterType": "MARKET_LOT_SIZE",
            "minQty": plain(Decimal(0)),
            "maxQty": plain(rules.max_market_quantity),
            "stepSize": plain(Decimal(0)),
        },
        {
            "filterType": "PERCENT_PRICE_BY_SIDE",
            "bidMultiplierUp": format(rules.percent_up, "f"),
            "bidMultiplierDown": format(rules.percent_down, "f"),
            "askMultiplierUp": format(rules.percent_up, "f"),
            "askMultiplierDown": format(rules.percent_down, "f"),
            "avgPriceMins": 5,
        },
        {
            "filterType": "NOTIONAL",
            "minNotional": plain(rules.min_notional),
            "applyMinToMarket": True,
            "maxNotional": plain(rules.max_notional),
            "applyMaxToMarket": False,
            "avgPriceMins": 5,
        },
        {"filterType": "ICEBERG_PARTS", "limit": 100},
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": rules.max_orders},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": rules.max_stop_orders},
    ]

"""The ways around a risk engine that are tried one by one: a name, a sentence, and what is sent.

Each way changes one thing about an order that would be fine (`Small`: about 30 USDT, far from the
market, or as its control says). Its control is the same path within the limits: an attempt that was
blocked proves something only where its control got through.

Texts in `change` are filled in: `{big}` is a quantity worth more than an order may be, `{small}`
one worth little, `{price}`, `{low}`, `{high}`, `{above}`, `{below}` are prices at, 3 % below and
above, and 20 % above and below the market, `{now_ms}` the time. `None` leaves a field out.
"""

from dataclasses import dataclass, field
from typing import Any

__all__ = ["CONTROLS", "WAYS", "Control", "Way"]

Change = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Control:
    """A path that must let a small order through."""

    name: str
    sentence: str
    change: Change = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    shape: str = "order"
    """order, batch, list, replace or amend."""
    rests: bool = False
    """The order rests and is cancelled afterwards."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One attempt that must be blocked."""

    name: str
    sentence: str
    control: str = "limit order"
    change: Change = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    token: str | None = None
    """Instead of the right token; empty for none."""
    raw: str = ""
    """Replaces the quantity in the text of the body, for what JSON libraries will not write."""
    query: str = ""


CONTROLS = (
    Control(name="limit order", sentence="a small limit order"),
    Control(
        name="market order",
        sentence="a small market order, which also gives a position to reduce",
        change={"type": "MARKET", "quantity": "{market}", "price": None, "time_in_force": None},
    ),
    Control(
        name="post-only order",
        sentence="a small order that only makes liquidity",
        change={"type": "LIMIT_MAKER", "time_in_force": None},
        rests=True,
    ),
    Control(
        name="stop order",
        sentence="a small stop order",
        change={
            "type": "STOP_LOSS_LIMIT",
            "stop_price": "{high}",
            "price": "{high}",
            "time_in_force": "GTC",
        },
        rests=True,
    ),
    Control(
        name="number with exponent",
        sentence="a small quantity, written with an exponent",
        change={"quantity": "{exponent}"},
    ),
    Control(
        name="request with an id",
        sentence="a small order with an id and a time of its own",
        change={"request_id": "{request}", "sent_ms": "{now_ms}"},
    ),
    Control(
        name="fields nobody asked for",
        sentence="a small order with the same extra fields",
        change={
            "skip_risk_check": True,
            "reduce_only": True,
            "risk": {"enabled": False},
            "order_notional_usdt_max": "1000000",
        },
    ),
    Control(
        name="headers nobody asked for",
        sentence="a small order with the same headers",
        headers={
            "X-Skip-Risk-Check": "true",
            "X-HTTP-Method-Override": "PUT",
            "X-Original-URL": "/orders/unchecked",
            "X-Forwarded-For": "127.0.0.1",
        },
    ),
    Control(name="batch", sentence="two small orders in a batch", shape="batch"),
    Control(name="order list", sentence="two small orders, all or none", shape="list"),
    Control(name="replace", sentence="a small order for a small one that rests", shape="replace"),
    Control(name="amend", sentence="a resting order is made a little larger", shape="amend"),
)

BIG: Change = {"quantity": "{big}"}

WAYS = (
    # Size
    Way(name="oversize", sentence="one order above the limit of an order", change=BIG),
    Way(
        name="oversize sale",
        sentence="the same on the other side",
        change={**BIG, "side": "SELL", "price": "{high}"},
    ),
    Way(
        name="oversize at a low price",
        sentence="too large at the true price, small enough at its own",
        change={"quantity": "{masked}", "price": "{lowest}"},
    ),
    Way(
        name="oversize as market order",
        sentence="an order without a price",
        control="market order",
        change={**BIG, "type": "MARKET", "price": None, "time_in_force": None},
    ),
    Way(
        name="oversize as post-only order",
        sentence="an order that makes liquidity",
        control="post-only order",
        change={**BIG, "type": "LIMIT_MAKER", "time_in_force": None},
    ),
    Way(
        name="oversize as stop order",
        sentence="an order that waits for its trigger",
        control="stop order",
        change={
            **BIG,
            "type": "STOP_LOSS_LIMIT",
            "stop_price": "{high}",
            "price": "{high}",
            "time_in_force": "GTC",
        },
    ),
    Way(
        name="unknown type",
        sentence="a type that no check knows",
        change={"type": "TRAILING_STOP_MARKET"},
    ),
    Way(name="unknown side", sentence="a side that no check knows", change={"side": "SHORT"}),
    # Numbers
    Way(name="negative quantity", sentence="below every cap", change={"quantity": "-{small}"}),
    Way(name="zero quantity", sentence="no order at all", change={"quantity": "0"}),
    Way(
        name="NaN as text",
        sentence="compares false with every cap",
        change={"quantity": "NaN"},
    ),
    Way(name="NaN as number", sentence="what some JSON readers take", raw="NaN"),
    Way(
        name="infinite quantity", sentence="larger than any number", change={"quantity": "Infinity"}
    ),
    Way(
        name="exponent",
        sentence="a thousand, written short",
        control="number with exponent",
        change={"quantity": "1e3"},
    ),
    Way(
        name="huge exponent",
        sentence="a number that takes the memory",
        control="number with exponent",
        change={"quantity": "1e999999"},
    ),
    Way(name="digits with _", sentence="read as 10 by some", change={"quantity": "1_0"}),
    Way(name="hexadecimal", sentence="read as 16 by some", change={"quantity": "0x10"}),
    Way(name="other digits", sentence="five in full width", change={"quantity": "\uff15"}),
    Way(name="quantity as boolean", sentence="true is 1 to some", change={"quantity": True}),
    Way(name="quantity as list", sentence="no number at all", change={"quantity": ["5"]}),
    Way(name="no quantity", sentence="something missing", change={"quantity": None}),
    Way(name="negative price", sentence="worth less than nothing", change={"price": "-1"}),
    Way(name="zero price", sentence="worth nothing", change={"price": "0"}),
    Way(name="price far above", sentence="20 % above the market", change={"price": "{above}"}),
    Way(name="price far below", sentence="20 % below the market", change={"price": "{below}"}),
    # Symbols
    Way(name="unknown symbol", sentence="no limit knows it", change={"symbol": "DOGEUSDT"}),
    Way(
        name="symbol in lower case",
        sentence="another name to the limits, the same to the exchange",
        change={"symbol": "{lower}"},
    ),
    Way(
        name="symbol with a space",
        sentence="trimmed after the check",
        change={"symbol": "{symbol} "},
    ),
    Way(
        name="look-alike symbol",
        sentence="a letter of another alphabet",
        change={"symbol": "{lookalike}"},
    ),
    # Claims
    Way(
        name="skip_risk_check",
        sentence="a field that says that no check is needed",
        control="fields nobody asked for",
        change={**BIG, "skip_risk_check": True},
    ),
    Way(
        name="claims to reduce",
        sentence="an entry that says it is an exit",
        control="fields nobody asked for",
        change={**BIG, "reduce_only": True},
    ),
    Way(
        name="switches the risk engine off",
        sentence="settings within the order",
        control="fields nobody asked for",
        change={**BIG, "risk": {"enabled": False}},
    ),
    Way(
        name="brings its own limit",
        sentence="a limit within the order",
        control="fields nobody asked for",
        change={**BIG, "order_notional_usdt_max": "1000000"},
    ),
    Way(
        name="header that skips checks",
        sentence="the same as a header",
        control="headers nobody asked for",
        change=BIG,
        headers={"X-Skip-Risk-Check": "true"},
    ),
    Way(
        name="header of another method",
        sentence="X-HTTP-Method-Override",
        control="headers nobody asked for",
        change=BIG,
        headers={"X-HTTP-Method-Override": "PUT"},
    ),
    Way(
        name="header of another path",
        sentence="X-Original-URL",
        control="headers nobody asked for",
        change=BIG,
        headers={"X-Original-URL": "/orders/unchecked"},
    ),
    Way(
        name="header of another sender",
        sentence="X-Forwarded-For says that the request is local",
        control="headers nobody asked for",
        change=BIG,
        headers={"X-Forwarded-For": "127.0.0.1"},
    ),
    # Who asks, and how often
    Way(name="no token", sentence="a small order of nobody", token=""),
    Way(
        name="expired token",
        sentence="a token of the right form that is not valid",
        token="0123456789abcdef0123456789abcdef",  # noqa: S106 - it is not valid, on purpose
    ),
    Way(
        name="token in the address",
        sentence="where proxies and logs would keep it",
        token="",
        query="?token={token}",
    ),
    Way(
        name="request of a browser",
        sentence="a page that the trader has open",
        headers={"Origin": "http://example.com"},
    ),
    Way(
        name="replayed request",
        sentence="a request that was served, once more",
        control="request with an id",
        change={"request_id": "{request}", "sent_ms": "{now_ms}"},
    ),
    Way(
        name="replay after its time",
        sentence="a recorded request, a minute old",
        control="request with an id",
        change={"request_id": "{fresh}", "sent_ms": "{old_ms}"},
    ),
    Way(
        name="request from the future",
        sentence="prepared to be fresh for long",
        control="request with an id",
        change={"request_id": "{fresh}", "sent_ms": "{late_ms}"},
    ),
)
"""What is tried with one order each. What takes more than one order is in `bypass`."""

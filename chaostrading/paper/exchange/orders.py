"""The words of the matching engine: what is asked of it, what it keeps, what it tells.

Times ending in `_ms` are wall clock, `mono_s` is the machine's monotonic clock.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from chaostrading.core.money import ZERO

__all__ = [
    "LIMIT_TYPES",
    "MARKET_TYPES",
    "STOP_TYPES",
    "Event",
    "Fill",
    "FundsChanged",
    "ListChanged",
    "Order",
    "OrderChanged",
    "OrderList",
    "OrderRequest",
    "Side",
    "Traded",
]

Side = Literal["BUY", "SELL"]

LIMIT_TYPES = ("LIMIT", "LIMIT_MAKER", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT")
STOP_TYPES = ("STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT")
MARKET_TYPES = ("MARKET", "STOP_LOSS", "TAKE_PROFIT")


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderRequest:
    """An order as asked for. Its form has been checked; whether it may stand has not."""

    symbol: str
    side: Side
    type: str
    quantity: Decimal | None = None
    quote_quantity: Decimal | None = None
    """Spend (BUY) or receive (SELL) about this much of the quote asset; MARKET only."""
    price: Decimal | None = None
    stop_price: Decimal | None = None
    time_in_force: str = "GTC"
    client_id: str = ""
    """"" lets the exchange choose one."""
    self_trade: str = "EXPIRE_MAKER"


@dataclass(kw_only=True, slots=True, eq=False)
class Order:
    """An order and all that has become of it. Only the engine changes it."""

    order_id: int
    client_id: str
    account: str
    symbol: str
    side: Side
    type: str
    time_in_force: str
    price: Decimal
    quantity: Decimal
    quote_quantity: Decimal = ZERO
    stop_price: Decimal = ZERO
    self_trade: str = "EXPIRE_MAKER"
    status: str = "NEW"
    executed: Decimal = ZERO
    quote_executed: Decimal = ZERO
    prevented: Decimal = ZERO
    """Quantity that expired to prevent a self trade."""
    locked: Decimal = ZERO
    """What is still locked for it, in the asset it gives."""
    list_id: int = -1
    waiting: bool = False
    """A stop order that has not triggered, or the second order of an OTO."""
    created_ms: int = 0
    updated_ms: int = 0
    working_ms: int = -1
    accepted_mono_s: float = 0.0
    changed_mono_s: float = 0.0
    fills: list["Fill"] = field(default_factory=list)

    @property
    def remaining(self) -> Decimal:
        """What may still trade, in the base asset."""
        return self.quantity - self.executed

    @property
    def open(self) -> bool:
        """Whether something may still become of it."""
        return self.status in ("NEW", "PARTIALLY_FILLED", "PENDING_NEW")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fill:
    """One side of a trade, as it concerns one order."""

    trade_id: int
    order_id: int
    client_id: str
    list_id: int
    symbol: str
    side: Side
    price: Decimal
    quantity: Decimal
    quote_quantity: Decimal
    commission: Decimal
    commission_asset: str
    maker: bool
    time_ms: int
    mono_s: float


@dataclass(kw_only=True, slots=True, eq=False)
class OrderList:
    """Orders that hang together: OCO (one cancels the other) or OTO (one triggers the other)."""

    list_id: int
    contingency: str
    client_id: str
    symbol: str
    orders: tuple[Order, ...]
    status: str = "EXECUTING"
    created_ms: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderChanged:
    """An order was accepted, traded, ended or amended: an `executionReport`.

    It carries what the order was at that moment, for the order itself may have moved on."""

    order: Order
    execution: str
    """NEW, TRADE, CANCELED, EXPIRED, TRADE_PREVENTION, REPLACED."""
    status: str
    executed: Decimal
    quote_executed: Decimal
    time_ms: int
    execution_id: int
    fill: Fill | None = None
    client_id: str = ""
    """The name this change goes by: of the cancel, where it is one."""
    original_client_id: str = ""
    expiry_reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FundsChanged:
    """Balances of these assets changed: an `outboundAccountPosition`."""

    account: str
    assets: tuple[str, ...]
    time_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ListChanged:
    """An order list began or ended: a `listStatus`."""

    order_list: OrderList
    time_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Traded:
    """A trade as the public sees it."""

    trade_id: int
    symbol: str
    price: Decimal
    quantity: Decimal
    quote_quantity: Decimal
    buyer_is_maker: bool
    taker_order_id: int
    time_ms: int


Event = OrderChanged | FundsChanged | ListChanged | Traded

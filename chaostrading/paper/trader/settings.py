"""What the trader is told at its start."""

from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path

from chaostrading.core.errors import InvalidInput

__all__ = ["Limits", "Settings"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The risk limits. Money in USDT."""

    order_notional_usdt_max: Decimal = Decimal(2_000)
    position_usdt_max: Decimal = Decimal(10_000)
    """Per symbol, counting what is resting, in flight or unknown."""
    orders_per_minute_max: int = 120
    """Attempts in any 60 s: orders and cancels, rejects included."""
    price_band: Decimal = Decimal("0.05")
    """How far a price may stand from the reference, as a share of it."""
    loss_usdt_max: Decimal = Decimal(5_000)
    """Drawdown from the highest result; beyond it the trader only reduces."""
    data_age_s_max: float = 5.0
    rss_bytes_max: int = 600_000_000
    trade_notional_usdt: Decimal = Decimal(100)
    """What the strategy wants to trade at a time."""
    equity_share: Decimal = Decimal("0.002")
    """No trade of the strategy is larger than this share of the free balance."""

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if not value > 0:
                raise InvalidInput(f"limits: {item.name} must be above 0, was {value}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Where the trader connects, what it trades and what it lacks."""

    exchange: str
    """Base URL, `http://host:port`; streams are reached at the same host."""
    backup: str = ""
    """Base URL of the backup for market data; empty means the exchange itself."""
    state: Path
    """Folder of the audit log; a restart with the same folder remembers."""
    key: str = "paper-key"
    secret: str = "paper-secret"  # noqa: S105 - the paper account's public secret
    token: str = ""
    """Bearer token of the HTTP API; empty refuses every POST."""
    seed: int = 1
    symbols: tuple[str, ...] = ("BTCUSDT", "ETHUSDT")
    without: tuple[str, ...] = ()
    webhook: str = ""
    """Alarms are also sent there as JSON, if given."""
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        for name in ("exchange", "backup", "webhook"):
            url = getattr(self, name)
            if url and not url.startswith(("http://", "https://")):
                raise InvalidInput(f"trader: {name} must be an http(s) URL, was {url!r}")
        if not self.exchange:
            raise InvalidInput("trader: exchange must be given")
        if not self.symbols:
            raise InvalidInput("trader: symbols must not be empty")

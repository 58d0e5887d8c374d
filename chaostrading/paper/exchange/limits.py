"""Who has asked too much: request weight, order counts, bans, connection attempts.

Pure; `now_ms` (wall clock, milliseconds) is handed in. Windows are aligned to the clock as the real
ones are: a minute's count is 0 again when the next minute begins.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, fields
from typing import Any

from chaostrading.core.errors import InvalidInput, unknown_name
from chaostrading.paper.exchange.rejections import TooMany

__all__ = ["LimitSettings", "Limits"]

MINUTE_MS = 60_000
TEN_SECONDS_MS = 10_000
DAY_MS = 86_400_000
LONGEST_BAN_S = 3 * 86_400


@dataclass(kw_only=True, slots=True)
class LimitSettings:
    """What may be asked and how patient the exchange is. Changed by `POST /paper/limits`."""

    weight_per_minute: int = 6000
    orders_per_10s: int = 50
    orders_per_day: int = 160_000
    ban_after: int = 10
    """Requests after a 429 within the same minute before the address is banned."""
    ban_s: float = 120
    """First ban; each further one is twice as long, up to 3 days."""
    processing_ms: float = 0
    """Time between the arrival of a signed request and the matching engine."""
    ping_every_s: float = 20
    pong_within_s: float = 60
    messages_per_s: int = 5
    streams_per_connection: int = 1024
    connections_per_5m: int = 300
    connection_life_s: float = 86_400

    def show(self) -> dict[str, Any]:
        """All values by name."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    def change(self, changes: dict[str, Any]) -> None:
        """Set some of the values. All or none: unknown names and bad numbers are refused."""
        known = {item.name: type(getattr(self, item.name)) for item in fields(self)}
        for name, value in changes.items():
            if name not in known:
                raise unknown_name("limit", name, known)
            if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
                raise InvalidInput(f"limits: {name} must be a number of at least 0, was {value!r}")
        for name, value in changes.items():
            setattr(self, name, value if isinstance(getattr(self, name), float) else int(value))


class Limits:
    """The counters behind the settings."""

    def __init__(self, settings: LimitSettings) -> None:
        self.settings = settings
        self._weights: dict[str, tuple[int, int]] = {}
        self._refused: dict[str, tuple[int, int]] = {}
        self._banned_until_ms: dict[str, int] = {}
        self._bans: dict[str, int] = defaultdict(int)
        self._orders: dict[tuple[str, int], tuple[int, int]] = {}
        self._connections: dict[str, deque[int]] = defaultdict(deque)

    def reset(self) -> None:
        """Forget all counts and bans; the settings stay."""
        for counter in (
            self._weights, self._refused, self._banned_until_ms, self._bans, self._orders,
            self._connections,
        ):  # fmt: skip
            counter.clear()

    # --- weight --------------------------------------------------------------------------------
    def used_weight(self, address: str, now_ms: int) -> int:
        """Weight used by an address in the current minute."""
        minute, used = self._weights.get(address, (0, 0))
        return used if minute == now_ms // MINUTE_MS else 0

    def charge(self, address: str, weight: int, now_ms: int) -> None:
        """Count a request. Raises 418 for a banned address, 429 for one that is over its weight."""
        until_ms = self._banned_until_ms.get(address, 0)
        if now_ms < until_ms:
            raise self._ban_notice(now_ms, until_ms)
        minute = now_ms // MINUTE_MS
        used = self.used_weight(address, now_ms) + weight
        self._weights[address] = (minute, used)
        limit = self.settings.weight_per_minute
        if used <= limit:
            return
        before, refused = self._refused.get(address, (minute, 0))
        refused = refused + 1 if before == minute else 1
        self._refused[address] = (minute, refused)
        if refused > self.settings.ban_after:
            raise self._ban(address, now_ms)
        text = (
            f"Too much request weight used; current limit is {limit} request weight per 1 MINUTE. "
            "Please use WebSocket Streams for live updates to avoid polling the API."
        )
        raise TooMany(-1003, text, 429, now_ms, (minute + 1) * MINUTE_MS)

    def _ban(self, address: str, now_ms: int) -> TooMany:
        seconds = min(self.settings.ban_s * 2 ** self._bans[address], LONGEST_BAN_S)
        self._bans[address] += 1
        self._refused.pop(address, None)
        self._banned_until_ms[address] = now_ms + int(seconds * 1000)
        return self._ban_notice(now_ms, self._banned_until_ms[address])

    def _ban_notice(self, now_ms: int, until_ms: int) -> TooMany:
        text = (
            f"Way too much request weight used; IP banned until {until_ms}. "
            "Please use WebSocket Streams for live updates to avoid bans."
        )
        return TooMany(-1003, text, 418, now_ms, until_ms)

    # --- orders --------------------------------------------------------------------------------
    def order_counts(self, account: str, now_ms: int) -> tuple[int, int]:
        """Unfilled orders of the account in the current 10 seconds, and in the current day."""
        return (
            self._orders_in(account, TEN_SECONDS_MS, now_ms),
            self._orders_in(account, DAY_MS, now_ms),
        )

    def check_orders(self, account: str, count: int, now_ms: int) -> None:
        """Raise 429 when the account may not place that many more orders now."""
        in_10s, in_day = self.order_counts(account, now_ms)
        for used, limit, length_ms, words in (
            (in_10s, self.settings.orders_per_10s, TEN_SECONDS_MS, "10 SECOND"),
            (in_day, self.settings.orders_per_day, DAY_MS, "1 DAY"),
        ):
            if used + count > limit:
                text = f"Too many new orders; current limit is {limit} orders per {words}."
                until_ms = (now_ms // length_ms + 1) * length_ms
                raise TooMany(-1015, text, 429, now_ms, until_ms)

    def count_orders(self, account: str, count: int, now_ms: int) -> None:
        """Count placed orders; a negative count gives back, for orders that have traded."""
        for length_ms in (TEN_SECONDS_MS, DAY_MS):
            used = max(0, self._orders_in(account, length_ms, now_ms) + count)
            self._orders[(account, length_ms)] = (now_ms // length_ms, used)

    def _orders_in(self, account: str, length_ms: int, now_ms: int) -> int:
        window, used = self._orders.get((account, length_ms), (0, 0))
        return used if window == now_ms // length_ms else 0

    # --- connections ---------------------------------------------------------------------------
    def connect(self, address: str, now_ms: int) -> None:
        """Count an attempt to open a WebSocket. Raises 429 for too many in 5 minutes."""
        attempts = self._connections[address]
        while attempts and attempts[0] <= now_ms - 5 * MINUTE_MS:
            attempts.popleft()
        attempts.append(now_ms)
        limit = self.settings.connections_per_5m
        if len(attempts) > limit:
            attempts.pop()
            text = f"Too many connection attempts from IP; current limit is {limit} per '5 MINUTE'."
            raise TooMany(-1034, text, 429, now_ms, attempts[0] + 5 * MINUTE_MS)

    # --- showing -------------------------------------------------------------------------------
    def describe(self) -> list[dict[str, Any]]:
        """The limits as `exchangeInfo` lists them."""
        settings = self.settings
        return [
            _limit("REQUEST_WEIGHT", "MINUTE", 1, settings.weight_per_minute),
            _limit("ORDERS", "SECOND", 10, settings.orders_per_10s),
            _limit("ORDERS", "DAY", 1, settings.orders_per_day),
            _limit("RAW_REQUESTS", "MINUTE", 5, 61_000),
        ]

    def usage(
        self, address: str, account: str, now_ms: int, *, orders: bool
    ) -> list[dict[str, Any]]:
        """The limits with their counts, as answers of the WebSocket API carry them."""
        weight, in_10s, in_day, _ = self.describe()
        counts = self.order_counts(account, now_ms)
        used = {**weight, "count": self.used_weight(address, now_ms)}
        if not orders:
            return [used]
        return [{**in_10s, "count": counts[0]}, {**in_day, "count": counts[1]}, used]


def _limit(kind: str, interval: str, number: int, limit: int) -> dict[str, Any]:
    return {"rateLimitType": kind, "interval": interval, "intervalNum": number, "limit": limit}

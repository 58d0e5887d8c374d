"""The exchange without its sockets: engine, tapes, markets, limits and keys in one place.

Whoever changes something calls `publish()` afterwards; listeners hear of it there.
"""

from collections import deque
from collections.abc import Callable
from decimal import Decimal

from chaostrading.core.clock import Clock
from chaostrading.core.money import plain
from chaostrading.core.seeds import Dice
from chaostrading.paper.exchange.engine import Engine
from chaostrading.paper.exchange.keys import STACK_KEY, STACK_SECRET, Keys
from chaostrading.paper.exchange.limits import Limits, LimitSettings
from chaostrading.paper.exchange.listen_keys import ListenKeys
from chaostrading.paper.exchange.makers import Market
from chaostrading.paper.exchange.orders import Event, OrderChanged, Traded
from chaostrading.paper.exchange.rules import DEFAULT_BALANCES, DEFAULT_RULES, Rules
from chaostrading.paper.exchange.tape import Tape

__all__ = ["ACCOUNT", "PaperVenue"]

ACCOUNT = "paper"
"""The one account that all keys trade on."""
KEPT_MIDS = 60_000
"""About an hour of four symbols at 4 Hz."""


class PaperVenue:
    """Everything the paper exchange is, apart from how it is reached."""

    def __init__(
        self,
        *,
        seed: int,
        clock: Clock,
        keys: Keys | None = None,
        rules: dict[str, Rules] | None = None,
        balances: dict[str, Decimal] | None = None,
        markets: bool = True,
    ) -> None:
        dice = Dice(seed, "paper exchange")
        self.seed = seed
        self.clock = clock
        self.keys = keys or Keys({STACK_KEY: STACK_SECRET})
        self.settings = LimitSettings()
        self.limits = Limits(self.settings)
        self.listen_keys = ListenKeys(dice.fork("listen keys"))
        self.engine = Engine(DEFAULT_RULES if rules is None else rules, clock)
        self.engine.open_account(ACCOUNT, DEFAULT_BALANCES if balances is None else balances)
        now_ms = self.engine.now_ms()
        self.tapes = {
            symbol: Tape(item, now_ms, dice.fork(f"past/{symbol}"))
            for symbol, item in self.engine.rules.items()
        }
        self.engine.average = self.average
        self.listeners: list[Callable[[list[Event]], None]] = []
        self.mids: deque[tuple[float, str, str]] = deque(maxlen=KEPT_MIDS)
        self.markets: dict[str, Market] = {}
        if markets:
            self.markets = {
                symbol: Market(self.engine, symbol, dice.fork("market"))
                for symbol in self.engine.rules
            }
        self.publish()

    def average(self, symbol: str) -> Decimal:
        """Average price of the last 5 minutes."""
        return self.tapes[symbol].average(self.engine.now_ms())

    def step(self, symbol: str, elapsed_s: float) -> None:
        """Let a symbol's market live for that long. One that is closed stands still."""
        if self.engine.rules[symbol].status == "TRADING":
            self.markets[symbol].step(elapsed_s)
            self.publish()

    def publish(self) -> None:
        """Hand on what happened since the last call."""
        events = self.engine.drain()
        for event in events:
            if isinstance(event, Traded):
                self.tapes[event.symbol].add(event)
            elif isinstance(event, OrderChanged) and event.fill and len(event.order.fills) == 1:
                self.limits.count_orders(event.order.account, -1, event.time_ms)
        for listener in self.listeners:
            listener(events)

    def note_mids(self) -> None:
        """Note the true mid price of every symbol, for the judges."""
        mono_s = self.clock.monotonic()
        for symbol in self.engine.rules:
            mid = self.engine.book(symbol).mid()
            if mid is not None:
                self.mids.append((mono_s, symbol, plain(mid)))

"""Market data streams: who listens to what, and what is sent when.

Trades and the touch are sent as they happen (`heard`), the rest on the beat (`beat`, ten times a
second). What nobody listens to is not even written.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chaostrading.core.money import plain
from chaostrading.paper.exchange import wording
from chaostrading.paper.exchange.candles import INTERVALS
from chaostrading.paper.exchange.market_calls import ticker_24h
from chaostrading.paper.exchange.orders import Event, Side, Traded
from chaostrading.paper.exchange.sockets import Socket
from chaostrading.paper.exchange.venue import PaperVenue

__all__ = ["Streams", "encode"]

NAME = re.compile(
    r"^(?P<symbol>[a-z0-9]+)@(?P<kind>[A-Za-z]+)(?P<depth>\d+)?(?:_(?P<interval>\w+))?"
    r"(?:@(?P<speed>\d+)ms)?$"
)
BEATS_PER_S = 10
Change = tuple[Side, Decimal]


def encode(value: Any) -> str:
    """JSON as the exchange writes it, without spaces."""
    return json.dumps(value, separators=(",", ":"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Spec:
    """What a stream's name asks for."""

    symbol: str
    kind: str
    depth: int = 0
    interval: str = ""
    slow: bool = False
    """Every second rather than ten times."""


class Streams:
    """All market streams, and those of listen keys, which are streams with a secret name."""

    def __init__(self, venue: PaperVenue) -> None:
        self._venue = venue
        self._listeners: dict[str, dict[Socket, None]] = {}
        self._specs: dict[str, Spec] = {}
        self._beats = 0
        self._touches: dict[str, object] = {}
        self._aggregates: dict[str, int] = defaultdict(int)
        self._seconds: dict[str, tuple[int, int, dict[Change, Decimal]] | None] = {}
        self._candles: dict[str, int] = {}
        self._candle_states: dict[str, tuple[int, int]] = {}
        venue.listeners.append(self.heard)

    # --- who listens ---------------------------------------------------------------------------
    def subscribe(self, socket: Socket, name: str) -> None:
        """Send a stream to a socket from now on. Unknown names are taken and stay silent."""
        self._listeners.setdefault(name, {})[socket] = None
        spec = read_name(name, {symbol.lower(): symbol for symbol in self._venue.engine.rules})
        if spec is not None:
            self._specs[name] = spec

    def unsubscribe(self, socket: Socket, name: str) -> None:
        """Stop sending a stream to a socket."""
        listeners = self._listeners.get(name, {})
        listeners.pop(socket, None)
        if not listeners:
            for table in (self._listeners, self._specs, self._candles, self._candle_states):
                table.pop(name, None)

    def of(self, socket: Socket) -> list[str]:
        """The streams of a socket."""
        return [name for name, listeners in self._listeners.items() if socket in listeners]

    def leave(self, socket: Socket) -> None:
        """Stop everything for a socket."""
        for name in self.of(socket):
            self.unsubscribe(socket, name)

    def publish(self, name: str, make: Callable[..., Any], *details: Any) -> None:
        """Send `make(*details)` to those who listen; it is made only if somebody does."""
        listeners = self._listeners.get(name)
        if not listeners:
            return
        raw = encode(make(*details))
        wrapped = f'{{"stream":"{name}","data":{raw}}}'
        for socket in list(listeners):
            socket.send(wrapped if socket.combined else raw)

    # --- as it happens -------------------------------------------------------------------------
    def heard(self, events: list[Event]) -> None:
        """Send trades and changes of the touch."""
        if not self._listeners:
            return
        for event in events:
            if isinstance(event, Traded):
                name = event.symbol.lower()
                self.publish(f"{name}@trade", wording.trade_event, event)
                self._publish_aggregates(event.symbol)
        for symbol in self._venue.engine.rules:
            name = f"{symbol.lower()}@bookTicker"
            if name in self._listeners:
                self._publish_touch(symbol, name)

    def _publish_aggregates(self, symbol: str) -> None:
        name = f"{symbol.lower()}@aggTrade"
        tape = self._venue.tapes[symbol]
        if name in self._listeners:
            fresh = [
                row for row in list(tape.aggregates)[-50:] if row[0] > self._aggregates[symbol]
            ]
            for number, items in fresh:
                self.publish(name, wording.aggregate_event, symbol, number, items)
        if tape.aggregates:
            self._aggregates[symbol] = tape.aggregates[-1][0]

    def _publish_touch(self, symbol: str, name: str) -> None:
        book = self._venue.engine.book(symbol)
        bid, ask = book.best("BUY"), book.best("SELL")
        if bid is None or ask is None or self._touches.get(symbol) == (bid, ask):
            return
        self._touches[symbol] = (bid, ask)
        self.publish(
            name,
            lambda: {
                "u": book.update_id,
                "s": symbol,
                "b": plain(bid[0]),
                "B": plain(bid[1]),
                "a": plain(ask[0]),
                "A": plain(ask[1]),
            },
        )

    # --- on the beat ---------------------------------------------------------------------------
    def beat(self) -> None:
        """Send depth, candles and tickers. Call it ten times a second."""
        self._beats += 1
        second = self._beats % BEATS_PER_S == 0
        for symbol in self._venue.engine.rules:
            self._publish_depth(symbol, second)
        for name, spec in list(self._specs.items()):
            if spec.kind == "kline":
                self._publish_candles(name, spec, second)
            elif spec.kind == "depth" and spec.depth and (second or not spec.slow):
                self._publish_top(name, spec)
            elif second and spec.kind in ("ticker", "miniTicker"):
                short = spec.kind == "miniTicker"
                self.publish(name, self._ticker, spec.symbol, short)
            elif second and spec.kind == "avgPrice":
                self.publish(name, self._average, spec.symbol)
        if second:
            for stream in ("!miniTicker@arr", "!miniTicker@arr@1000ms"):
                self.publish(stream, self._tickers, True)
            self.publish("!ticker@arr", self._tickers, False)

    def _publish_depth(self, symbol: str, second: bool) -> None:
        # Drained on every beat, listened to or not: U of an event must follow u of the one before.
        drained = self._venue.engine.book(symbol).drain()
        name = symbol.lower()
        if drained is not None:
            first, last, bids, asks = drained
            self.publish(f"{name}@depth@100ms", self._depth, symbol, first, last, bids, asks)
            pending = self._seconds.get(symbol)
            changes = {} if pending is None else pending[2]
            changes.update({("BUY", price): quantity for price, quantity in bids})
            changes.update({("SELL", price): quantity for price, quantity in asks})
            self._seconds[symbol] = (first if pending is None else pending[0], last, changes)
        pending = self._seconds.get(symbol)
        if second and pending is not None:
            since, until, changed = pending
            self._seconds[symbol] = None
            rows = {
                side: [(price, total) for (kind, price), total in changed.items() if kind == side]
                for side in ("BUY", "SELL")
            }
            for stream in (f"{name}@depth", f"{name}@depth@1000ms"):
                self.publish(stream, self._depth, symbol, since, until, rows["BUY"], rows["SELL"])

    def _depth(
        self,
        symbol: str,
        first: int,
        last: int,
        bids: list[tuple[Decimal, Decimal]],
        asks: list[tuple[Decimal, Decimal]],
    ) -> dict[str, Any]:
        return {
            "e": "depthUpdate",
            "E": self._venue.engine.now_ms(),
            "s": symbol,
            "U": first,
            "u": last,
            "b": wording.levels(bids),
            "a": wording.levels(asks),
        }

    def _publish_top(self, name: str, spec: Spec) -> None:
        book = self._venue.engine.book(spec.symbol)
        self.publish(
            name,
            lambda: {
                "lastUpdateId": book.update_id,
                "bids": wording.levels(book.top("BUY", spec.depth)),
                "asks": wording.levels(book.top("SELL", spec.depth)),
            },
        )

    def _publish_candles(self, name: str, spec: Spec, second: bool) -> None:
        now_ms = self._venue.engine.now_ms()
        candles = self._venue.tapes[spec.symbol].candles
        current = candles.current(spec.interval, now_ms)
        since = self._candles.setdefault(name, current.open_ms)
        if since != current.open_ms:
            for candle in candles.closed_since(spec.interval, since, now_ms):
                details = (spec.symbol, spec.interval, candle, now_ms, True)
                self.publish(name, wording.kline_event, *details)
            self._candles[name] = current.open_ms
        state = (current.open_ms, current.trades)
        if second and self._candle_states.get(name) != state:
            self._candle_states[name] = state
            details = (spec.symbol, spec.interval, current, now_ms, False)
            self.publish(name, wording.kline_event, *details)

    def _ticker(self, symbol: str, short: bool) -> dict[str, Any]:
        return wording.ticker_event(
            symbol, ticker_24h(self._venue, symbol), self._venue.engine.now_ms(), short=short
        )

    def _tickers(self, short: bool) -> list[dict[str, Any]]:
        return [self._ticker(symbol, short) for symbol in self._venue.engine.rules]

    def _average(self, symbol: str) -> dict[str, Any]:
        now_ms = self._venue.engine.now_ms()
        return {
            "e": "avgPrice",
            "E": now_ms,
            "s": symbol,
            "i": "5m",
            "w": plain(self._venue.average(symbol)),
            "T": now_ms,
        }


def read_name(name: str, symbols: dict[str, str]) -> Spec | None:
    """What a stream's name asks for, or None where nothing will ever come of it."""
    match = NAME.match(name)
    if match is None or match["symbol"] not in symbols:
        return None
    if match["interval"] and match["interval"] not in INTERVALS:
        return None
    return Spec(
        symbol=symbols[match["symbol"]],
        kind=match["kind"],
        depth=int(match["depth"] or 0),
        interval=match["interval"] or "",
        slow=match["speed"] != "100",
    )

"""Market data of all symbols: what the streams and REST say, and what may be believed of it."""

from decimal import Decimal
from typing import Any

from chaostrading.paper.trader.book import Diff, Snapshot, read_levels
from chaostrading.paper.trader.defences.book_integrity import BookIntegrity, NaiveBookIntegrity
from chaostrading.paper.trader.defences.candle_closure import (
    Candle,
    CandleClosure,
    NaiveCandleClosure,
)
from chaostrading.paper.trader.defences.clock_discipline import ClockDiscipline
from chaostrading.paper.trader.defences.data_age_watchdog import (
    DataAgeWatchdog,
    NaiveDataAgeWatchdog,
)
from chaostrading.paper.trader.defences.last_known_good import LastKnownGood, NaiveLastKnownGood
from chaostrading.paper.trader.defences.price_sanity import NaivePriceSanity, PriceSanity
from chaostrading.paper.trader.kit import Kit

__all__ = ["DEPTH", "KLINE", "TICKER", "TRADE", "Market", "SymbolMarket"]

TICKER, TRADE, DEPTH, KLINE = "bookTicker", "trade", "depth@100ms", "kline_1m"
REST_FRESH_S = 10.0


class SymbolMarket:
    """The market of one symbol."""

    def __init__(self, kit: Kit, symbol: str, watchdog: DataAgeWatchdog) -> None:
        choose = kit.defences.choose
        self._clock = kit.clock
        self._watchdog = watchdog
        self.symbol = symbol
        self.sanity = choose(PriceSanity, NaivePriceSanity)(kit.clock)
        self.book = choose(BookIntegrity, NaiveBookIntegrity)(kit.clock)
        self.candles = choose(CandleClosure, NaiveCandleClosure)()
        self.good = choose(LastKnownGood, NaiveLastKnownGood)(kit.clock)
        self.bid: Decimal | None = None
        self.ask: Decimal | None = None
        self.raw: Decimal | None = None
        """The last price of any kind, believed or not."""
        self.traded: Decimal | None = None
        """The last traded price, believed or not."""
        self._good_at = -1e9
        self._rest: Decimal | None = None
        self._rest_at = -1e9

    def stream(self, kind: str) -> str:
        """The name of a stream of this symbol, e.g. `btcusdt@bookTicker`."""
        return f"{self.symbol.lower()}@{kind}"

    @property
    def mid(self) -> Decimal | None:
        """Middle of the last believed best bid and ask."""
        return None if self.bid is None or self.ask is None else (self.bid + self.ask) / 2

    @property
    def age_s(self) -> float:
        """Age of the older of the two streams that entries rest on."""
        return max(self._watchdog.age_s(self.stream(kind)) for kind in (TICKER, DEPTH))

    @property
    def stale(self) -> bool:
        """True when entries may not rest on the streams."""
        return any(self._watchdog.stale(self.stream(kind)) for kind in (TICKER, DEPTH))

    def prices(self) -> list[Decimal]:
        """Believed prices from different sources: ticker, book, REST."""
        found = [self.mid, self.book_mid(), self.rest_price()]
        return [price for price in found if price is not None]

    def book_mid(self) -> Decimal | None:
        """Middle of the book, or None when it is not valid."""
        best = self.book.best() if self.book.valid else None
        return None if best is None else (best[0] + best[1]) / 2

    def rest_price(self) -> Decimal | None:
        """The price by REST, or None when it is not fresh."""
        return self._rest if self._clock.monotonic() - self._rest_at < REST_FRESH_S else None

    def denial(self) -> str | None:
        """Why no entry may rest on this market, or None."""
        if self.stale:
            limit = self._watchdog.limit_s
            return f"DATA_STALE: symbol={self.symbol}, age_s={self.age_s:.1f}, max={limit}"
        if self.mid is None:
            return f"PRICE_UNKNOWN: symbol={self.symbol}"
        if not self.book.valid:
            return f"BOOK_INVALID: symbol={self.symbol}"
        age = self._clock.monotonic() - self._good_at
        return self.sanity.denial(self.symbol, age, self.mid, self.book_mid(), self.rest_price())

    # --- what arrives ---------------------------------------------------------------------------
    def ticker(self, data: dict[str, Any]) -> bool:
        """Best bid and ask from the stream; False when they are not believed."""
        bid, ask = self.sanity.read(data["b"]), self.sanity.read(data["a"])
        content = (data["b"], data["a"], data.get("B"), data.get("A"))
        self._watchdog.seen(self.stream(TICKER), int(data["u"]), data.get("E"), content)
        if bid is None or ask is None:
            return False
        self.raw = (bid + ask) / 2
        if bid > ask and type(self.sanity) is PriceSanity:
            return False
        if not self.sanity.accept("ticker", self.raw):
            return False
        self.bid, self.ask, self._good_at = bid, ask, self._clock.monotonic()
        if not self.stale:
            self.good.good(self.raw)
        return True

    def trade(self, data: dict[str, Any]) -> bool:
        """A public trade."""
        price = self.sanity.read(data["p"])
        self._watchdog.seen(self.stream(TRADE), int(data["t"]), data.get("E"))
        if price is None:
            return False
        self.raw = self.traded = price
        return self.sanity.accept("trade", price)

    def depth(self, data: dict[str, Any]) -> bool:
        """A difference of the book."""
        bids, asks = read_levels(data["b"]), read_levels(data["a"])
        first, last = int(data["U"]), int(data["u"])
        self._watchdog.seen(self.stream(DEPTH), last, data.get("E"))
        self.book.diff(Diff(first=first, last=last, bids=bids, asks=asks))
        return True

    def kline(self, data: dict[str, Any]) -> bool:
        """The candle of this minute so far."""
        row = data["k"]
        self._watchdog.seen(self.stream(KLINE), int(data["E"]), data["E"])
        close = self.sanity.read(row["c"])
        if close is None or not self.sanity.accept("kline", close):
            return False
        self.candles.add(Candle(open_ms=int(row["t"]), close=close, closed=row.get("x") is True))
        return True

    def rest_depth(self, data: dict[str, Any]) -> bool:
        """A snapshot of the book by REST: a price of its own, and the base of the book."""
        snapshot = Snapshot(
            last=int(data["lastUpdateId"]),
            bids=read_levels(data["bids"]),
            asks=read_levels(data["asks"]),
        )
        if not snapshot.bids or not snapshot.asks:
            return False
        price = (snapshot.bids[0][0] + snapshot.asks[0][0]) / 2
        return self.rest(price) and self._based_on(snapshot)

    def rest(self, price: Decimal) -> bool:
        """A price by REST."""
        self.raw = price
        if not self.sanity.accept("rest", price):
            return False
        self._rest, self._rest_at = price, self._clock.monotonic()
        return True

    def rest_candles(self, rows: list[Any], now_ms: int) -> bool:
        """Candles by REST; the last one of the list is usually still open."""
        for row in rows:
            close = self.sanity.read(row[4])
            if close is None:
                return False
            closed = int(row[6]) < now_ms
            self.candles.add(Candle(open_ms=int(row[0]), close=close, closed=closed))
        return True

    def _based_on(self, snapshot: Snapshot) -> bool:
        self.book.snapshot(snapshot)
        return True


class Market:
    """All symbols."""

    def __init__(self, kit: Kit, discipline: ClockDiscipline) -> None:
        limit = kit.settings.limits.data_age_s_max
        watchdog = kit.defences.choose(DataAgeWatchdog, NaiveDataAgeWatchdog)
        self.watchdog = watchdog(kit.clock, limit, discipline.wall_s)
        self.symbols = {
            symbol: SymbolMarket(kit, symbol, self.watchdog) for symbol in kit.settings.symbols
        }

    def streams(self) -> tuple[str, ...]:
        """All streams that are wanted."""
        kinds = (TICKER, TRADE, DEPTH, KLINE)
        return tuple(market.stream(kind) for market in self.symbols.values() for kind in kinds)

    def handle(self, stream: str, data: dict[str, Any]) -> bool:
        """Take a frame; False when it was not believed. Raises when it cannot be read."""
        name, _, kind = stream.partition("@")
        market = self.symbols[name.upper()]
        if kind == TICKER:
            return market.ticker(data)
        if kind == TRADE:
            return market.trade(data)
        if kind == KLINE:
            return market.kline(data)
        return market.depth(data)

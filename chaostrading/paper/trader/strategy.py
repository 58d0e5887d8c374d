"""The strategy: trades steadily and small, so that every fault meets an order on its way."""

from collections import deque
from collections.abc import Callable
from decimal import Decimal

from chaostrading.core.money import ZERO
from chaostrading.paper.trader.account import Account
from chaostrading.paper.trader.instruments import Instruments
from chaostrading.paper.trader.kit import Kit
from chaostrading.paper.trader.market import Market, SymbolMarket
from chaostrading.paper.trader.order import Order, Wish
from chaostrading.paper.trader.risk import RiskEngine

__all__ = ["Strategy"]

CROSS = Decimal("0.0003")
"""How far beyond the touch a taking order is priced."""
AWAY = Decimal("0.0006")
"""How far from the touch a quote rests."""
MOVE = Decimal("0.003")
MOVE_WITHIN_S = 1.0
MOVE_PAUSE_S = 0.2
SLICE = Decimal("0.95")
"""Share of the largest order that a slice of a large position takes."""
DUST_USDT = Decimal(20)
"""A position below this is left alone until a trade adds to it."""


class Strategy:
    """Decides what to trade. It places nothing itself: wishes go to the risk engine.

    About every 1.3 s it takes liquidity in one symbol (buy, then sell what it has), about every
    3 s it renews one resting quote, and it fades a move of 0.3 % within a second.
    """

    def __init__(
        self,
        kit: Kit,
        market: Market,
        account: Account,
        instruments: Instruments,
        risk: RiskEngine,
    ) -> None:
        self._kit = kit
        self._market = market
        self._account = account
        self._instruments = instruments
        self._risk = risk
        self._dice = kit.dice.fork("strategy")
        self._symbols = kit.settings.symbols
        self._turn = self._dice.integer(0, len(self._symbols) - 1)
        self._quote_turn = 0
        self._recent: dict[str, deque[tuple[float, Decimal]]] = {
            symbol: deque(maxlen=50) for symbol in self._symbols
        }
        self._moved_at = 0.0
        self.busy: Callable[[str], bool] = lambda symbol: False
        """True while an order of the strategy is on its way in that symbol."""

    def pause_s(self) -> float:
        """Seconds until the next decision to take."""
        return self._dice.uniform(1.1, 1.5)

    def quote_pause_s(self) -> float:
        """Seconds until the quote is renewed."""
        return self._dice.uniform(2.7, 3.3)

    def take(self) -> Wish | None:
        """The next taking order, or None when there is nothing to do."""
        self._turn = (self._turn + 1) % len(self._symbols)
        symbol = self._symbols[self._turn]
        self._decided()
        if self.busy(symbol):
            return None
        market = self._market.symbols[symbol]
        if market.candles.new_decision():
            self._kit.counters["candle_decisions_total"] += 1
        position = self._account.position(symbol)
        return self.taking(symbol, self._side(market, position), "trade")

    def taking(self, symbol: str, side: str, purpose: str) -> Wish | None:
        """A marketable order: closes the position if it is on the other side, else opens."""
        market, instrument = self._market.symbols.get(symbol), self._instruments.get(symbol)
        if market is None or instrument is None:
            return None
        position = self._account.position(symbol)
        closing = position is not None and position != 0 and (side == "SELL") == (position > 0)
        touch = self._touch(market, side, closing)
        if touch is None:
            return None
        price = instrument.price(touch * (1 + CROSS if side == "BUY" else 1 - CROSS))
        quantity = self._size(symbol)
        if closing and position is not None:
            have = instrument.quantity(min(abs(position), self.most(price)))
            quantity = have if not instrument.too_small(have, price) else quantity
        return Wish(
            symbol=symbol,
            side=side,
            type="LIMIT",
            quantity=instrument.quantity(quantity),
            price=price,
            time_in_force="IOC",
            purpose=purpose,
        )

    def most(self, price: Decimal) -> Decimal:
        """The largest quantity of one order at this price; larger positions leave in slices."""
        limit = self._risk.limits.order_notional_usdt_max
        return limit * SLICE / price if price > 0 else ZERO

    def quote(self, resting: Order | None) -> Wish | None:
        """The next quote, in the other symbol each time; call it when no quote rests."""
        if resting is not None:
            return None
        self._quote_turn = (self._quote_turn + 1) % len(self._symbols)
        symbol = self._symbols[self._quote_turn]
        market, instrument = self._market.symbols[symbol], self._instruments.get(symbol)
        self._decided()
        if instrument is None or market.bid is None or market.ask is None:
            return None
        position = self._account.position(symbol) or ZERO
        side = "SELL" if position > 0 else "BUY"
        price = market.bid * (1 - AWAY) if side == "BUY" else market.ask * (1 + AWAY)
        return Wish(
            symbol=symbol,
            side=side,
            type="LIMIT",
            quantity=instrument.quantity(self._size(symbol)),
            price=instrument.price(price),
            time_in_force="GTC",
            purpose="quote",
        )

    def fade(self) -> Wish | None:
        """An order against a fast move, if there was one just now."""
        now = self._kit.clock.monotonic()
        for symbol, market in self._market.symbols.items():
            recent = self._recent[symbol]
            if market.mid is None or not market.mid.is_finite() or market.mid <= 0:
                continue
            recent.append((now, market.mid))
            while recent and now - recent[0][0] > MOVE_WITHIN_S:
                recent.popleft()
            move = market.mid / recent[0][1] - 1 if recent else ZERO
            if abs(move) >= MOVE and now - self._moved_at >= MOVE_PAUSE_S:
                self._moved_at = now
                self._decided()
                return self.taking(symbol, "SELL" if move > 0 else "BUY", "signal")
        return None

    def _decided(self) -> None:
        self._kit.counters["decisions_total"] += 1

    def _side(self, market: SymbolMarket, position: Decimal | None) -> str:
        if position is None or position == 0:
            return "BUY" if self._dice.chance(0.7 + 0.2 * market.candles.trend()) else "SELL"
        price = market.good.for_marking(market.raw) or ZERO
        if abs(position) * price < DUST_USDT:
            return "BUY" if self._dice.chance(0.5) else "SELL"
        return "SELL" if position > 0 else "BUY"

    def _size(self, symbol: str) -> Decimal:
        market, instrument = self._market.symbols[symbol], self._instruments.get(symbol)
        if instrument is None:
            return ZERO
        free = self._account.free(instrument.quote)
        last = market.traded or market.raw or ZERO
        quantity = self._risk.caps.size(free, market.prices(), last)
        smallest = instrument.notional_min / (market.mid or Decimal(1)) * Decimal("1.1")
        if quantity == 0:
            return quantity
        wanted = quantity * Decimal(str(round(self._dice.uniform(0.6, 1.0), 3)))
        return max(wanted, smallest + instrument.step, instrument.quantity_min)

    @staticmethod
    def _touch(market: SymbolMarket, side: str, closing: bool) -> Decimal | None:
        if closing and market.denial() is not None:
            return market.good.for_exit(market.raw)
        return market.ask if side == "BUY" else market.bid

"""The REST polls of a real bot: account, open orders, depth, ticker, rules, time."""

import asyncio
from functools import partial
from typing import Any

from chaostrading.paper.trader.answer import Call, Outcome, Priority
from chaostrading.paper.trader.defences.resource_guards import ResourceGuards
from chaostrading.paper.trader.gateway import Gateway
from chaostrading.paper.trader.instruments import Instruments
from chaostrading.paper.trader.kit import Kit
from chaostrading.paper.trader.market import Market, SymbolMarket
from chaostrading.paper.trader.resolver import Resolver
from chaostrading.paper.trader.risk import RiskEngine
from chaostrading.paper.trader.supervisor import Supervisor

__all__ = ["Polls"]


class Polls:
    """Everything that is asked for on a schedule."""

    def __init__(
        self,
        kit: Kit,
        gateway: Gateway,
        market: Market,
        instruments: Instruments,
        risk: RiskEngine,
        resolver: Resolver,
        guards: ResourceGuards,
    ) -> None:
        self._kit = kit
        self._gateway = gateway
        self._market = market
        self._instruments = instruments
        self._risk = risk
        self._resolver = resolver
        self._guards = guards
        self._turn = 0

    def start(self, supervisor: Supervisor) -> None:
        """Begin polling."""
        supervisor.every("poll account", 2.0, self._account)
        supervisor.every("poll open orders", 1.5, self._open_orders)
        supervisor.every("poll depth", 3.0, self._depths)
        supervisor.every("poll ticker", 3.0, self._tickers)
        supervisor.every("poll time", 10.0, self._gateway.ask_time)
        supervisor.every("read rules", 0.5, self.rules)
        supervisor.every("mend books", 0.2, self._books)
        supervisor.every("fill candle holes", 2.0, self._candles)
        supervisor.every("probe fallback", 0.25, self._probe)

    async def rules(self) -> None:
        """Read the rules of the instruments when they are due."""
        if not self._risk.rules.due():
            return
        names = ",".join(f'"{symbol}"' for symbol in self._kit.settings.symbols)
        outcome = await self._get("/api/v3/exchangeInfo", (("symbols", f"[{names}]"),), "rules")
        if not outcome.ok:
            return
        for instrument in self._instruments.read(outcome.data):
            self._risk.status.listed(instrument.symbol, instrument.status)
        self._risk.rules.read()
        if self._instruments.weight_limit is not None:
            self._gateway.governor.weight_limit = self._instruments.weight_limit

    async def _account(self) -> None:
        await self._resolver.account(Priority.POLL)

    async def _open_orders(self) -> None:
        symbols = self._kit.settings.symbols
        self._turn += 1
        if self._resolver.checks_rest and self._kit.counters["decisions_total"]:
            await self._resolver.open_orders(symbols[self._turn % len(symbols)], Priority.POLL)

    async def _depths(self) -> None:
        if not self._guards.shedding:
            await asyncio.gather(*map(self._depth, self._market.symbols.values()))

    async def _depth(self, market: SymbolMarket, priority: int = Priority.POLL) -> None:
        params = (("symbol", market.symbol), ("limit", "100"))
        outcome = await self._get("/api/v3/depth", params, "market", priority=priority)
        if outcome.ok:
            self._checked(market, market.rest_depth, outcome.data)

    async def _tickers(self) -> None:
        if not self._guards.shedding:
            await asyncio.gather(*map(self._ticker, self._market.symbols.values()))

    async def _ticker(self, market: SymbolMarket) -> None:
        params = (("symbol", market.symbol),)
        outcome = await self._get("/api/v3/ticker/bookTicker", params, "market")
        if outcome.ok:
            self._checked(market, self._take_ticker(market), outcome.data)

    @staticmethod
    def _take_ticker(market: SymbolMarket) -> Any:
        def take(data: dict[str, Any]) -> bool:
            bid = market.sanity.read(data["bidPrice"])
            ask = market.sanity.read(data["askPrice"])
            return bid is not None and ask is not None and market.rest((bid + ask) / 2)

        return take

    def _checked(self, market: SymbolMarket, take: Any, data: dict[str, Any]) -> None:
        try:
            believed = take(data)
        except (ValueError, KeyError, TypeError, ArithmeticError) as error:
            self._kit.error(f"REST data of {market.symbol}", error)
            return
        if not believed and market.sanity.reference is not None:
            self._kit.counters["bad_frames_total"] += 1
            self._kit.warn("bad_market_data", f"REST price of {market.symbol} is not believed")

    async def _books(self) -> None:
        for market in self._market.symbols.values():
            if market.book.wants_snapshot():
                # Without a book nothing may be bought: this is no mere poll.
                await self._depth(market, Priority.ACCOUNT)

    async def _candles(self) -> None:
        for market in self._market.symbols.values():
            hole = market.candles.hole()
            if hole is None:
                continue
            params = (
                ("symbol", market.symbol),
                ("interval", "1m"),
                ("startTime", str(hole)),
                ("limit", "10"),
            )
            outcome = await self._get("/api/v3/klines", params, "market", list)
            if outcome.ok:
                take = partial(market.rest_candles, now_ms=self._gateway.clock.now_ms())
                self._checked(market, take, outcome.data)

    async def _probe(self) -> None:
        """While orders are only simulated, see whether the exchange answers again."""
        fallback = self._gateway.fallback
        if not fallback.probe_due():
            return
        symbol = self._kit.settings.symbols[0]
        params = (
            ("symbol", symbol),
            ("side", "BUY"),
            ("type", "MARKET"),
            ("quantity", "1"),
        )
        call = Call(
            method="POST",
            path="/api/v3/order/test",
            params=params,
            signed=True,
            group="probe",
            priority=Priority.EXIT,
            past_breaker=True,
        )
        outcome = await self._gateway.request(call, probe=True)
        answered = outcome.status not in (0, 429, 418, 403) and outcome.status < 500
        fallback.probed(answered)
        if answered:
            self._kit.audit.write("FallbackEnded", {"probe": outcome.words()})

    async def _get(
        self,
        path: str,
        params: tuple[tuple[str, str], ...],
        group: str,
        shape: type = dict,
        priority: int = Priority.POLL,
    ) -> Outcome:
        call = Call(
            method="GET", path=path, params=params, group=group, shape=shape, priority=priority
        )
        return await self._gateway.request(call)

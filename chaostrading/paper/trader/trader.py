"""The parts put together."""

import asyncio
import contextlib
import ctypes
import gc
from collections import Counter
from decimal import Decimal
from typing import Any

import psutil

from chaostrading.core.clock import Clock
from chaostrading.core.seeds import Dice
from chaostrading.paper.trader.account import Account
from chaostrading.paper.trader.audit import AuditLog
from chaostrading.paper.trader.defences import Defences
from chaostrading.paper.trader.defences.alarm import Alarm, NaiveAlarm
from chaostrading.paper.trader.defences.crash_recovery import CrashRecovery, NaiveCrashRecovery
from chaostrading.paper.trader.defences.private_stream_continuity import (
    NaivePrivateStreamContinuity,
    PrivateStreamContinuity,
)
from chaostrading.paper.trader.defences.resource_guards import (
    NaiveResourceGuards,
    ResourceGuards,
)
from chaostrading.paper.trader.desk import Desk
from chaostrading.paper.trader.feed import Feed
from chaostrading.paper.trader.gateway import Gateway
from chaostrading.paper.trader.instruments import Instruments
from chaostrading.paper.trader.kit import Kit
from chaostrading.paper.trader.market import Market
from chaostrading.paper.trader.order import Order, Wish
from chaostrading.paper.trader.order_entry import seen_requests
from chaostrading.paper.trader.orders import OrderClient
from chaostrading.paper.trader.polls import Polls
from chaostrading.paper.trader.resolver import Resolver
from chaostrading.paper.trader.risk import RiskEngine
from chaostrading.paper.trader.room import Room
from chaostrading.paper.trader.settings import Settings
from chaostrading.paper.trader.supervisor import Supervisor
from chaostrading.paper.trader.sweep import Sweep
from chaostrading.paper.trader.tape import Tape
from chaostrading.paper.trader.user_stream import UserStream

__all__ = ["Trader"]

LAG_EVERY_S = 0.1
CLEAN_EVERY_S = 10.0


class Trader:
    """One trading system. `start` returns at once; `stop` ends all of it."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        defences = Defences(settings.without)
        choose = defences.choose
        self.kit = kit = Kit(
            clock=clock,
            dice=Dice(settings.seed, "trader"),
            settings=settings,
            defences=defences,
            audit=AuditLog(settings.state / "audit.jsonl", clock),
            alarm=choose(Alarm, NaiveAlarm)(clock),
            counters=Counter(),
        )
        self.started_wall_s = clock.wall()
        self._recovery = choose(CrashRecovery, NaiveCrashRecovery)()
        self._recovered = recovered = self._recovery.replay(kit.audit.history)
        self.requests_seen = seen_requests(kit.audit.history)
        kit.audit.forget_history()
        self.gateway = Gateway(kit)
        self.instruments = Instruments()
        self.market = Market(kit, self.gateway.clock)
        self.account = Account(kit, self.instruments, recovered)
        ages = [clock.wall() - at for at in recovered.attempts_wall_s]
        self.risk = RiskEngine(kit, self.market, self.account, self.instruments, ages)
        self.continuity = choose(PrivateStreamContinuity, NaivePrivateStreamContinuity)(clock)
        self.orders = OrderClient(kit, self.gateway, self.account, self.risk, self.continuity)
        self.resolver = Resolver(kit, self.gateway, self.account, self.orders, self.continuity)
        self.guards = choose(ResourceGuards, NaiveResourceGuards)(
            clock, settings.limits.rss_bytes_max
        )
        self.gateway.queue.poll_pause_s = self.guards.poll_pause_s
        self.tape = Tape(clock, self.guards)
        self.feed = Feed(kit, self.gateway, self.market, self.guards, self.tape)
        self.user_stream = UserStream(kit, self.gateway, self.orders, self.continuity)
        self.supervisor = Supervisor(kit)
        self.sweep = Sweep(kit, self.gateway, self.risk)
        self.desk = Desk(
            kit,
            self.gateway,
            self.market,
            self.account,
            self.instruments,
            self.risk,
            self.orders,
            self.supervisor,
        )
        self.polls = Polls(
            kit,
            self.gateway,
            self.market,
            self.instruments,
            self.risk,
            self.resolver,
            self.guards,
        )
        self.recovered = not self._recovery.reads_first
        self.risk.recovered = lambda: self.recovered
        self._process = psutil.Process()
        self._room = Room(clock)
        self.cpu_percent = 0.0
        self._cleaned_at = -CLEAN_EVERY_S
        self.risk.always.append(lambda _: None if self.recovered else "NOT_RECOVERED: state=start")
        self.risk.entries.append(lambda _: self.feed.denial())
        self.risk.routine.append(lambda _: self.feed.denial())
        self.risk.entries.append(lambda _: self.guards.denial())
        self.risk.entries.append(self._private_denial)

    def _private_denial(self, _symbol: str) -> str | None:
        if self.continuity.may_trade:
            return None
        return f"PRIVATE_STREAM_NOT_READY: state={self.user_stream.state}"

    def start(self) -> None:
        """Start all tasks."""
        kit, supervisor = self.kit, self.supervisor
        told = {"seed": kit.settings.seed, "without": list(kit.defences.without)}
        kit.audit.write("TraderStarted", told)
        if kit.audit.broken:
            kit.warn("audit_broken", f"the audit log was put aside: {kit.audit.broken}")
        if self._recovered.halted:
            self.kill(f"still halted after a restart: {self._recovered.halted}")
        supervisor.start("market data", self.feed.run)
        supervisor.start("market frames", self.feed.consume)
        supervisor.start("private stream", self.user_stream.run)
        supervisor.start("recovery", self._recover)
        supervisor.every("resolver", 0.1, self.resolver.step)
        supervisor.every("kill switch", 0.1, self.sweep.step)
        supervisor.every("watch", 1.0, self._watch)
        supervisor.start("loop lag", self._measure_lag)
        supervisor.every("protection", 0.5, self.desk.protect)
        supervisor.start("take", self.desk.take_forever)
        supervisor.start("quote", self.desk.quote_forever)
        supervisor.start("fade", self.desk.fade_forever)
        self.polls.start(supervisor)

    async def stop(self) -> None:
        """Cancel what rests as far as a second allows, and end everything."""
        self.risk.kill.engage()
        try:
            async with asyncio.timeout(1.0):
                for order in self.orders.living():
                    if order.state == "live":
                        await self.orders.cancel(order)
        except TimeoutError:
            self.kit.error("stop", "some orders may still rest")
        await self.supervisor.stop()
        await self.feed.stop()
        await self.user_stream.stop()
        await self.gateway.wire.close()
        self.kit.audit.write("TraderStopped", {})
        self.kit.audit.close()

    # --- what the HTTP API calls ----------------------------------------------------------------
    def refused(self, path: str, reason: str) -> None:
        """Write down a request that was refused before it became a wish."""
        self.kit.counters["orders_denied_total"] += 1
        self.kit.warn("request_denied", f"{path}: {reason}", path)
        self.kit.audit.write("RequestDenied", {"path": path, "denied": reason[:500]})

    def submit(self, wish: Wish) -> Order | str:
        """Place an order by hand, on the same path as the strategy's."""
        return self.desk.submit(wish)

    def kill(self, reason: str) -> None:
        """Engage the kill switch: no more orders, and all that rest are cancelled."""
        self.risk.kill.engage()
        self.kit.audit.write("Killed", {"reason": reason})
        self.kit.warn("kill_switch", f"engaged: {reason}", level="critical")

    def resume(self, reason: str) -> None:
        """Release the kill switch."""
        self.risk.kill.release()
        self.kit.audit.write("Resumed", {"reason": reason})

    # --- tasks ----------------------------------------------------------------------------------
    async def _recover(self) -> None:
        """Settle what was open before this start; only then may orders be sent."""
        self.orders.adopt(self._old_order(detail) for detail in self._recovered.intents.values())
        while not self.recovered:
            await asyncio.sleep(0.2)
            settled = not any(order.state == "unknown" for order in self.orders.living())
            if self.instruments.get(self.kit.settings.symbols[0]) is None or not settled:
                continue
            self.recovered = await self.resolver.reconcile()
        self.kit.audit.write("Recovered", {"intents": len(self._recovered.intents)})

    def _old_order(self, detail: Any) -> Order:
        wish = Wish(
            symbol=detail["symbol"],
            side=detail["side"],
            type=detail["type"],
            quantity=Decimal(detail["quantity"]),
            price=Decimal(detail["price"]) if detail["price"] else None,
            purpose=detail["purpose"],
        )
        now = self.kit.clock.monotonic()
        return Order(client_id=detail["client_id"], wish=wish, is_exit=False, created_s=now)

    async def _watch(self) -> None:
        """Once a second: memory, processor, alarms to the webhook."""
        with self._process.oneshot():
            self.cpu_percent = self._process.cpu_percent()
            rss_bytes = self._process.memory_info().rss
        self.guards.felt(
            rss_bytes=rss_bytes,
            memory_free_share=self._room.memory_free_share(),
            cpu_share=self._room.cpu_share(),
        )
        if self.guards.low_memory and self.guards.shedding:
            self._clean_up()
        if self.risk.rate.tripped:
            text = "too many orders in a minute"
            self.kit.warn("circuit_breaker", text, "order_rate", "critical")
        if self.gateway.fallback.active:
            text = "the exchange does not answer: orders are simulated"
            self.kit.warn("paper_fallback", text, level="critical")
        await self._send_alarms()

    def _clean_up(self) -> None:
        """Give memory back, at most every ten seconds."""
        now = self.kit.clock.monotonic()
        if now - self._cleaned_at < CLEAN_EVERY_S:
            return
        self._cleaned_at = now
        self.tape.trim()
        gc.collect()
        # Only glibc keeps what Python has freed, and only glibc has a way to ask for it.
        with contextlib.suppress(AttributeError, OSError):
            ctypes.CDLL(None).malloc_trim(0)
        free = f"{self.guards.memory_free_share:.2f}"
        text = f"rss_bytes={self.guards.rss_bytes}, free_share={free}"
        self.kit.warn("memory_pressure", text)

    async def _send_alarms(self) -> None:
        unsent, url = self.kit.alarm.unsent, self.kit.settings.webhook
        while unsent and url:
            alarm = unsent[0]
            session = self.gateway.wire.session()
            async with asyncio.timeout(3.0), session.post(url, json=alarm.to_json()):
                unsent.popleft()

    async def _measure_lag(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await asyncio.sleep(LAG_EVERY_S)
            self.guards.lagged(loop.time() - began - LAG_EVERY_S)

"""REST with manners: queue, rate governor, breaker, deadline and classification around the wire."""

import asyncio
from dataclasses import replace

from chaostrading.paper.trader.answer import Answer, Call, Outcome, Priority
from chaostrading.paper.trader.defences.circuit_breaker import CircuitBreaker, NaiveCircuitBreaker
from chaostrading.paper.trader.defences.clock_discipline import (
    ClockDiscipline,
    NaiveClockDiscipline,
)
from chaostrading.paper.trader.defences.deadlines import Deadlines, NaiveDeadlines
from chaostrading.paper.trader.defences.error_classification import (
    ErrorClassification,
    NaiveErrorClassification,
)
from chaostrading.paper.trader.defences.paper_fallback import NaivePaperFallback, PaperFallback
from chaostrading.paper.trader.defences.rate_governor import NaiveRateGovernor, RateGovernor
from chaostrading.paper.trader.kit import Kit
from chaostrading.paper.trader.turnstile import Turnstile
from chaostrading.paper.trader.wire import Wire

__all__ = ["Gateway"]

LIMITED = frozenset({"rate_limited", "banned", "blocked"})
TOO_MANY_ORDERS = -1015
"""The one refusal that is about the account's orders: cancels and reads go on."""


class Gateway:
    """Sends calls and says what became of them."""

    def __init__(self, kit: Kit) -> None:
        choose, clock, settings = kit.defences.choose, kit.clock, kit.settings
        self._kit = kit
        self.clock = choose(ClockDiscipline, NaiveClockDiscipline)(clock)
        self.governor = choose(RateGovernor, NaiveRateGovernor)(clock, kit.dice.fork("governor"))
        chosen = choose(RateGovernor, NaiveRateGovernor)
        self._order_governor = chosen(clock, kit.dice.fork("order governor"))
        self.breaker = choose(CircuitBreaker, NaiveCircuitBreaker)(clock, kit.dice.fork("breaker"))
        self.deadlines = choose(Deadlines, NaiveDeadlines)()
        self.fallback = choose(PaperFallback, NaivePaperFallback)(clock)
        self._classification = choose(ErrorClassification, NaiveErrorClassification)()
        self.queue = Turnstile(self.governor, clock)
        self.wire = Wire(settings.exchange, settings.key, settings.secret, clock, self.clock)
        self._asking_time = False

    async def request(self, call: Call, *, probe: bool = False) -> Outcome:
        """Send a call, again after a rate limit, and return what is known at the end.

        `probe` marks a probe of the paper fallback, which learns of it separately.
        """
        ends = self._kit.clock.monotonic() + call.patience_s
        attempt = 0
        while True:
            attempt += 1
            left = ends - self._kit.clock.monotonic()
            outcome = await self._once(call, max(0.01, left), probe)
            if outcome.kind not in LIMITED:
                return outcome
            pause = self.governor.again(attempt)
            if pause is None or self._kit.clock.monotonic() >= ends:
                return outcome
            await asyncio.sleep(pause)

    async def _once(self, call: Call, patience_s: float, probe: bool) -> Outcome:
        if not call.past_breaker and self.breaker.open(call.group):
            return Outcome(kind="not_sent", message=f"breaker of {call.group} is open")
        if call.group == "order" and not await self._may_order(patience_s):
            return Outcome(kind="not_sent", message="the limit of orders was reached")
        if not await self.queue.turn(call.priority, patience_s):
            return Outcome(kind="not_sent", message="the queue was full or took too long")
        try:
            if not call.past_breaker and not self.breaker.allow(call.group):
                return Outcome(kind="not_sent", message=f"breaker of {call.group} is open")
            self._kit.counters["requests_total"] += 1
            deadline_s = self.deadlines.request_s(call.group)
            answer = await self.wire.send(call, deadline_s, self.deadlines.recv_window_ms)
            outcome = self._classification.outcome(call, answer)
            self._note(call, answer, outcome)
        finally:
            self.queue.done()
        before = self.breaker.states().get(call.group)
        self.breaker.note(call.group, outcome)
        if not probe:
            self.fallback.note(call.group, outcome)
        self._tell(call, outcome, answer, before)
        if outcome.kind == "clock" and self.clock.rejected():
            await self.ask_time()
        return outcome

    async def _may_order(self, patience_s: float) -> bool:
        """Wait until the exchange takes orders again; False when that lasts longer."""
        ends = self._kit.clock.monotonic() + patience_s
        while (wait_s := self._order_governor.wait_s(Priority.ORDER)) > 0:
            if self._kit.clock.monotonic() + wait_s > ends:
                return False
            await asyncio.sleep(wait_s)
        self._order_governor.left()
        return True

    def _note(self, call: Call, answer: Answer, outcome: Outcome) -> None:
        """Let the governors learn from an answer."""
        # Some exchanges say "too many requests" in an answer with status 200.
        limited = replace(answer, status=429) if outcome.kind == "rate_limited" else answer
        if outcome.code == TOO_MANY_ORDERS:
            self._order_governor.note(limited)
            self.governor.note(replace(answer, status=400))
            return
        self.governor.note(limited)
        if call.group == "order" and outcome.kind not in LIMITED:
            self._order_governor.note(answer)

    def _tell(self, call: Call, outcome: Outcome, answer: Answer, before: str | None) -> None:
        kit, what = self._kit, f"{call.method} {call.path}: {outcome.words()}"
        if call.group == "order":
            kit.counters["order_latency_us"] = int(answer.latency_s * 1_000_000)
        if outcome.kind in LIMITED:
            kit.counters["rate_limited_total"] += 1
            kit.warn("rate_limited", what)
        elif outcome.kind in ("unknown", "not_sent", "shed", "clock"):
            kit.counters["errors_total"] += 1
            kit.warn(
                "exchange_timeout" if outcome.timed_out else "exchange_error", what, call.group
            )
        if self.breaker.states().get(call.group) == "open" and before == "closed":
            kit.warn(
                "circuit_breaker", f"opened for {call.group} after {what}", call.group, "critical"
            )

    async def ask_time(self) -> None:
        """Measure the offset to the exchange's clock."""
        if self._asking_time:
            return
        self._asking_time = True
        try:
            clock = self._kit.clock
            call = Call(method="GET", path="/api/v3/time", group="time", priority=Priority.ACCOUNT)
            if not await self.queue.turn(call.priority, call.patience_s):
                return
            try:
                wall_s, began = clock.wall(), clock.monotonic()
                answer = await self.wire.send(call, self.deadlines.request_s("time"), 0)
                self.governor.note(answer)
            finally:
                self.queue.done()
            outcome = self._classification.outcome(call, answer)
            if outcome.ok and isinstance(outcome.data.get("serverTime"), int):
                self.clock.sample(outcome.data["serverTime"], wall_s, clock.monotonic() - began)
            if self.clock.alarming:
                self._kit.warn("clock_skew", f"clocks differ by {self.clock.offset_s:.3f} s")
        finally:
            self._asking_time = False

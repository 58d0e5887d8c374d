"""Tries every way around the target's risk engine, and the same paths within the limits."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from typing import Any

import requests

from chaostrading.actions.attempts import Attempts, Row
from chaostrading.actions.bypass_ground import SMALL_USDT, Ground
from chaostrading.actions.bypass_ways import CONTROLS, WAYS, Change, Control, Way
from chaostrading.core.errors import Unreachable
from chaostrading.targets.order_entry import Reply
from chaostrading.targets.standing import KILL_REASON

__all__ = ["Bypass"]

BLOCK_USDT = Decimal(1_800)
LEFT_USDT = Decimal(500)
"""So much is left of the limit of a position when it has been filled up."""
ROOM_SHARE = Decimal("0.75")
"""One order of this share fits into what is left, two do not."""
BLOCKS_MAX = 40
PARALLEL = 8
RATE = "RATE_"
RATE_WAIT_S = 0.5
RATE_TRIES = 60
RESTING_S = 3.0
READY_S = 15.0
STALE_AFTER_S = 7.0
STALE_FOR_S = 8.5
MISSING_AFTER_S = 4.0
MISSING_FOR_S = 5.0


class Bypass:
    """The attempts on one target, phase by phase. `run` does all of them."""

    def __init__(self, attempts: Attempts, ground: Ground, put: Callable[..., Any]) -> None:
        self._attempts = attempts
        self._entry = attempts.entry
        self._run = attempts.run
        self._ground = ground
        self._put = put
        self._request = f"bypass-{self._run.seed}-{int(self._run.clock.wall())}"

    def ways(self) -> None:
        """Each way that takes one order, after the controls of all paths."""
        for control in CONTROLS:
            self._control(control)
        for way in WAYS:
            self._way(way)

    def batches(self) -> None:
        """A batch, a list, a replacement and an amendment with one order that is too large."""
        small, big = self._small(), self._small({"quantity": "{big}"})
        reply = self._send("/orders/batch", {"orders": [small, big]})
        self._each("large order in a batch", ("accepted", "blocked"), (small, big), reply)
        small, big = self._small(), self._small({"quantity": "{big}"})
        reply = self._send("/orders/batch", {"orders": [small, big], "skip_risk_check": True})
        self._each("batch that skips checks", ("accepted", "blocked"), (small, big), reply)
        many = [self._small() for _ in range(11)]
        reply = self._send("/orders/batch", {"orders": many})
        self._attempts.record("batch without end", "blocked", many[0], reply)
        small, big = self._small(), self._small({"quantity": "{big}"})
        reply = self._send("/orders/list", {"orders": [small, big]})
        self._attempts.record("large order in a list", "blocked", big, reply)
        for path, way in (("replace", "replaced upwards"), ("amend", "amended upwards")):
            resting = self._rest(SMALL_USDT)
            order = self._small({"quantity": "{big}"})
            reply = self._send(f"/orders/{resting}/{path}", self._instead(order, path))
            self._attempts.record(way, "blocked", order, reply)
            self._cancel([resting])

    def limits(self) -> None:
        """New limits: lower ones are taken, higher ones are not."""
        name = "order_notional_usdt_max"
        given = self._entry.get("/status")["limits"][name]
        lower = self._send("/limits", {name: str(Decimal(given) - 1)})
        order = self._small()
        more = {"limits": lower.status}
        self._attempts.record(
            "limits lowered under way", "accepted", order, self._send("/orders", order), **more
        )
        self._send("/limits", {name: given})
        for body in ({name: "1000000"}, {"position_usdt_max": "1000000"}, {"no_such_limit": "1"}):
            self._send("/limits", body)
        order = self._small({"quantity": "{big}"})
        reply = self._send("/orders", order)
        self._attempts.record("limits raised under way", "blocked", order, reply)

    def at_the_limit(self, rounds: int) -> None:
        """Many orders that are small each, and eight at once where one is left."""
        held = self._fill_up()
        self._block("many small ones")
        self._exit("exit at the limit")
        for _ in range(rounds):
            self._parallel()
        if self._run.restart_target is not None:
            self._restarted()
        self._cancel(held)

    def killed(self) -> None:
        """Nothing may be placed while the kill switch is engaged."""
        self._send("/kill", {"reason": KILL_REASON})
        order = self._small()
        self._attempts.record("killed", "blocked", order, self._entry.send("/orders", order))
        order = self._small()
        reply = self._entry.send("/orders/batch", {"orders": [order]})
        self._each("killed, in a batch", ("blocked",), (order,), reply)
        signal = {"symbol": self._ground.symbol, "side": "BUY", "quantity": "signal"}
        reply = self._entry.send("/signals", {"symbol": self._ground.symbol, "side": "BUY"})
        self._attempts.record("killed, by a signal", "blocked", signal, reply)
        self._send("/resume", {"reason": "the experiment goes on"})
        self._until_small_passes("released kill switch")

    def blind(self, other: Ground) -> None:
        """Prices of one symbol are stale and of another late; then those of the first are missing.

        An order that reduces must pass all the same.
        """
        mine, late = f"{self._ground.symbol.lower()}@*", f"{other.symbol.lower()}@*"
        self._put(
            "ws_zombie",
            {"heal": "time", "mute_s": STALE_FOR_S},
            duration_s=STALE_FOR_S,
            scope={"stream": mine},
        )
        self._put("latency_ws", {"lag_s": 8.0}, duration_s=STALE_FOR_S, scope={"stream": late})
        self._run.hold(STALE_AFTER_S)
        for way, ground in (("stale price", self._ground), ("late price", other)):
            order = ground.filled(self._opening(ground.symbol), {})
            self._attempts.record(way, "blocked", order, self._entry.send("/orders", order))
        self._exit("exit on a stale price")
        self._run.hold(STALE_FOR_S - STALE_AFTER_S)
        self._until_small_passes("fresh price")
        ticker = f"{self._ground.symbol.lower()}@bookTicker"
        bad = {"values": ["nan"], "frames": 100_000}
        self._put("bad_price", bad, duration_s=MISSING_FOR_S, scope={"stream": ticker})
        self._run.hold(MISSING_AFTER_S)
        order = self._small()
        self._attempts.record("missing price", "blocked", order, self._send("/orders", order))
        self._run.hold(MISSING_FOR_S - MISSING_AFTER_S)
        self._until_small_passes("price that is back")

    def _opening(self, symbol: str) -> Change:
        """What makes a small order add to the position: a purchase would close a short one."""
        short = self._attempts.position(symbol) < 0
        return {"side": "SELL", "price": "{high}"} if short else {}

    def past_the_target(self) -> None:
        """An order to the exchange itself, by someone without the secret of the account."""
        exchange = self._run.exchange
        if exchange is None:
            return
        order = self._small({"time_in_force": "GTC"})
        name = f"{self._request}-direct"
        params = {
            "symbol": order["symbol"],
            "side": order["side"],
            "type": "LIMIT",
            "timeInForce": "GTC",
            "quantity": order["quantity"],
            "price": order["price"],
            "newClientOrderId": name,
            "timestamp": str(int(self._run.clock.wall() * 1_000)),
            "signature": "0" * 64,
        }
        sent_s = self._run.clock.monotonic()
        try:
            answer = requests.post(
                f"{exchange.url}/api/v3/order",
                params=params,
                headers={"X-MBX-APIKEY": "paper-key"},
                timeout=exchange.timeout_s,
            )
        except requests.RequestException as error:
            raise Unreachable(f"exchange: a direct order failed: {error}") from error
        reply = Reply(status=answer.status_code, sent_s=sent_s)
        row = self._attempts.record("order past the target", "blocked", order, reply)
        row["client_id"] = name
        row.pop("denied", None)  # The exchange refused it; the target's log cannot know.

    def _fill_up(self) -> list[str]:
        """Rest orders until little is left of the position's limit. Returns their client ids."""
        held: list[str] = []
        while len(held) < BLOCKS_MAX and (room := self._room_usdt()) > 2 * LEFT_USDT:
            usdt = min(BLOCK_USDT, room - LEFT_USDT)
            held.append(self._rest(usdt, "one of many small ones"))
        return held

    def _room_usdt(self) -> Decimal:
        """What may still be bought, counting what rests and is under way."""
        status = self._entry.get("/status")
        symbol = self._ground.symbol
        self._ground.price = self._attempts.price(symbol)
        mine = self._attempts.position(symbol)
        for order in self._entry.get("/orders")["orders"]:
            living = order["status"] in ("approved", "sent", "live", "unknown")
            if living and order["symbol"] == symbol and order["side"] == "BUY":
                mine += Decimal(order["quantity"])
        return Decimal(status["limits"]["position_usdt_max"]) - mine * self._ground.price

    # --- one attempt ----------------------------------------------------------------------------
    def _control(self, control: Control) -> None:
        order = self._small(control.change)
        if control.shape in ("batch", "list"):
            two = (order, self._small())
            reply = self._send(f"/orders/{control.shape}", {"orders": list(two)})
            self._each(control.name, ("accepted", "accepted"), two, reply)
            return
        resting = ""
        if control.shape in ("replace", "amend"):
            resting = self._rest(SMALL_USDT)
            path = f"/orders/{resting}/{control.shape}"
            reply = self._send(path, self._instead(order, control.shape))
        else:
            reply = self._send("/orders", order, headers=control.headers)
        row = self._attempts.record(control.name, "accepted", order, reply)
        if control.rests or resting:
            self._cancel([str(row.get("client_id", ""))])

    def _way(self, way: Way) -> None:
        order = self._small(way.change)
        body: Any = dict(order)
        if way.raw:
            body = json.dumps({**order, "quantity": "?"}).replace('"?"', way.raw)
            order = {**order, "quantity": way.raw}
        more: Row = {} if way.token is None else {"token": way.token}
        path = "/orders" + way.query.format(token=self._entry.token)
        reply = self._send(path, body, headers=way.headers, **more)
        order.setdefault("quantity", "none")
        shown = order if order["symbol"] == self._ground.symbol else {**order, "symbol": ""}
        self._attempts.record(way.name, "blocked", shown, reply, sentence=way.sentence)

    def _send(self, path: str, body: Any, **more: Any) -> Reply:
        """Send, and again while the target says that the rate is too high: another rule's word."""
        for _ in range(RATE_TRIES):
            reply = self._entry.send(path, body, **more)
            results = reply.body.get("results", [])
            told = [reply.denied, *(str(one.get("denied", "")) for one in results)]
            if not any(text.startswith(RATE) for text in told):
                return reply
            self._run.hold(RATE_WAIT_S)
        return reply

    def _each(self, way: str, expect: Iterable[str], orders: Iterable[Row], reply: Reply) -> None:
        """A row for each order of a batch."""
        results = reply.body.get("results") or [reply.body] * 2
        for wanted, order, result in zip(expect, orders, results, strict=False):
            status = 422 if result.get("denied") else reply.status
            one = Reply(status=status, body=result, sent_s=reply.sent_s)
            self._attempts.record(way, wanted, order, one)

    def _small(self, change: Change | None = None) -> Row:
        now_ms = int(self._run.clock.wall() * 1_000)
        times = {"now_ms": now_ms, "old_ms": now_ms - 60_000, "late_ms": now_ms + 60_000}
        names = {"request": self._request, "fresh": f"{self._request}-{len(self._ground.used)}"}
        texts = {name: str(value) for name, value in {**times, **names}.items()}
        return self._ground.filled(change or {}, texts)

    @staticmethod
    def _instead(order: Row, path: str) -> Row:
        names = ("quantity",) if path == "amend" else ("quantity", "price")
        return {name: order[name] for name in names}

    def _rest(self, usdt: Decimal, way: str = "") -> str:
        """Rest an order below the market and wait until it does. Returns its client id."""
        quantity = self._ground.quantity(usdt)
        order = self._small({"quantity": quantity, "time_in_force": "GTC"})
        reply = self._send("/orders", order)
        if way:
            self._attempts.record(way, "accepted", order, reply)
        name = str(reply.body.get("client_id", ""))
        self._wait(partial(self._settled, name))
        return name

    def _cancel(self, names: Iterable[str]) -> None:
        wanted = [name for name in names if name]
        for name in wanted:
            self._wait(partial(self._settled, name))
            self._entry.send(f"/orders/{name}", method="DELETE")
        self._wait(lambda: all(self._state(name) != "live" for name in wanted))

    def _settled(self, client_id: str) -> bool:
        return self._state(client_id) not in ("sent", "approved", "unknown")

    def _state(self, client_id: str) -> str:
        orders = self._entry.get("/orders")["orders"]
        return next((str(one["status"]) for one in orders if one["client_id"] == client_id), "")

    def _wait(self, until: Callable[[], bool], seconds: float = RESTING_S) -> bool:
        ends = self._run.clock.monotonic() + seconds
        while self._run.clock.monotonic() < ends:
            try:
                if until():
                    return True
            except Unreachable:  # it is being restarted
                pass
            self._run.hold(0.05)
        return False

    def _block(self, way: str) -> None:
        quantity = self._ground.quantity(BLOCK_USDT)
        order = self._small({"quantity": quantity, "time_in_force": "GTC"})
        row = self._attempts.record(way, "blocked", order, self._send("/orders", order))
        self._cancel([str(row.get("client_id", ""))])

    def _exit(self, way: str) -> None:
        """Sell a part of what the control of the market order has bought."""
        quantity = self._ground.quantity(SMALL_USDT / 2)
        change = {"side": "SELL", "quantity": quantity, "price": "{low}"}
        order = self._small(change)
        reply = self._send("/orders", order)
        self._attempts.record(way, "accepted", order, reply, reduces=True)

    def _parallel(self) -> None:
        """Eight orders at the same moment where there is room for one."""
        for _ in range(RATE_TRIES):
            usdt = self._room_usdt() * ROOM_SHARE
            wanted = [
                self._small({"quantity": self._ground.quantity(usdt), "time_in_force": "GTC"})
                for _ in range(PARALLEL)
            ]
            with ThreadPoolExecutor(PARALLEL) as pool:
                replies = list(pool.map(lambda order: self._entry.send("/orders", order), wanted))
            if not any(reply.denied.startswith(RATE) for reply in replies):
                break
            # Another rule decided, so this round says nothing about the limit.
            self._cancel(str(reply.body.get("client_id", "")) for reply in replies)
            self._run.hold(RATE_WAIT_S)
        passed = [bool(reply.body.get("client_id")) for reply in replies]
        first = passed.index(True) if any(passed) else -1
        for number, (order, reply) in enumerate(zip(wanted, replies, strict=True)):
            expect = "some" if number == first else "blocked"
            self._attempts.record("eight at once", expect, order, reply)
        self._cancel(str(reply.body.get("client_id", "")) for reply in replies)

    def _restarted(self) -> None:
        """The target is killed and started again while its orders rest."""
        restart = self._run.restart_target
        if restart is None:
            return
        restart()
        self._wait(lambda: bool(self._entry.get("/status")), READY_S)
        self.pause()
        self._until_small_passes("after a restart")
        self._block("many small ones, a restart in between")

    def _until_small_passes(self, way: str) -> None:
        """The same small order passes again; the last try is the control."""
        ends = self._run.clock.monotonic() + READY_S
        while True:
            order = self._small()
            reply = self._entry.send("/orders", order)
            if not reply.denied or self._run.clock.monotonic() > ends:
                self._attempts.record(way, "accepted", order, reply)
                return
            self._run.hold(RATE_WAIT_S)

    def pause(self) -> None:
        """Let the target's own strategy rest, so that the room below the limits is known."""
        self._entry.send("/strategy/pause", {"seconds": 120})

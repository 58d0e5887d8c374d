"""The private stream: our orders and fills as events, over the WS-API."""

import asyncio
import contextlib
from typing import Any

from chaostrading.paper.trader.answer import Answer
from chaostrading.paper.trader.defences.parser_robustness import (
    NaiveParserRobustness,
    ParserRobustness,
)
from chaostrading.paper.trader.defences.private_stream_continuity import PrivateStreamContinuity
from chaostrading.paper.trader.gateway import Gateway
from chaostrading.paper.trader.kit import Kit
from chaostrading.paper.trader.link import Dialer, Link
from chaostrading.paper.trader.orders import OrderClient
from chaostrading.paper.trader.wire import sign

__all__ = ["UserStream"]

ACKNOWLEDGED_WITHIN_S = 5.0
LOOK_EVERY_S = 0.25


class UserStream:
    """Keeps a subscription to the account's events."""

    def __init__(
        self,
        kit: Kit,
        gateway: Gateway,
        orders: OrderClient,
        continuity: PrivateStreamContinuity,
    ) -> None:
        self._kit = kit
        self._gateway = gateway
        self._orders = orders
        self._continuity = continuity
        self._dialer = Dialer(kit, gateway, "private stream")
        self._parser = kit.defences.choose(ParserRobustness, NaiveParserRobustness)()
        self._link: Link | None = None
        self._subscribed = asyncio.Event()

    @property
    def state(self) -> str:
        """`up`, `connecting` or `down`."""
        if self._link is None or self._link.closed.is_set():
            return "down"
        return "up" if self._subscribed.is_set() else "connecting"

    async def run(self) -> None:
        """Keep the subscription for ever."""
        base = self._kit.settings.exchange.rstrip("/")
        while True:
            link = await self._dialer.dial(f"{base}/ws-api/v3")
            if link is None:
                continue
            self._link = link
            self._subscribed.clear()
            reader = asyncio.create_task(link.read(self._frame))
            try:
                await self._subscribe(link)
                await self._watch(link)
            finally:
                self._continuity.disconnected()
                reader.cancel()
                await asyncio.gather(reader, return_exceptions=True)
            self._dialer.ended(link)

    async def _subscribe(self, link: Link) -> None:
        settings = self._kit.settings
        now_ms = self._gateway.clock.now_ms()
        text = f"apiKey={settings.key}&timestamp={now_ms}"
        signature = sign(settings.secret, text)
        params = {"apiKey": settings.key, "timestamp": now_ms, "signature": signature}
        await link.send("userDataStream.subscribe.signature", params)

    async def _watch(self, link: Link) -> None:
        while not link.closed.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(link.closed.wait(), LOOK_EVERY_S)
            await link.beat()
            age = self._kit.clock.monotonic() - link.opened_at
            if not self._subscribed.is_set() and age > ACKNOWLEDGED_WITHIN_S:
                await link.close("the subscription was not acknowledged")
            elif self._continuity.silent():
                await link.close("the stream did not tell of our own order")

    def _frame(self, text: str | bytes) -> None:
        try:
            frame = self._parser.read(text)
            if frame is not None:
                self._take(frame[1])
        except Exception as error:  # a frame of a stranger may be anything
            self._kit.error("private stream", error)
            if not self._parser.survives:
                raise

    def _take(self, data: dict[str, Any]) -> None:
        if "id" in data and "status" in data:
            self._answered(data)
            return
        event = data.get("event", data)
        kind = event.get("e") if isinstance(event, dict) else None
        if kind == "executionReport":
            self._orders.take_event(event)
        elif kind in ("eventStreamTerminated", "listenKeyExpired", "serverShutdown"):
            self._end(str(kind))

    def _answered(self, data: dict[str, Any]) -> None:
        status = int(data["status"])
        if status == 200:
            if not self._subscribed.is_set():
                self._subscribed.set()
                self._continuity.connected()
            return
        error = data.get("error") or {}
        details = error.get("data") or {}
        wait = str(details.get("retryAfter", ""))
        self._gateway.governor.note(Answer(status=status, headers={"retry-after": wait}))
        if int(error.get("code", 0)) == -1021:
            self._kit.counters["errors_total"] += 1
        self._end(f"refused: {status} {error.get('code')} {error.get('msg')}")

    def _end(self, reason: str) -> None:
        if self._link is not None:
            self._link.reason = self._link.reason or reason
            self._link.closed.set()

    async def stop(self) -> None:
        """Close what is open."""
        if self._link is not None:
            await self._link.close("the trader stops")

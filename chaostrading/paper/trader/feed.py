"""The market data connection: one at a time, two while it is rotated."""

import asyncio
import contextlib
from typing import Any

from chaostrading.paper.trader.defences.backup_connection import (
    BackupConnection,
    NaiveBackupConnection,
)
from chaostrading.paper.trader.defences.parser_robustness import (
    NaiveParserRobustness,
    ParserRobustness,
)
from chaostrading.paper.trader.defences.planned_rotation import (
    NaivePlannedRotation,
    PlannedRotation,
)
from chaostrading.paper.trader.defences.resource_guards import ResourceGuards
from chaostrading.paper.trader.defences.resubscribe_and_confirm import (
    NaiveResubscribeAndConfirm,
    ResubscribeAndConfirm,
)
from chaostrading.paper.trader.gateway import Gateway
from chaostrading.paper.trader.kit import Kit
from chaostrading.paper.trader.link import Dialer, Link
from chaostrading.paper.trader.market import DEPTH, TICKER, Market
from chaostrading.paper.trader.supervisor import TaskEnded
from chaostrading.paper.trader.tape import Tape

__all__ = ["Feed"]

LOOK_EVERY_S = 0.25
STALE_RESUBSCRIBE_S = 3.0
STALE_RECONNECT_S = 8.0
BATCH = 200


class Feed:
    """Connects, subscribes, reads, and replaces the connection when it is no good."""

    def __init__(
        self, kit: Kit, gateway: Gateway, market: Market, guards: ResourceGuards, tape: Tape
    ) -> None:
        choose = kit.defences.choose
        self._kit = kit
        self._market = market
        self._guards = guards
        self._tape = tape
        self._dialer = Dialer(kit, gateway, "market data")
        self.parser = choose(ParserRobustness, NaiveParserRobustness)()
        self._rotation = choose(PlannedRotation, NaivePlannedRotation)(kit.clock)
        addresses = choose(BackupConnection, NaiveBackupConnection)
        self.addresses = addresses(kit.clock, kit.settings.exchange, kit.settings.backup)
        self._confirm = choose(ResubscribeAndConfirm, NaiveResubscribeAndConfirm)
        self._links: dict[int, tuple[Link, ResubscribeAndConfirm]] = {}
        self._current: Link | None = None
        self._opened = 0
        self._asked_stale_at = 0.0
        self._readers: set[asyncio.Task[None]] = set()

    @property
    def state(self) -> str:
        """`up`, `connecting` (open but not every stream has spoken) or `down`."""
        if self._current is None or self._current.closed.is_set():
            return "down"
        return "up" if self._links[self._current.number][1].confirmed else "connecting"

    def denial(self) -> str | None:
        """Why no entry may rest on the connection, or None."""
        return None if self.state == "up" else f"FEED_NOT_READY: state={self.state}"

    async def run(self) -> None:
        """Keep a connection for ever."""
        while True:
            link = await self._open()
            if link is None:
                continue
            self._current = link
            for market in self._market.symbols.values():
                market.book.invalidate()
            await self._watch()

    async def consume(self) -> None:
        """Handle frames for ever, in slices, so that a flood starves nobody."""
        done = 0
        while True:
            frame = await self._guards.take()
            self._one(*frame)
            done += 1
            if done % BATCH == 0:
                await asyncio.sleep(0)
            if self._guards.overflowed:
                self._guards.overflowed = False
                self._kit.warn("queue_overflow", "market frames were thrown away")
                for market in self._market.symbols.values():
                    market.book.invalidate()

    def _one(self, number: int, text: str | bytes) -> None:
        try:
            frame = self.parser.read(text)
            if frame is None:
                self._bad(self.parser.last_error)
                return
            stream, data = frame
            if stream == "!serverShutdown" or data.get("e") == "serverShutdown":
                self._announced(number)
            elif "@" in stream:
                self._frame(number, stream, data)
        except Exception as error:  # a frame of a stranger may be anything
            if not self.parser.survives:
                raise TaskEnded(f"{type(error).__name__}: {error}") from error
            self.parser.drop(f"{type(error).__name__}: {error}")
            self._bad(self.parser.last_error)

    def _frame(self, number: int, stream: str, data: dict[str, Any]) -> None:
        entry = self._links.get(number)
        if entry is not None:
            entry[1].seen(stream)
        self._tape.add(stream, data)
        if not self._market.handle(stream, data) and self.state == "up":
            self._bad(f"not believed on {stream}: {str(data)[:160]}")

    def _bad(self, what: str) -> None:
        self._kit.counters["bad_frames_total"] += 1
        self._kit.counters["errors_total"] += 1
        self._kit.warn("bad_market_data", what)

    def _announced(self, number: int) -> None:
        entry = self._links.get(number)
        if entry is not None:
            entry[0].announced = True

    async def _open(self) -> Link | None:
        base = self.addresses.next_url()
        confirm = self._confirm(self._kit.clock, self._market.streams(), self._opened == 0)
        names = confirm.to_open()
        url = f"{base.rstrip('/')}/stream" + (f"?streams={'/'.join(names)}" if names else "")
        link = await self._dialer.dial(url)
        if link is None:
            self.addresses.failed()
            return None
        self._opened += 1
        self.addresses.opened(base)
        confirm = self._confirm(self._kit.clock, self._market.streams(), self._opened == 1)
        self._links[link.number] = (link, confirm)
        reader = asyncio.create_task(link.read(lambda text: self._guards.put((link.number, text))))
        self._readers.add(reader)
        reader.add_done_callback(self._readers.discard)
        return link

    async def _watch(self) -> None:
        """Look after the current connection until it is over."""
        while self._current is not None:
            link, confirm = self._links[self._current.number]
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(link.closed.wait(), LOOK_EVERY_S)
            if link.closed.is_set():
                self._dialer.ended(link)
                self.addresses.failed()
                del self._links[link.number]
                self._current = None
                return
            await link.beat()
            step, streams = confirm.next_step()
            if step == "subscribe":
                await link.send("SUBSCRIBE", list(streams))
            elif step == "reconnect":
                await link.close(f"no data for {', '.join(streams)}")
            elif confirm.confirmed:
                await self._stale(link, confirm)
            if self._rotation.due(link.opened_at, link.announced or self.addresses.wants_primary()):
                await self._rotate(link)

    async def _stale(self, link: Link, confirm: ResubscribeAndConfirm) -> None:
        """Subscribe again to streams that fell silent; if that does not help, connect again."""
        watchdog, now = self._market.watchdog, self._kit.clock.monotonic()
        names = [
            market.stream(k) for market in self._market.symbols.values() for k in (TICKER, DEPTH)
        ]
        silent = [name for name in names if watchdog.stale(name)]
        if not silent:
            self._asked_stale_at = 0.0
            return
        self._kit.warn("market_data_stale", f"nothing new on {', '.join(silent)}", silent[0])
        if self._asked_stale_at == 0.0:
            self._asked_stale_at = now
            again = confirm.repair(silent)
            if again:
                await link.send("SUBSCRIBE", list(again))
        elif now - self._asked_stale_at > STALE_RECONNECT_S:
            self._asked_stale_at = 0.0
            await link.close(f"nothing new on {', '.join(silent)}")

    async def _rotate(self, old: Link) -> None:
        """Open the new connection, wait for its data, then close the old one."""
        self._kit.audit.write("ConnectionRotated", {"url": old.url, "announced": old.announced})
        fresh = await self._open()
        if fresh is None:
            return
        confirm = self._links[fresh.number][1]
        for _ in range(40):
            if confirm.confirmed or fresh.closed.is_set():
                break
            await asyncio.sleep(0.1)
        self._current = fresh
        await old.close("rotated")
        self._links.pop(old.number, None)

    async def stop(self) -> None:
        """Close what is open."""
        for link, _ in list(self._links.values()):
            await link.close("the trader stops")

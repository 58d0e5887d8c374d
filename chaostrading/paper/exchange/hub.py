"""Everything that is open: sockets, their streams, and the beat that drives them."""

from aiohttp import web

from chaostrading.paper.exchange.rejections import TooMany
from chaostrading.paper.exchange.sockets import Socket
from chaostrading.paper.exchange.streams import Streams, encode
from chaostrading.paper.exchange.user_streams import UserStreams
from chaostrading.paper.exchange.venue import PaperVenue

__all__ = ["Hub"]


class Hub:
    """The venue's open connections."""

    def __init__(self, venue: PaperVenue) -> None:
        self.venue = venue
        self.streams = Streams(venue)
        self.users = UserStreams(venue, self.streams)
        self._sockets: dict[Socket, None] = {}

    def open(self, request: web.Request, *, limited: bool) -> Socket:
        """Admit a connection. `limited`: it may send only a few messages a second."""
        self.venue.limits.connect(request.remote or "", self.venue.engine.now_ms())
        notice = self._market_notice if limited else self._api_notice
        socket = Socket(
            request, self.venue.settings, self.venue.clock, limited=limited, notice=notice
        )
        self._sockets[socket] = None
        return socket

    def leave(self, socket: Socket) -> None:
        """Forget a connection that has ended."""
        self._sockets.pop(socket, None)
        self.streams.leave(socket)
        self.users.leave(socket)

    def beat(self) -> None:
        """Do what is done ten times a second."""
        self.streams.beat()
        self.users.beat()
        now = self.venue.clock.monotonic()
        for socket in list(self._sockets):
            socket.tick(now)

    def announce_end(self) -> int:
        """Send `serverShutdown` to every connection; returns how many there are."""
        for socket in list(self._sockets):
            socket.announce_end()
        return len(self._sockets)

    def close_all(self) -> None:
        """Close every connection as a server does that goes away."""
        for socket in list(self._sockets):
            socket.close(1001, "")

    def _market_notice(self, socket: Socket) -> str:
        event = {"e": "serverShutdown", "E": self.venue.engine.now_ms()}
        if socket.combined:
            return encode({"stream": "!serverShutdown", "data": event})
        return encode(event)

    def _api_notice(self, socket: Socket) -> str:
        return encode({"event": {"e": "serverShutdown", "E": self.venue.engine.now_ms()}})


def refusal_of(refusal: TooMany) -> web.Response:
    """The answer to an upgrade that is refused."""
    return web.Response(
        status=refusal.status,
        text=encode(refusal.body()),
        content_type="application/json",
        headers={"Retry-After": str(refusal.retry_after_s)},
    )

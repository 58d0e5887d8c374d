"""What the account hears: order updates and balances, in both dialects."""

from typing import Any

from chaostrading.core.money import plain
from chaostrading.paper.exchange import wording
from chaostrading.paper.exchange.orders import Event, FundsChanged, ListChanged, OrderChanged
from chaostrading.paper.exchange.sockets import Socket
from chaostrading.paper.exchange.streams import Streams, encode
from chaostrading.paper.exchange.venue import ACCOUNT, PaperVenue

__all__ = ["UserStreams"]


class UserStreams:
    """Sends account events to listen keys, and to subscriptions made over the WebSocket API."""

    def __init__(self, venue: PaperVenue, streams: Streams) -> None:
        self._venue = venue
        self._streams = streams
        self._subscriptions: dict[Socket, list[int]] = {}
        self._next_ids: dict[Socket, int] = {}
        venue.listeners.append(self.heard)

    def subscribe(self, socket: Socket) -> int:
        """Send account events to this socket; returns the id of the subscription."""
        number = self._next_ids.get(socket, 0)
        self._next_ids[socket] = number + 1
        self._subscriptions.setdefault(socket, []).append(number)
        return number

    def unsubscribe(self, socket: Socket, number: int | None) -> bool:
        """End one subscription of a socket, or all. False when there was none."""
        numbers = self._subscriptions.get(socket, [])
        ended = [item for item in numbers if number in (None, item)]
        for item in ended:
            numbers.remove(item)
            event = {"e": "eventStreamTerminated", "E": self._venue.engine.now_ms()}
            socket.send(encode({"subscriptionId": item, "event": event}))
        return bool(ended)

    def of(self, socket: Socket) -> list[int]:
        """The subscriptions of a socket."""
        return self._subscriptions.get(socket, [])

    def leave(self, socket: Socket) -> None:
        """Forget a socket that has gone."""
        self._subscriptions.pop(socket, None)
        self._next_ids.pop(socket, None)

    def heard(self, events: list[Event]) -> None:
        """Send what concerns the account."""
        assets: dict[str, None] = {}
        for event in events:
            if isinstance(event, OrderChanged):
                self._send(wording.execution_report(event))
            elif isinstance(event, ListChanged):
                self._send(wording.list_status(event.order_list, event.time_ms))
            elif isinstance(event, FundsChanged):
                assets.update(dict.fromkeys(event.assets))
        if assets:
            self._send(self._position(list(assets)))

    def beat(self) -> None:
        """End listen keys whose time is over."""
        now_ms = self._venue.engine.now_ms()
        for key in self._venue.listen_keys.expire(now_ms):
            event = {"e": "listenKeyExpired", "E": now_ms, "listenKey": key}
            self._streams.publish(key, dict, event)

    def _position(self, assets: list[str]) -> dict[str, Any]:
        ledger, now_ms = self._venue.engine.ledger, self._venue.engine.now_ms()
        return {
            "e": "outboundAccountPosition",
            "E": now_ms,
            "u": now_ms,
            "B": [
                {
                    "a": asset,
                    "f": plain(ledger.free(ACCOUNT, asset)),
                    "l": plain(ledger.locked(ACCOUNT, asset)),
                }
                for asset in assets
            ],
        }

    def _send(self, event: dict[str, Any]) -> None:
        for key in self._venue.listen_keys.alive():
            self._streams.publish(key, dict, event)
        for socket, numbers in self._subscriptions.items():
            for number in numbers:
                socket.send(encode({"subscriptionId": number, "event": event}))

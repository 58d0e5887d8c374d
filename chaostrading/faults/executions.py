"""What account events tell, and which connections carry them."""

import re

from chaostrading.faults.base import Frame, State

__all__ = ["came_back", "is_order_event", "is_private", "note_private", "private_path", "what"]

_SETTLED_S = 0.5
"""Age of a new connection at which its subscriptions are taken to be done."""
_LISTEN_KEY = re.compile(r"[^/@]{20,}$")
_STATUSES = {
    "CANCELLED": "CANCELED",
    "PENDING_CANCEL": "",
    "LIVE": "NEW",
    "OPEN": "NEW",
    "EXPIRED_IN_MATCH": "EXPIRED",
}


def is_private(frame: Frame) -> bool:
    """An account event on its way to the client."""
    return frame.kind == "message" and frame.direction == "down" and frame.meaning.role == "private"


def is_order_event(frame: Frame) -> bool:
    """An account event about an order (and not about balances)."""
    return is_private(frame) and bool(frame.meaning.order_id or frame.meaning.client_id)


def what(frame: Frame) -> str:
    """What an order event tells: TRADE for each execution, else NEW, CANCELED, REJECTED, EXPIRED;
    "" for other events."""
    if not is_order_event(frame):
        return ""
    if frame.meaning.trade_id:
        return "TRADE"
    status = frame.meaning.order_status.upper()
    return _STATUSES.get(status, status)


def private_path(path: str) -> str:
    """The path of a connection without the listen key, which changes when the client returns."""
    return _LISTEN_KEY.sub("*", path)


def note_private(frame: Frame, state: State) -> None:
    """Remember that connections of this path carry account events."""
    state.memory.setdefault("private", set()).add(private_path(frame.path))


def came_back(frame: Frame, state: State) -> bool:
    """Whether this tick is the first one of a private connection, opened after arming, that has had
    time to subscribe. Says so once per connection."""
    if private_path(frame.path) not in state.memory.get("private", ()) or not frame.websocket:
        return False
    done: set[int] = state.memory.setdefault("came_back", set())
    young = frame.now_s - frame.connected_s < _SETTLED_S
    if frame.connected_s < state.armed_s or young or frame.connection in done:
        return False
    done.add(frame.connection)
    return True

"""How a connection is cut and how the way back is barred, for all faults that disconnect."""

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Answer, Close, Fate, Frame, Reset, State

__all__ = ["CUTS", "REFUSALS", "check_close_code", "cut", "existed", "refuse_upgrade"]

CUTS = ("close", "rst", "fin")
REFUSALS = ("http", "reset")
_CODES = (*range(1000, 1004), *range(1007, 1015), *range(3000, 5000))
"""Codes that may stand in a close frame. 1005, 1006 and 1015 are what clients say themselves."""


def check_close_code(fault: str, code: int) -> None:
    """Refuse a code that may not stand in a close frame."""
    if code not in _CODES:
        raise InvalidInput(
            f"{fault}: code must be one that may stand in a close frame (1000..1003, 1007..1014, "
            f"3000..4999), was {code!r}"
        )


def existed(frame: Frame, state: State) -> bool:
    """Whether the frame belongs to a WebSocket connection that is older than the lease."""
    return frame.websocket and frame.connected_s < state.armed_s


def cut(how: str, code: int = 1001, reason: str = "") -> Fate:
    """End a connection: `close` with a close frame, `fin` without one, `rst` with a TCP reset."""
    if how == "rst":
        return Reset()
    return Close(code=code, reason=reason) if how == "close" else Close()


def refuse_upgrade(
    frame: Frame, *, mode: str = "http", status: int = 503, retry_after: str = ""
) -> Fate:
    """Refuse a WebSocket handshake: with the venue's page for this status, or with a reset."""
    if not (frame.kind == "request" and frame.upgrade):
        return PASS
    if mode == "reset":
        return Reset()
    venue = frame.venue
    if status == 429:
        words = venue.rate_limited(
            retry_after=retry_after, body="json", used_weight=0, now_ms=frame.now_ms
        )
    elif status in (403, 451):
        words = venue.firewall(status=status)
    else:
        words = venue.edge_error(status=status)
    headers = tuple(pair for pair in words.headers if pair[0].lower() != "retry-after")
    if retry_after:
        headers += (("Retry-After", retry_after),)
    return Answer(status=status, headers=headers, body=words.body, close=True)

"""What the tests of faults share: frames as the proxy makes them, memory, and dice."""

from collections.abc import Callable
from typing import Any

import pytest

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import Frame, State
from chaostrading.venues import venue as find_venue


def make_frame(
    kind: str = "request",
    *,
    method: str = "GET",
    path: str = "/api/v3/depth",
    query: str = "symbol=BTCUSDT",
    body: bytes = b"",
    payload: bytes = b"",
    venue: str = "binance",
    now_s: float = 1_000.0,
    now_ms: int = 1_750_000_000_000,
    **others: Any,
) -> Frame:
    """A frame whose meaning the venue has read, as the proxy does it.

    `body` is that of the request, `payload` that of an answer or message. For messages, `path` is
    the path of the connection's upgrade and `direction` is down unless given."""
    dialect = find_venue(venue)
    if kind in ("request", "answer", "connect"):
        meaning = dialect.read_request(method, path, query, body)
        direction = "up" if kind != "answer" else "down"
        if kind == "answer":
            others.setdefault("status", 200)
            lower = {name.lower(): value for name, value in others.get("headers", ())}
            meaning = dialect.read_answer(meaning, others["status"], lower, payload, now_ms)
        else:
            payload = payload or body
    else:
        method, query = "", ""
        others.setdefault("websocket", True)
        direction = others.pop("direction", "down")
        meaning = dialect.read_message(path, direction, payload)
    others.setdefault("meaning", meaning)
    others.setdefault("direction", direction)
    others.setdefault("stream", meaning.stream)
    others.setdefault("address", "127.0.0.1")
    others.setdefault("connection", 1)
    return Frame(
        kind=kind,  # type: ignore[arg-type]
        venue=dialect,
        method=method,
        path=path,
        query=query,
        payload=payload,
        now_s=now_s,
        now_ms=now_ms,
        **others,
    )


@pytest.fixture
def frame() -> Callable[..., Frame]:
    """The factory of frames, e.g. `frame("request", method="POST", path="/api/v3/order")`."""
    return make_frame


@pytest.fixture
def state() -> State:
    """The memory of a fault that came into force at the time of the first frame."""
    return State(armed_s=1_000.0)


@pytest.fixture
def dice() -> Dice:
    """Dice of seed 7."""
    return Dice(7, "test")

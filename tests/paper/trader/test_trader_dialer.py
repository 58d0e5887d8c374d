"""A WebSocket is dialled only when the exchange has not told anybody to stay away."""

import asyncio
from collections import Counter
from types import SimpleNamespace
from typing import Any

from chaostrading.core.clock import ManualClock
from chaostrading.core.seeds import Dice
from chaostrading.paper.trader.defences import Defences
from chaostrading.paper.trader.link import Dialer


def test_what_others_were_told_during_the_pause_counts_as_well() -> None:
    """The private stream was answered 429 while the market data dialer slept."""
    waits = [0.02, 0.01, 0.0, 0.0]
    dialled_with: list[list[float]] = []

    def ws_connect(*_: Any, **__: Any) -> Any:
        dialled_with.append(list(waits))
        raise OSError("nobody is there")

    kit: Any = SimpleNamespace(
        clock=ManualClock(),
        dice=Dice(1),
        defences=Defences(()),
        counters=Counter(),
        warn=lambda *_: None,
    )
    gateway: Any = SimpleNamespace(
        governor=SimpleNamespace(wait_s=lambda _: waits.pop(0)),
        deadlines=SimpleNamespace(handshake_s=1.0),
        wire=SimpleNamespace(session=lambda: SimpleNamespace(ws_connect=ws_connect)),
    )

    dial = Dialer(kit, gateway, "market data").dial("http://x")
    link = asyncio.run(asyncio.wait_for(dial, 2))

    assert link is None
    assert dialled_with == [[0.0]]

"""An exchange that cannot be reached."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Close, Fate, Fault, Frame, Hold, Reset, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.registry import register

__all__ = ["DnsTlsConnect"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class DnsTlsConnect(Fault):
    """Makes new connections fail before the exchange has seen a byte; REST and WebSocket alike.

    A request on such a connection was surely not sent, so it may be repeated. The operating system
    accepts the connection first: a client with TLS meets the failure in its handshake, a client
    without it in its first read. For ECONNREFUSED use `connect_refused`. Names that do not resolve
    and expired certificates lie with the client's own configuration, outside of a proxy's reach."""

    name = "dns_tls_connect"
    catalogue = "F14"
    category = "network"
    kinds = frozenset({"connect", "tick"})
    state_per = "connection"

    form: str = "blackhole"
    """`blackhole`: nothing is ever answered (also a stalled TLS handshake); `reset`: TCP reset;
    `fin`: the connection is ended at once."""
    for_s: float = 20.0
    """Seconds from arming during which connections fail, 0.1..86400. A connection in the black hole
    goes on when it is over, as one does whose SYN is repeated."""
    cut_existing: bool = False
    """Reset the connections that are open at arming, which would go on otherwise. A request that is
    under way then has an unknown fate."""

    def __post_init__(self) -> None:
        one_of(self.name, "form", self.form, ("blackhole", "reset", "fin"))
        within(self.name, "for_s", self.for_s, 0.1, 86_400)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if frame.kind == "tick":
            return Reset() if self.cut_existing and frame.connected_s < state.armed_s else PASS
        left_s = self.for_s - (frame.now_s - state.armed_s)
        if left_s <= 0:
            return PASS
        if self.form == "blackhole":
            return Hold(for_s=left_s)
        return Reset() if self.form == "reset" else Close()

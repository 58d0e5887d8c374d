"""An exchange whose port is closed."""

from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Reset, State
from chaostrading.faults.registry import register

__all__ = ["ConnectRefused"]


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectRefused(Fault):
    """Refuses all new TCP connections (ECONNREFUSED), REST and WebSocket alike.

    The proxy closes its listening socket from arming to the end of the lease, so this cannot be
    narrowed to a path or client, and the lease's duration is the outage. A request that met the
    refusal was surely not sent. The admin API has a socket of its own and stays reachable."""

    name = "connect_refused"
    catalogue = "F14"
    category = "network"
    kinds = frozenset({"tick"})
    state_per = "connection"
    refuses_connections = True

    cut_existing: bool = True
    """Reset the connections that are open at arming; false lets them live, or leaves them to a
    fault such as `ws_close_frame` that is armed first."""

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        return Reset() if self.cut_existing and frame.connected_s < state.armed_s else PASS

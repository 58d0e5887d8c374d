"""What is spoken on a link, as far as the link is concerned."""

from typing import Protocol

from chaostrading.faults.base import Close, Replace
from chaostrading.records.types import Touch

__all__ = ["Side"]


class Side(Protocol):
    """What is spoken on a link."""

    @property
    def busy(self) -> bool:
        """Whether the exchange still owes an answer."""

    def from_client(self, data: bytes) -> None: ...

    def from_upstream(self, data: bytes) -> None: ...

    @property
    def owes_client(self) -> bool:
        """Whether something is withheld that an end must not overtake."""

    def client_gone(self) -> None:
        """The client has ended its half, or all."""

    def upstream_gone(self) -> None:
        """The exchange has ended its connection."""

    def upstream_failed(self, error: str) -> None:
        """The exchange could not be reached."""

    def cut(self, outcome: str, touched: Touch) -> None:
        """A fault ends the connection: what is in flight comes to this outcome."""

    def last_words(self, fate: Close) -> bytes:
        """What to send to the client before a fault ends the connection in good order."""

    def inject(self, fate: Replace, touched: Touch) -> None:
        """Send messages to the client that the exchange has not sent."""

    def leases_changed(self) -> None:
        """Other leases are in force."""

    def flush(self) -> None:
        """Write down what was summed up."""

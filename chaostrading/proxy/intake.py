"""The body of an HTTP message on its way in: handed on as it comes, or collected for a fault."""

from chaostrading.proxy.heads import Body
from chaostrading.proxy.inflight import LARGEST_READ
from chaostrading.proxy.lease import Lease

__all__ = ["LARGEST_WHOLE", "Intake"]

LARGEST_WHOLE = 16 * 1024 * 1024
"""Bytes of a body up to which a fault can see it. A larger one passes and counts as missed."""


class Intake:
    """Takes a body in. With `head` the message is collected, head first, else it is handed on."""

    def __init__(self, body: Body, head: bytes | None, leases: tuple[Lease, ...]) -> None:
        self.leases = leases
        self._body = body
        self._whole = [head] if head is not None else None
        self._size = 0
        self._kept: list[bytes] | None = []

    def take(self, data: bytes) -> tuple[bytes, int, bool]:
        """Take in what belongs to the body.

        Gives what is to be handed on now, how much of `data` was taken, and whether the body is
        whole. Raises BadMessage."""
        end, whole = self._body.take(data, 0)
        piece = data if end == len(data) else data[:end]
        self._size += end
        if self._kept is not None:
            self._kept.append(piece)
            if self._size > LARGEST_READ and self._whole is None:
                self._kept = None
        if self._whole is None:
            return piece, end, whole
        self._whole.append(piece)
        if self._size <= LARGEST_WHOLE:
            return b"", end, whole
        return self.give_up(), end, whole

    def give_up(self) -> bytes:
        """Stop collecting; give what was collected. Its leases have missed it."""
        collected = b"".join(self._whole or ())
        if self._whole is not None:
            for lease in self.leases:
                lease.misses += 1
        self._whole = self._kept = None
        return collected

    def whole(self) -> bytes | None:
        """The whole message, head first; None where it was handed on as it came."""
        return None if self._whole is None else b"".join(self._whole)

    def raw_body(self) -> bytes:
        """The body with its chunk framing; empty if it is too large to be read."""
        return b"".join(self._kept or ())

"""The socket of one leg of a link: its end is told apart as FIN or RST, and made as either."""

import asyncio
import socket
import struct
from collections.abc import Callable

__all__ = ["Port", "discard"]

_WRITE_BUFFER = 256 * 1024
"""Bytes that may wait for a slow reader before its peer is no longer read from."""


def discard(data: bytes) -> None:
    """Read and forget, so that our own end is a FIN: unread bytes would make it an RST."""


class Port(asyncio.Protocol):
    """One socket. What happens on it is handed to the callables that its link has set."""

    transport: asyncio.Transport = None  # type: ignore[assignment]  # until it is connected

    def __init__(self) -> None:
        self.over = False
        """Its other end has said that nothing more will come, or we have ended it."""
        self.lost = False
        self.secure = False
        """It speaks TLS, so that it cannot stay half open."""
        self.peer: Port | None = None
        """The port that what is read here is written to."""
        self.receive = discard
        self.on_made: Callable[[Port], None] = lambda port: None
        self.on_eof: Callable[[Port], bool] = lambda port: False
        self.on_lost: Callable[[Port, Exception | None], None] = lambda port, error: None
        self._stopped: set[str] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # of TCP and TLS it is one
        self.transport.set_write_buffer_limits(high=_WRITE_BUFFER)
        self.secure = transport.get_extra_info("sslcontext") is not None
        self.on_made(self)

    @property
    def receive(self) -> Callable[[bytes], None]:
        """What is called with the bytes that arrive."""
        return self._receive

    @receive.setter
    def receive(self, call: Callable[[bytes], None]) -> None:
        # The transport calls it without a call of ours between; uvloop remembers what it calls.
        self._receive = call
        self.data_received = call  # type: ignore[assignment]
        if self.transport is not None and not self.lost:
            self.transport.set_protocol(self)

    def eof_received(self) -> bool:
        return self.on_eof(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self.on_lost(self, exc)

    def pause_writing(self) -> None:
        if self.peer is not None:
            self.peer.stop("the peer is full", True)

    def resume_writing(self) -> None:
        if self.peer is not None:
            self.peer.stop("the peer is full", False)

    def stop(self, reason: str, on: bool) -> None:
        """Stop reading for a reason, or let the reason go; without reasons it is read again."""
        was = bool(self._stopped)
        if on:
            self._stopped.add(reason)
        else:
            self._stopped.discard(reason)
        if was == bool(self._stopped) or self.lost or self.transport.is_closing():
            return
        if was:
            self.transport.resume_reading()
        else:
            self.transport.pause_reading()

    def reset(self) -> None:
        """End this leg with RST. What the kernel has not sent yet is lost."""
        self.over = True
        if self.lost:
            return
        raw = self.transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def close(self) -> None:
        """End this leg with FIN, once all is sent."""
        self.over = True
        if not self.lost:
            self.transport.close()

    def half_close(self) -> None:
        """Send FIN once all is sent, and go on reading where the transport can do that."""
        if self.lost or self.transport.is_closing():
            return
        if self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self.transport.close()

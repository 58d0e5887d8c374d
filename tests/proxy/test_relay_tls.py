"""An exchange behind TLS: plain towards the trading system, encrypted towards the exchange.

`tls/` holds a certificate for localhost that nobody else trusts, and its key.
"""

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from proxy_bench import SWITCHING, UPGRADE, Bench, Socket, text

CERTIFICATE = Path(__file__).parent / "tls" / "certificate.pem"
KEY = Path(__file__).parent / "tls" / "key.pem"
GET = b"GET /api/v3/time HTTP/1.1\r\nHost: whatever\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class TlsExchange:
    """A TLS server that accepts one connection and hands its socket to the test."""

    def __init__(self) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(CERTIFICATE, KEY)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.door.settimeout(3.0)
        self.url = f"https://localhost:{self.door.getsockname()[1]}"
        self._accepted: list[Socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        raw, _ = self.door.accept()
        try:
            self._accepted.append(Socket(self.context.wrap_socket(raw, server_side=True)))
        except OSError:
            raw.close()

    def accept(self) -> Socket:
        self._thread.join(3.0)
        return self._accepted[0]

    def close(self) -> None:
        self._thread.join(3.0)
        for one in self._accepted:
            one.close()
        self.door.close()


@pytest.fixture
def exchange() -> Iterator[TlsExchange]:
    made = TlsExchange()
    yield made
    made.close()


@pytest.fixture
def bench(exchange: TlsExchange, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    made = Bench(upstream=exchange.url)
    yield made
    made.close()


def test_requests_are_encrypted_and_named_for_the_exchange(
    bench: Bench, exchange: TlsExchange
) -> None:
    """Host is the upstream's own: its edge would refuse another name."""
    client = bench.client()
    client.send(GET)

    encrypted = exchange.accept()

    encrypted.expect(GET.replace(b"whatever", exchange.url.removeprefix("https://").encode()))
    encrypted.send(OK)
    client.expect(OK)


def test_an_encrypted_websocket_ends_on_both_sides(bench: Bench, exchange: TlsExchange) -> None:
    """The end of the exchange is a FIN for the client."""
    client = bench.client()
    client.send(UPGRADE % b"/ws")
    encrypted = exchange.accept()
    encrypted.raw.recv(1_000)
    encrypted.send(SWITCHING + text(b"hello"))
    client.expect(SWITCHING + text(b"hello"))

    encrypted.close()

    assert client.how_it_ended() == "fin"


def test_a_client_that_hangs_up_ends_the_encrypted_leg(bench: Bench, exchange: TlsExchange) -> None:
    """TLS has no half-open state; the leg is closed."""
    client = bench.client()
    client.send(GET)
    encrypted = exchange.accept()
    encrypted.raw.recv(1_000)

    client.close()

    assert encrypted.how_it_ended() == "fin"


def test_a_certificate_that_is_not_trusted_is_a_502(exchange: TlsExchange) -> None:
    """No traffic goes to whoever calls itself the exchange."""
    bench = Bench(upstream=exchange.url)
    client = bench.client()
    client.send(GET)

    answer = client.receive(100_000)

    bench.close()
    assert answer.startswith(b"HTTP/1.1 502 ")
    assert b"certificate verify failed" in answer


def test_the_end_of_the_encrypted_leg_raises_nothing(
    bench: Bench, exchange: TlsExchange, caplog: pytest.LogCaptureFixture
) -> None:
    """A TLS transport that is closed knows nothing of itself any more."""
    client = bench.client()
    client.send(GET)
    encrypted = exchange.accept()
    encrypted.raw.recv(1_000)
    encrypted.send(OK)
    client.expect(OK)

    client.close()
    encrypted.how_it_ended()
    encrypted.close()
    bench.until(lambda: not bench.relay.links)

    assert not caplog.records

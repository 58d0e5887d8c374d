"""The WebSocket load: a source of market data and a sink, each a process of its own.

The path of the upgrade says what the source sends:
`/ws/btcusdt@aggTrade?frames=1000000` so many frames of 200 bytes as fast as they are taken, from
pieces that were built before; with `rate=5000` one by one at that rate, each with the moment of
sending (ns, monotonic) in its field `T`; with `streams=10` they belong to ten streams in turn.
The sink prints one line of JSON.
"""

import base64
import ctypes
import hashlib
import json
import re
import selectors
import socket
import sys
import threading
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

__all__ = ["FRAME_BYTES", "connect", "frame", "pieces"]

PAYLOAD_BYTES = 200
FRAME_BYTES = PAYLOAD_BYTES + 4
_PIECE_FRAMES = 2_000
_FIRST = 10**11
_EPOCH_NS = 10**18
"""Added to stamps, so that they are numbers of 19 digits."""
_STAMP = re.compile(rb'"T":(\d{19})')
_KEY = "dGhlIHNhbXBsZSBub25jZQ=="
_END_S = 20.0
_LOOKS_EVERY = 50


def payload(number: int, stamp_ns: int, stream: str) -> bytes:
    """A trade as Binance words it, as a raw stream; 200 bytes with a filling at the end."""
    symbol = stream.partition("@")[0].upper()
    row = (
        f'{{"e":"aggTrade","E":{1_750_000_000_000 + number:013d},"s":"{symbol}",'
        f'"a":{_FIRST + number},"p":"{60_000 + number % 1_000}.{number % 100:02d}000000",'
        f'"q":"0.00{number % 1_000:03d}000","T":{_EPOCH_NS + stamp_ns},"m":true,"M":true,"X":"'
    )
    return f'{row}{"x" * (PAYLOAD_BYTES - 2 - len(row))}"}}'.encode()


def frame(number: int, stamp_ns: int, stream: str) -> bytes:
    """A whole text frame, as an exchange sends it."""
    return b"\x81\x7e" + PAYLOAD_BYTES.to_bytes(2, "big") + payload(number, stamp_ns, stream)


def pieces(streams: list[str]) -> list[bytes]:
    """Frames in large pieces, each with other numbers in it."""
    return [
        b"".join(
            frame(at, at, streams[at % len(streams)]) for at in range(first, first + _PIECE_FRAMES)
        )
        for first in range(0, 4 * _PIECE_FRAMES, _PIECE_FRAMES)
    ]


def _names(path: str, count: int) -> list[str]:
    first = path.rpartition("/")[2]
    return [first] + [f"c{number:02d}usdt@aggTrade" for number in range(1, count)]


def _precise_sleep() -> None:
    """Let this thread's sleeps end within a microsecond of what was asked for."""
    ctypes.CDLL(None).prctl(29, 1, 0, 0, 0)  # PR_SET_TIMERSLACK


def _serve(client: socket.socket, ready: dict[int, list[bytes]]) -> None:
    try:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(65_536)
            if not piece:
                return
            head += piece
        target = head.split(b" ", 2)[1].decode()
        found = re.search(rb"(?i)sec-websocket-key: *([^\r]+)", head)
        key = (found.group(1) if found else b"") + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key).digest())
        client.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        parts = urlsplit(target)
        asked = {name: int(values[0]) for name, values in parse_qs(parts.query).items()}
        names = _names(parts.path, asked.get("streams", 1))
        if asked.get("rate"):
            _paced(client, asked["frames"], asked["rate"], names[0])
        else:
            built = ready.setdefault(len(names), [])
            _flood(client, asked["frames"], built or pieces(names))
        client.recv(1)  # the sink ends the connection
    except OSError:
        return
    finally:
        client.close()


def _flood(client: socket.socket, count: int, built: list[bytes]) -> None:
    number = 0
    while count > 0:
        piece = built[number % len(built)]
        if count < _PIECE_FRAMES:
            piece = piece[: count * FRAME_BYTES]
        client.sendall(piece)
        count -= _PIECE_FRAMES
        number += 1


def _has_left(client: socket.socket) -> bool:
    """Whether the other side has ended the connection, as an exchange would notice at once."""
    try:
        return not client.recv(1, socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False


def _paced(client: socket.socket, count: int, rate: int, stream: str) -> None:
    _precise_sleep()
    made = [frame(number, 0, stream) for number in range(count)]
    at = made[0].index(b'"T":') + 4
    begun_ns = time.monotonic_ns()
    for number, one in enumerate(made):
        left_ns = begun_ns + number * 1_000_000_000 // rate - time.monotonic_ns()
        if left_ns > 0:
            time.sleep(left_ns / 1e9)
        if number % _LOOKS_EVERY == 0 and _has_left(client):
            return
        stamp = b"%d" % (_EPOCH_NS + time.monotonic_ns())
        client.sendall(one[:at] + stamp + one[at + 19 :])


def source(port: int) -> None:
    """Serve until killed."""
    ready = {1: pieces(_names("/ws/btcusdt@aggTrade", 1))}
    with socket.create_server(("127.0.0.1", port), backlog=256) as server:
        while True:
            client, _ = server.accept()
            threading.Thread(target=_serve, args=(client, ready), daemon=True).start()


def connect(port: int, target: str) -> tuple[socket.socket, bytes]:
    """Upgrade a connection; give it, and the bytes that came behind the upgrade's answer."""
    client = socket.create_connection(("127.0.0.1", port), 20)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.sendall(
        f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {_KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        .encode()
    )  # fmt: skip
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(65_536)
        if not piece:
            raise OSError("the upgrade was not answered")
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    if b" 101 " not in head.split(b"\r\n", 1)[0] + b" ":
        raise OSError(f"no upgrade: {head[:80]!r}")
    return client, rest


def _sink_flood(port: int, target: str, connections: int, count: int) -> dict[str, Any]:
    """Count bytes only: frames are of one size, so their number follows."""
    selector = selectors.DefaultSelector()
    begun_s = time.perf_counter()
    left = {}
    for _ in range(connections):
        client, rest = connect(port, target)
        client.setblocking(False)
        left[client] = count * FRAME_BYTES - len(rest)
        if left[client] > 0:
            selector.register(client, selectors.EVENT_READ)
        else:
            left.pop(client)
            client.close()
    buffer = bytearray(1 << 20)
    ended_s = time.perf_counter()
    while left and time.perf_counter() - begun_s < _END_S:
        for key, _ in selector.select(_END_S):
            reader: Any = key.fileobj
            got = reader.recv_into(buffer)
            left[reader] -= got
            if not got or left[reader] <= 0:
                ended_s = time.perf_counter()
                missing = left.pop(reader)
                selector.unregister(reader)
                reader.close()
                if missing > 0:
                    raise OSError(f"{missing} bytes never came")
    if left:
        raise TimeoutError(f"{sum(left.values())} bytes did not come within {_END_S:g} s")
    return {"frames": count * connections, "seconds": ended_s - begun_s}


def _sink_paced(port: int, target: str, count: int) -> dict[str, Any]:
    """Read the stamp of every frame as it comes."""
    client, data = connect(port, target)
    client.settimeout(20)
    late_ms: list[float] = []
    numbers: list[int] = []
    times_s: list[float] = []
    while len(late_ms) < count:
        whole = len(data) - len(data) % FRAME_BYTES
        if whole:
            now_ns = time.monotonic_ns()
            for at in range(0, whole, FRAME_BYTES):
                found = _STAMP.search(data, at, at + FRAME_BYTES)
                if found is None:
                    raise OSError("a frame without a stamp")
                late_ms.append((now_ns + _EPOCH_NS - int(found.group(1))) / 1e6)
                number = data.index(b'"a":', at) + 4
                numbers.append(int(data[number : number + 12]))
                times_s.append(now_ns / 1e9)
            data = data[whole:]
        piece = client.recv(1 << 18) if len(late_ms) < count else b""
        if not piece and len(late_ms) < count:
            raise OSError(f"the stream ended after {len(late_ms)} frames")
        data += piece
    client.close()
    late_ms.sort()
    return {
        "frames": count,
        "min_ms": late_ms[0],
        "p50_ms": late_ms[len(late_ms) // 2],
        "p99_ms": late_ms[int(len(late_ms) * 0.99)],
        "max_ms": late_ms[-1],
        "in_order": numbers == sorted(numbers),
        "rate": (count - 1) / (times_s[-1] - times_s[0]),
    }


def main(arguments: list[str]) -> None:
    """`source PORT`, `flood PORT TARGET CONNECTIONS FRAMES` or `paced PORT TARGET FRAMES`."""
    match arguments:
        case ["source", port]:
            source(int(port))
        case ["flood", port, target, connections, count]:
            print(json.dumps(_sink_flood(int(port), target, int(connections), int(count))))
        case ["paced", port, target, count]:
            print(json.dumps(_sink_paced(int(port), target, int(count))))
        case _:
            raise SystemExit(main.__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])

"""The witness: bounded, numbered without a gap, streamed to a file, and free of secrets."""

import json
from pathlib import Path

import pytest
from proxy_bench import Bench

from chaostrading.core.clock import ManualClock
from chaostrading.proxy.inflight import Inflight
from chaostrading.proxy.witness import Witness
from chaostrading.records.journal import read_records
from chaostrading.records.types import ConnectionEvent, RequestRecord
from chaostrading.venues import venue

BINANCE = venue("binance")
SIGNED = (
    b"POST /api/v3/order?symbol=BTCUSDT&signature=c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b"
    b" HTTP/1.1\r\nHost: e\r\nX-MBX-APIKEY: vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utI"
    b"\r\nContent-Length: 0\r\n\r\n"
)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def filled(count: int, capacity: int, file: Path | None = None) -> Witness:
    witness = Witness(BINANCE, file, capacity)
    for number in range(count):
        witness.write(ConnectionEvent, mono_s=float(number), wall_s=0.0, event="opened")
    return witness


def numbers(answer: dict[str, list[dict[str, int]]]) -> list[int]:
    return [record["seq"] for record in answer["records"]]


def test_records_are_read_on_from_a_number() -> None:
    """`last` of one call is `since` of the next."""
    witness = filled(5, 100)

    first = witness.read(limit=3)
    second = witness.read(since=first["last"])
    third = witness.read(since=second["last"])

    assert (numbers(first), numbers(second), numbers(third)) == ([1, 2, 3], [4, 5], [])
    assert third["last"] == 5


def test_a_window_and_kinds_can_be_asked_for() -> None:
    """`since < seq <= until`; reading on works although nothing matched."""
    witness = filled(5, 100)

    assert numbers(witness.read(since=1, until=3)) == [2, 3]
    assert witness.read(kinds=["request"]) == {
        "records": [], "pending": [], "last": 5, "lost": 0,
    }  # fmt: skip


def test_what_the_ring_has_overwritten_is_counted() -> None:
    """Old records go, and whoever had not read them is told how many."""
    witness = filled(10, 4)

    answer = witness.read(since=2)

    assert (numbers(answer), answer["lost"], witness.lost) == ([7, 8, 9, 10], 4, 6)
    assert witness.read(since=8)["lost"] == 0


def test_the_file_has_all_of_them(tmp_path: Path) -> None:
    """Also those that the ring has no place for any more."""
    witness = filled(10, 4, tmp_path / "w.jsonl")
    witness.close()

    assert [record.seq for record in read_records(tmp_path / "w.jsonl")] == list(range(1, 11))


def test_a_request_is_pending_until_it_is_finished(tmp_path: Path) -> None:
    """It is listed while it is in flight, and written once."""
    witness = Witness(BINANCE, tmp_path / "w.jsonl")
    clock = ManualClock()
    request = Inflight(1, clock.monotonic(), clock.wall(), "GET", "/api/v3/depth", "symbol=BTCUSDT")
    witness.begin(request)

    [pending] = witness.read()["pending"]
    assert (pending["outcome"], pending["seq"]) == ("pending", 0)
    assert pending["meaning"]["symbol"] == "BTCUSDT"

    request.outcome = "dropped"
    witness.finish(request)
    witness.finish(request)
    witness.close()

    assert witness.read()["pending"] == []
    [record] = list(read_records(tmp_path / "w.jsonl"))
    assert isinstance(record, RequestRecord)
    assert record.outcome == "dropped"


@pytest.mark.parametrize("path", ["/api/v3/order", "/ws/"])
def test_no_key_or_signature_is_ever_written(tmp_path: Path, path: str) -> None:
    """Not in the file, not in what the API hands out, not among pending requests."""
    bench = Bench(file=tmp_path / "w.jsonl")
    listen_key = b"pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1"
    client, exchange = bench.pair(SIGNED.replace(b"/api/v3/order", path.encode() + listen_key))
    shown = json.dumps(bench.inside(bench.relay.witness.read))
    exchange.send(OK)
    client.expect(OK)
    bench.until(lambda: bool(bench.records("request")))
    shown += json.dumps(bench.inside(bench.relay.witness.read))
    bench.close()
    shown += (tmp_path / "w.jsonl").read_text()

    assert "symbol=BTCUSDT&signature=***" in shown
    for secret in ("c8db56825ae7", "vmPUZE6mv9SD", "pqia91ma19a5"):
        assert secret not in shown


def test_a_venue_that_stumbles_does_not_lose_the_record(bench: Bench) -> None:
    """Bodies that are no JSON are recorded with what is known."""
    client, exchange = bench.pair(SIGNED)
    answer = b"HTTP/1.1 500 Oops\r\nContent-Length: 6\r\n\r\n<html>"
    exchange.send(answer)
    client.expect(answer)

    bench.until(lambda: bool(bench.records("request")))

    [record] = bench.records("request")
    assert (record["status"], record["outcome"], record["code"]) == (500, "answered", "")

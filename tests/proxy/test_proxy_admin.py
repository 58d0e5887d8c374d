"""The admin API as its callers see it, and the client that speaks to it."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from aiohttp import web
from proxy_bench import Bench

from chaostrading.core.errors import HealNotConfirmed, InvalidInput, Refused, Unreachable
from chaostrading.faults.base import Answer
from chaostrading.faults.lease_request import LeaseRequest, Scope
from chaostrading.proxy.admin import admin_app, is_loopback
from chaostrading.proxy.client import ProxyClient

TOKEN = "a-token"
LEASE = {"fault": "scripted0", "owner": "me"}


class Office:
    """A relay with its admin API, and one scripted fault to arm."""

    def __init__(self) -> None:
        self.bench = Bench(longest_s=100.0)
        self.lease_id, _ = self.bench.arm(Answer(status=503), owner="bench")
        self.catalogue_fails = False
        self._runner = self.bench.wait_for(self._start())
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.client = ProxyClient(self.url, TOKEN)

    async def _start(self) -> web.AppRunner:
        app = admin_app(self.bench.relay, TOKEN, self._catalogue)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    def _catalogue(self) -> list[dict[str, Any]]:
        if self.catalogue_fails:
            raise RuntimeError("boom")
        return [{"name": "scripted0", "parameters": []}]

    def close(self) -> None:
        self.client.close()
        self.bench.wait_for(self._runner.cleanup())
        self.bench.close()


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    yield made
    made.close()


def test_a_lease_lives_from_arming_to_removal(office: Office) -> None:
    """Armed, listed, renewed, removed, and listed as ended."""
    lease = office.client.arm(LEASE)
    assert (lease["state"], lease["owner"], lease["hits"]) == ("in_force", "me", 0)
    assert lease["expires_mono_s"] == pytest.approx(lease["armed_mono_s"] + 30.0)

    assert office.client.renew(lease["id"])["id"] == lease["id"]
    assert office.client.health()["leases"] == 2
    assert office.client.remove(lease["id"]) == [lease["id"]]

    listed = office.client.leases()
    assert [row["id"] for row in listed["leases"]] == [office.lease_id]
    assert [(row["id"], row["reason"]) for row in listed["ended"]] == [(lease["id"], "removed")]


def test_a_lease_request_object_can_be_armed(office: Office) -> None:
    """What the package's own rooms hand over."""
    request = LeaseRequest(fault="scripted0", scope=Scope(method="POST"), share=0.5)

    assert office.client.arm(request)["scope"]["method"] == "POST"


def test_all_leases_of_an_owner_are_removed(office: Office) -> None:
    """And nobody else's."""
    mine = office.client.arm(LEASE)["id"]

    assert office.client.remove_owner("me") == [mine]
    assert office.client.remove_owner("me") == []
    assert office.client.remove_owner() == [office.lease_id]


def test_a_lease_that_has_ended_cannot_be_renewed(office: Office) -> None:
    """404, so that the owner learns of it."""
    office.client.remove(office.lease_id)

    with pytest.raises(InvalidInput, match=f"lease {office.lease_id} is not in force"):
        office.client.renew(office.lease_id)


def test_the_lever_refuses_until_it_is_released(office: Office) -> None:
    """409 and the reason."""
    answer = office.client.lever(True, "drill")
    assert answer["removed"] == [office.lease_id]

    with pytest.raises(Refused, match="drill"):
        office.client.arm(LEASE)

    office.client.lever(False)
    assert office.client.arm(LEASE)["state"] == "in_force"


def test_a_lease_longer_than_allowed_is_refused(office: Office) -> None:
    """The sentence names the limit and the value."""
    with pytest.raises(Refused, match="duration_s must be at most 100 on this proxy, was 101"):
        office.client.arm(LEASE | {"duration_s": 101})


def test_witness_and_stats_tell_what_crossed(office: Office) -> None:
    """A request that a fault answered is in both."""
    client = office.bench.client()
    client.send(b"GET /api/v3/time HTTP/1.1\r\nHost: e\r\n\r\n")
    client.receive(20)

    witness = office.client.witness(kinds=["request"])
    stats = office.client.stats()

    assert [record["status"] for record in witness["records"]] == [503]
    assert witness["last"] == stats["witness"]["last"]
    assert (stats["requests_total"], stats["answers_total"]) == (1, {"503": 1})
    assert stats["connections"] == {"http": 1, "websocket": 0}
    assert office.client.witness(since=witness["last"])["records"] == []


def test_faults_are_listed(office: Office) -> None:
    """The catalogue as the registry describes it."""
    assert office.client.faults() == [{"name": "scripted0", "parameters": []}]


BAD = {
    "no JSON": ("POST", "/leases", b"{", 400, "the body must be JSON"),
    "too deep": ("POST", "/leases", b"[" * 100_000, 400, "the body must be JSON"),
    "no object": ("POST", "/leases", b"[]", 400, "lease: must be a JSON object, was []"),
    "no fault": ("POST", "/leases", b"{}", 400, "lease: fault must be a name, was None"),
    "unknown field": (
        "POST", "/leases", b'{"fault":"scripted0","shares":1}', 400, "did you mean share?",
    ),
    "wrong type": (
        "POST", "/leases", b'{"fault":"scripted0","share":"1"}', 400,
        "lease: share must be of type float, was '1'",
    ),
    "not finite": (
        "POST", "/leases", b'{"fault":"scripted0","share":NaN}', 400, "must be within 0..1",
    ),
    "unknown fault": ("POST", "/leases", b'{"fault":"x"}', 400, "unknown fault 'x'"),
    "bad lever": ("POST", "/lever", b'{"engaged":1}', 400, "engaged must be true or false, was 1"),
    "unknown kind": ("GET", "/witness?kind=x", b"", 400, "unknown kind 'x'"),
    "bad number": ("GET", "/witness?since=-1", b"", 400, "since must be a whole number, was '-1'"),
    "bad limit": ("GET", "/witness?limit=0", b"", 400, "limit must be within 1..100000, was 0"),
    "unknown query": ("DELETE", "/leases?own=me", b"", 400, "did you mean owner?"),
    "unknown path": ("GET", "/nothing", b"", 404, "GET /nothing: Not Found"),
    "unknown method": ("PATCH", "/leases", b"", 405, "Method Not Allowed"),
    "unknown lease": ("PUT", "/leases/x", b"", 404, "lease x is not in force"),
    "too large": ("POST", "/leases", b" " * 1_100_000, 413, "Too Large"),
}  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "status", "said"), BAD.values(), ids=BAD.keys())
def test_bad_requests_are_refused_in_one_sentence(
    office: Office, method: str, path: str, body: bytes, status: int, said: str
) -> None:
    """JSON with `error`, whatever was wrong, and the lease in force is left alone."""
    headers = {"Authorization": f"Bearer {TOKEN}"}

    answer = requests.request(method, office.url + path, data=body, headers=headers, timeout=3)

    assert answer.status_code == status
    assert said in answer.json()["error"]
    assert "\n" not in answer.json()["error"]
    assert office.client.health()["leases"] == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer \u00e4".encode("latin-1")}, 401),
        ({"Authorization": f"Bearer {TOKEN}", "Origin": "http://evil.example"}, 403),
        ({"Authorization": f"Bearer {TOKEN}", "Host": "evil.example"}, 403),
        ({"Authorization": f"Bearer {TOKEN}", "Host": "[bad"}, 403),
    ],
)
def test_strangers_and_browsers_are_refused(
    office: Office, headers: dict[str, str], status: int
) -> None:
    """No token, a foreign page, or a rebound name."""
    answer = requests.get(office.url + "/leases", headers=headers, timeout=3)

    assert answer.status_code == status


def test_health_needs_no_token(office: Office) -> None:
    """So that a supervisor can ask."""
    answer = requests.get(office.url + "/health", timeout=3).json()

    assert answer["status"] == "ok"
    assert answer["venue"] == "binance"


def test_an_error_inside_is_told_and_the_proxy_lives(office: Office) -> None:
    """500 as JSON; the next call is answered."""
    office.catalogue_fails = True

    with pytest.raises(Unreachable, match="GET /faults failed inside the proxy"):
        office.client.faults()

    assert office.client.health()["status"] == "ok"


def test_a_wrong_token_is_a_refusal(office: Office) -> None:
    """Not an unreachable proxy."""
    with pytest.raises(Refused, match="a bearer token is needed"):
        ProxyClient(office.url, "other").leases()


def test_a_proxy_that_is_not_there_is_unreachable() -> None:
    """One line with the address."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(Unreachable, match=f"proxy at http://127.0.0.1:{port}: GET /health failed"):
        ProxyClient(f"http://127.0.0.1:{port}", TOKEN).health()


def test_a_proxy_that_does_not_answer_in_time_is_unreachable() -> None:
    """It accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        client = ProxyClient(url, TOKEN, timeout_s=0.05)

        with pytest.raises(Unreachable):
            client.health()


def test_the_environment_does_not_send_calls_elsewhere(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTTP_PROXY is for the trading system."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")

    assert office.client.health()["status"] == "ok"


class Liar(ProxyClient):
    """A client of a proxy that says removed and does not do it."""

    def _call(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        if method == "DELETE":
            return {"removed": ["lease-1"]}
        return super()._call(method, path, **arguments)


def test_a_removal_that_did_not_happen_is_raised(office: Office) -> None:
    """A rollback must not succeed on a promise."""
    client = Liar(office.url, TOKEN)

    with pytest.raises(HealNotConfirmed, match="still in force after removal: lease-1"):
        client.remove("lease-1")
    with pytest.raises(HealNotConfirmed, match="owner bench: still in force"):
        client.remove_owner("bench")
    with pytest.raises(HealNotConfirmed, match="all leases: still in force"):
        client.remove_owner()


def test_a_removal_that_nobody_confirms_is_raised() -> None:
    """The proxy may be dead; then nothing is proven."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(HealNotConfirmed, match="the proxy did not confirm the end"):
        ProxyClient(f"http://127.0.0.1:{port}", TOKEN).remove("lease-1")


@pytest.mark.parametrize(
    ("name", "loopback"),
    [
        ("localhost", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True),
        ("0.0.0.0", False), ("10.0.0.1", False), ("localhost.evil.example", False), ("", False),
    ],
)  # fmt: skip
def test_loopback_names_are_known(name: str, loopback: bool) -> None:
    """Anything else may be anybody."""
    assert is_loopback(name) == loopback


def test_answers_are_strict_json(office: Office) -> None:
    """No NaN and no infinity for parsers that refuse them."""
    answer = requests.get(
        office.url + "/stats", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=3
    )

    json.loads(answer.text, parse_constant=lambda name: pytest.fail(name))

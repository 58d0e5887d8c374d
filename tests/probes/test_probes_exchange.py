"""Numbers about the target's traffic, from a short story on the wire."""

from types import SimpleNamespace
from typing import Any

import pytest
from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.checkers.base import Evidence
from chaostrading.probes import exchange
from chaostrading.records.types import RequestRecord, Touch

HIT = (Touch(lease="L1", fault="some_fault", fate="answer"),)


def request(at_s: float, role: str = "order", **more: Any) -> RequestRecord:
    """A request that arrived at `at_s` and was answered 200 by the exchange 0.1 s later."""
    method, path = {
        "order": ("POST", "/api/v3/order"),
        "cancel": ("DELETE", "/api/v3/order"),
        "account": ("GET", "/api/v3/account"),
    }[role]
    values = {
        "outcome": "answered",
        "status": 200,
        "upstream_status": 200,
        "answered_s": at_s + 0.1,
        **more,
    }
    meaning = {"role": role, "client_id": values.pop("client_id", "")}
    return RequestRecord(
        seq=0, mono_s=at_s, wall_s=at_s, method=method, path=path, meaning=meaning, **values
    )


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the armed run have seen these requests; the fault lasts from 10 to 20, now is 20."""

    def seen(*requests: RequestRecord) -> None:
        evidence = Evidence(
            records=requests,
            baseline_s=(0.0, 10.0),
            fault_s=(10.0, 20.0),
            end_s=20.0,
            leases=("L1",),
        )
        monkeypatch.setattr(session, "current", lambda: SimpleNamespace(evidence=lambda: evidence))

    return seen


def test_requests_are_counted_a_second(wire):
    """Only those of the last seconds, of the wanted kind."""
    wire(request(9.0), request(12.0), request(13.0), request(14.0, "account"))

    assert exchange.requests_per_s(10.0) == 0.3
    assert exchange.requests_per_s(10.0, role="order,cancel") == 0.2
    assert exchange.requests_per_s(10.0, method="GET") == 0.1
    assert exchange.requests_per_s(10.0, path="/api/v3/acc*") == 0.1


def test_errors_are_a_share_of_what_is_over(wire):
    """A 503, an error in a 200 body and no answer are errors; what is under way is not."""
    wire(
        request(11.0),
        request(12.0, status=503),
        request(13.0, code="-1003"),
        request(14.0, outcome="client_gone", status=0),
        request(15.0, outcome="pending", status=0),
    )

    assert exchange.error_share(10.0) == 0.75


def test_the_touched_share_is_of_the_endpoints_that_were_met(wire):
    """Two of four cancels, although no order was touched."""
    wire(
        request(5.0, "cancel"),
        request(11.0, "cancel", touched=HIT),
        request(12.0, "cancel"),
        request(13.0, "cancel", touched=HIT),
        request(14.0, "cancel"),
        request(15.0, "order"),
    )

    assert exchange.touched_share() == 0.5


def test_nothing_touched_is_a_share_of_zero(wire):
    """A fault whose scope matched nothing."""
    wire(request(11.0))

    assert exchange.touched_share() == 0.0


def test_an_order_fails_when_all_its_attempts_do(wire):
    """Two of three attempts failed, and one of two orders."""
    wire(
        request(11.0, client_id="a", status=503),
        request(12.0, client_id="a"),
        request(13.0, client_id="b", status=503),
    )

    assert exchange.failed_intents_share() == 0.5


def test_accepted_is_what_the_exchange_took(wire):
    """An order whose answer was replaced counts, one that never came there does not."""
    wire(
        request(11.0, status=503, touched=HIT),
        request(12.0, status=503, upstream_status=0, touched=HIT),
        request(13.0, "account"),
    )

    assert exchange.orders_accepted(10.0) == 1


def test_refusals_are_429_and_418(wire):
    """Both say that there were too many requests."""
    wire(request(11.0, status=429), request(12.0, status=418), request(13.0, status=403))

    assert exchange.refused_requests(10.0) == 2


def test_the_used_weight_is_the_newest_that_was_told(wire):
    """Answers that say nothing of it are passed over."""
    wire(request(11.0, used_weight=40), request(12.0, used_weight=60), request(13.0))

    assert exchange.used_weight() == 60


def test_the_latency_of_orders_is_what_the_target_waited(wire):
    """In milliseconds; the longest of two."""
    wire(request(11.0), request(12.0, answered_s=12.5), request(13.0, "account", answered_s=18.0))

    assert exchange.order_latency_ms(10.0, quantile=1.0) == pytest.approx(500)


@pytest.mark.parametrize(
    "probe",
    [
        exchange.error_share,
        exchange.failed_intents_share,
        exchange.used_weight,
        exchange.order_latency_ms,
    ],
)
def test_without_traffic_there_is_no_number(wire, probe):
    """No traffic is not zero errors."""
    wire()

    with pytest.raises(ActivityFailed):
        probe()


def test_a_window_of_no_length_is_refused(wire):
    """The message has the value."""
    wire(request(11.0))

    with pytest.raises(ActivityFailed, match="last_s must be above 0 s, was 0"):
        exchange.requests_per_s(0)

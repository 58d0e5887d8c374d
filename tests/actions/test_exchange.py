"""What the seed's exchange tests ask of the proxy, variant by variant."""

from types import SimpleNamespace
from typing import Any

import pytest
from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.actions import exchange
from chaostrading.faults.lease_request import LeaseRequest
from chaostrading.faults.registry import make


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The lease requests of an armed run whose proxy takes what the real one would take."""
    requests: list[dict[str, Any]] = []

    def inject(request: dict[str, Any]) -> SimpleNamespace:
        LeaseRequest.from_json(request)
        make(request["fault"], request["parameters"])
        requests.append(request)
        return SimpleNamespace(report={"id": f"L{len(requests)}", "fault": request["fault"]})

    monkeypatch.setattr(session, "current", lambda: SimpleNamespace(inject=inject))
    return requests


@pytest.mark.parametrize(
    ("variant", "parameters"),
    [
        ("storm", {"trigger": "after", "requests": 3, "window_s": 1.0, "retry_after": "1"}),
        ("retry_after_absent", {"trigger": "always", "retry_after": ""}),
        ("retry_after_date", {"retry_after": "date:3"}),
        ("html_body", {"retry_after": "2", "body": "html"}),
        ("ban_escalation", {"retry_after": "1", "ban_after": 1, "ban_s": 30.0}),
        ("orders_only", {"kind": "orders", "trigger": "always", "used_weight": 100}),
    ],
)
def test_a_storm_is_a_429_in_the_form_of_its_variant(asked, variant, parameters):
    """One lease, over all requests unless narrowed."""
    exchange.rate_limit_storm(variant=variant, duration_s=12.0)

    assert [request["fault"] for request in asked] == ["http_429"]
    assert asked[0]["parameters"].items() >= parameters.items()
    assert (asked[0]["duration_s"], asked[0]["scope"]) == (12.0, {})


@pytest.mark.parametrize(
    ("variant", "leases"),
    [
        ("both", [("request_lost", 1 / 3), ("response_lost", 1.0)]),
        ("request_lost", [("request_lost", 1.0)]),
        ("answer_lost", [("response_lost", 1.0)]),
        ("late_answer", [("late_response", 1.0)]),
    ],
)
def test_a_timeout_spares_no_order_and_no_cancel(asked, variant, leases):
    """With both, what is not lost on its way loses its answer."""
    done = exchange.exchange_timeout(variant=variant, duration_s=20.0)

    assert [(request["fault"], request["share"]) for request in asked] == leases
    assert all(request["scope"] == {"method": "POST,DELETE"} for request in asked)
    assert (done["variant"], len(done["leases"])) == (variant, len(leases))


def test_a_lost_request_is_held_for_as_long_as_the_fault_lasts(asked):
    """The client hangs up first, whatever its timeout is."""
    exchange.exchange_timeout(variant="both", duration_s=25.0)

    assert [request["parameters"] for request in asked] == [{"hold_s": 25.0}, {"hold_s": 25.0}]


def test_a_late_answer_comes_when_it_is_told_to(asked):
    """Just after the client's own timeout, which only its owner knows."""
    exchange.exchange_timeout(variant="late_answer", late_s=10.4)

    assert asked[0]["parameters"] == {"delay_s": 10.4}


@pytest.mark.parametrize(
    ("variant", "roles", "error", "executed"),
    [
        ("json_5xx", ["order", "cancel"], "http_5xx_status_unknown", "random"),
        ("html", ["order", "cancel"], "edge_html_5xx", "random"),
        ("error_in_200", ["order", "cancel"], "error_in_200_body", None),
        ("executed_unknown", ["order"], "http_5xx_status_unknown", "yes"),
        ("cancel_only", ["cancel"], "http_5xx_status_unknown", "random"),
    ],
)
def test_half_of_the_calls_of_each_role_fail(asked, variant, roles, error, executed):
    """One lease a role, every second call: half of each, however rare its calls are."""
    exchange.partial_exchange_failure(variant=variant)

    asked_for = [request["parameters"] for request in asked]
    assert [parameters["roles"] for parameters in asked_for] == [[role] for role in roles]
    assert {parameters["error"] for parameters in asked_for} == {error}
    assert {parameters.get("executed") for parameters in asked_for} == {executed}
    assert {(one["failing_share"], one["pattern"]) for one in asked_for} == {(0.5, "alternate")}


def test_other_roles_fail_when_they_are_named(asked):
    """The variant says how, the caller says what."""
    exchange.partial_exchange_failure(roles="account,rules", failing_share=0.2, pattern="random")

    asked_for = [request["parameters"] for request in asked]
    assert [one["roles"] for one in asked_for] == [["account"], ["rules"]]
    assert {(one["failing_share"], one["pattern"]) for one in asked_for} == {(0.2, "random")}


@pytest.mark.parametrize(
    ("action", "known"),
    [
        (exchange.rate_limit_storm, "ban_escalation"),
        (exchange.exchange_timeout, "answer_lost"),
        (exchange.partial_exchange_failure, "cancel_only"),
    ],
)
def test_an_unknown_variant_is_one_line_that_names_the_known(asked, action, known):
    """And nothing is injected."""
    with pytest.raises(ActivityFailed) as caught:
        action(variant="none-such")

    assert "none-such" in str(caught.value)
    assert known in str(caught.value)
    assert "\n" not in str(caught.value)
    assert asked == []


@pytest.mark.parametrize(
    "action",
    [
        exchange.rate_limit_storm,
        exchange.exchange_timeout,
        exchange.partial_exchange_failure,
    ],
)
def test_outside_a_guarded_run_nothing_is_injected(action):
    """The actions refuse in one sentence."""
    with pytest.raises(ActivityFailed, match="guard has not armed this run"):
        action()

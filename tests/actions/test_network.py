"""What the two network tests of the seed ask of the proxy and of the market, variant by variant."""

from types import SimpleNamespace

import pytest
from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.actions import network
from chaostrading.core.clock import ManualClock
from chaostrading.core.errors import Unreachable
from chaostrading.faults.lease_request import LeaseRequest
from chaostrading.faults.registry import make


class Market:
    """The judge's side of a paper exchange with these orders."""

    def __init__(self, *orders):
        self.orders = list(orders)
        self.moves = []

    def books(self, since_mono_s=0.0):
        return {"orders": self.orders}

    def move_market(self, body):
        self.moves.append(body)


def resting(symbol="BTCUSDT", side="BUY", at=0.0, **more):
    """An order of the target in the exchange's books."""
    row = {"symbol": symbol, "side": side, "accepted_mono_s": at}
    return {**row, "status": "NEW", "type": "LIMIT", **more}


@pytest.fixture
def run(monkeypatch):
    """An armed run whose proxy takes what the real one would take."""
    asked = []
    clock = ManualClock(monotonic=0.0)

    def inject(request):
        LeaseRequest.from_json(request)
        make(request["fault"], request["parameters"])
        asked.append(request)
        return SimpleNamespace(report={"id": "L1", "fault": request["fault"]})

    armed = SimpleNamespace(
        inject=inject, asked=asked, clock=clock, hold=clock.advance, exchange=None, quick=False,
        seed=7, facts={},
    )  # fmt: skip
    monkeypatch.setattr(session, "current", lambda: armed)
    return armed


@pytest.mark.parametrize(
    ("variant", "fault", "parameters"),
    [
        ("close_frame", "ws_close_frame", {"refuse_s": 20.0}),
        ("abrupt", "ws_abrupt", {"refuse_s": 20.0, "refuse_mode": "reset"}),
        ("half_open", "ws_half_open", {}),
        ("zombie", "ws_zombie", {"stream": "*"}),
        ("refused_reconnects", "ws_reconnect_refused", {"status": 429, "retry_after": "2"}),
        ("planned_shutdown", "ws_planned_shutdown", {"all_at_once": True, "lead_s": 12.0}),
        ("partial_resubscribe", "ws_partial_resubscribe", {"streams_without_data": 3}),
    ],
)
def test_each_way_to_lose_a_connection_is_a_fault_of_its_own(run, variant, fault, parameters):
    """One lease over all connections, as long as the outage."""
    done = network.websocket_disconnect(variant, duration_s=20.0)

    request = run.asked[0]
    assert (len(run.asked), request["fault"], request["duration_s"]) == (1, fault, 20.0)
    assert request["parameters"].items() >= parameters.items()
    assert request["scope"] == {}
    assert (done["variant"], done["seconds"], done["lease"]["id"]) == (variant, 20.0, "L1")


@pytest.mark.parametrize(
    ("variant", "fault", "parameters"),
    [
        ("answers", "latency_rest", {"where": "response", "delay_s": 7.5, "jitter_s": 2.5}),
        ("requests", "latency_rest", {"where": "request", "delay_s": 7.5, "jitter_s": 2.5}),
    ],
)
def test_requests_and_answers_are_each_late_by_five_to_ten_seconds(run, variant, fault, parameters):
    """7.5 s plus or minus 2.5 s, drawn anew for each."""
    network.network_latency_spike(variant)

    assert [request["fault"] for request in run.asked] == [fault]
    assert run.asked[0]["parameters"] == parameters


@pytest.mark.parametrize("seed", range(20))
def test_streams_are_late_by_one_time_from_the_upper_half(run, seed):
    """A bot need not notice data that is only 5 s old."""
    run.seed = seed

    network.network_latency_spike("streams")

    assert run.asked[0]["fault"] == "latency_ws"
    assert 7.5 <= run.asked[0]["parameters"]["lag_s"] <= 10


@pytest.mark.parametrize("variant", network.OUTAGE_S)
def test_the_outage_is_drawn_from_the_seeds_range(run, variant):
    """5 to 30 s, by the run's seed; the same seed gives the same outage."""
    drawn = set()
    for seed in range(20):
        run.seed = seed
        seconds = network.websocket_disconnect(variant)["seconds"]
        assert network.websocket_disconnect(variant)["seconds"] == seconds
        drawn.add(seconds)

    assert min(drawn) >= 5
    assert max(drawn) <= 30
    assert len(drawn) > 5


@pytest.mark.parametrize(("variant", "seconds"), [("close_frame", 5), ("half_open", 18)])
def test_a_quick_run_takes_the_shortest_outage_that_proves_something(run, variant, seconds):
    """A silence has to outlast the client's heartbeat."""
    run.quick = True

    assert network.websocket_disconnect(variant)["seconds"] == seconds


@pytest.mark.parametrize("action", [network.websocket_disconnect, network.network_latency_spike])
def test_a_scope_is_passed_on(run, action):
    """Empty parts are left out."""
    action(path="/ws*")

    assert run.asked[0]["scope"] == {"path": "/ws*"}


def test_the_market_moves_through_the_resting_order(run):
    """A buy is met by a falling price, a sell by a rising one; the moves are kept as facts."""
    run.exchange = Market(resting(side="BUY"), resting("ETHUSDT", "SELL"))

    done = network.websocket_disconnect()

    moves = [(move["symbol"], move["move"]) for move in run.exchange.moves]
    assert moves == [("BTCUSDT", "-0.015"), ("ETHUSDT", "0.015")]
    assert done["moves"] == run.facts["moves"]


def test_the_cut_waits_for_an_order_that_has_just_been_placed(run):
    """An old one may be cancelled before the market has moved."""
    run.exchange = Market(resting(at=-20.0), resting(at=3.0))
    run.clock.advance(0.5)

    network.websocket_disconnect()

    assert run.clock.monotonic() == pytest.approx(0.5)
    run.exchange.orders = [resting(at=-20.0)]
    network.websocket_disconnect()
    assert run.clock.monotonic() == pytest.approx(6.5, abs=0.2)


def test_a_symbol_without_a_resting_order_moves_as_the_dice_say(run):
    """Filled orders show what the target trades; stops are not moved through."""
    run.exchange = Market(
        resting("ADAUSDT", status="FILLED"), resting("XRPUSDT", type="STOP_LOSS_LIMIT")
    )

    network.websocket_disconnect(move=0.02)

    assert [move["symbol"] for move in run.exchange.moves] == ["ADAUSDT", "XRPUSDT"]
    assert {move["move"].lstrip("-") for move in run.exchange.moves} == {"0.02"}


def test_while_streams_are_late_the_market_moves_all_the_time(run):
    """A late price is a wrong one only while the true one moves."""
    run.exchange = Market(resting())

    network.network_latency_spike("streams", duration_s=20.0)

    assert run.exchange.moves == [{"symbol": "BTCUSDT", "move": "-0.03", "over_s": 20.0}]


def test_a_foreign_exchange_is_not_moved(run):
    """With a system of your own the market does as it likes."""
    assert network.websocket_disconnect()["moves"] == []
    assert "moves" not in run.facts


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (network.websocket_disconnect, "did you mean half_open"),
        (network.network_latency_spike, "known: answers, requests, streams"),
    ],
)
def test_an_unknown_variant_is_one_clear_line(run, action, words):
    """It names the known ones, and nothing is armed."""
    with pytest.raises(ActivityFailed, match=words):
        action("half-open")

    assert run.asked == []


@pytest.mark.parametrize(("low", "high"), [(0.0, 5.0), (6.0, 5.0)])
def test_delays_must_be_a_range(run, low, high):
    """The line names the parameter, the rule and the value."""
    with pytest.raises(ActivityFailed, match=f"delay_s_min must be .* was {low}"):
        network.network_latency_spike(delay_s_min=low, delay_s_max=high)


def test_a_judge_that_does_not_answer_fails_the_action(run):
    """Before anything is armed."""

    def unreachable(since_mono_s=0.0):
        raise Unreachable("paper exchange: GET /paper/books failed")

    run.exchange = SimpleNamespace(books=unreachable)

    with pytest.raises(ActivityFailed, match="paper exchange"):
        network.websocket_disconnect()
    assert run.asked == []


def test_without_a_guard_nothing_happens():
    """No session, no fault."""
    with pytest.raises(ActivityFailed, match="guard has not armed this run"):
        network.websocket_disconnect()

"""What the seed's trading tests ask of the proxy and of the target, variant by variant."""

import json
import threading
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.actions import bypass, trading
from chaostrading.actions.attempts import Attempts
from chaostrading.actions.bypass_ground import Ground
from chaostrading.actions.bypass_ways import CONTROLS, WAYS
from chaostrading.core.clock import ManualClock, SystemClock
from chaostrading.faults.lease_request import LeaseRequest
from chaostrading.faults.registry import make
from chaostrading.safety import undo
from chaostrading.targets.paper import PaperTarget


class Run:
    """An armed run whose proxy takes what the real one would take."""

    def __init__(self, target: Any = None, *, quick: bool = False) -> None:
        self.requests: list[dict[str, Any]] = []
        self.markets: list[dict[str, Any]] = []
        self.limits: list[dict[str, Any]] = []
        self.noted: dict[str, Any] = {}
        self.injections: list[Any] = []
        self.target = target or SimpleNamespace(name="stranger")
        self.quick = quick
        self.paper_stack = True
        self.seed = 7
        self.facts: dict[str, Any] = {}
        self.clock = SystemClock()
        self.settings = SimpleNamespace(max_duration_ms=None)
        self.recording = SimpleNamespace(began_s=0.0, note=self.noted.update)
        self.exchange: Any = SimpleNamespace(
            books=lambda _: {"orders": [{"symbol": "ETHUSDT"}, {"symbol": "BTCUSDT"}]},
            move_market=self.markets.append,
            change_limits=self.limits.append,
        )
        self.restart_target = None

    def inject(self, request: dict[str, Any]) -> SimpleNamespace:
        LeaseRequest.from_json(request)
        make(request["fault"], request["parameters"])
        self.requests.append(request)
        return SimpleNamespace(report={"id": "L1", "fault": request["fault"]})

    def add(self, injection: Any) -> None:
        self.injections.append(injection)

    def refuse_when_stopped(self) -> None:
        pass

    def hold(self, seconds: float) -> float:
        return seconds


class Handler(BaseHTTPRequestHandler):
    """Answers as a target does whose rate is too high after a few orders."""

    def _answer(self, status: int, row: dict[str, Any]) -> None:
        body = json.dumps(row).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        limits = {"position_usdt_max": "10000"}
        price = {"BTCUSDT": {"price": "60000"}, "ETHUSDT": {"price": "3000"}}
        status = {"symbols": list(price), "market_data": price, "limits": limits}
        rows = {"/status": status, "/positions": {"positions": {"BTCUSDT": "1"}}}
        self._answer(200, rows.get(self.path, {"orders": []}))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        seen: list[Any] = self.server.seen
        seen.append((self.path, body, dict(self.headers)))
        if len(seen) > self.server.let_through and '"SELL", "type"' not in body:
            self._answer(422, {"denied": "RATE_EXCEEDS_MAXIMUM: orders_per_10_s=31, max=30"})
        else:
            self._answer(202, {"client_id": f"ct-{len(seen)}", "status": "approved"})

    do_DELETE = do_POST

    def log_message(self, *_):
        pass


@pytest.fixture
def target():
    """A target on a real socket, which remembers what it was sent."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen = []
    server.let_through = 8
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    found = PaperTarget(f"http://127.0.0.1:{server.server_port}", token="t")
    found.server = server
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def armed(monkeypatch):
    """Arm a run."""

    def arm(run: Run) -> Run:
        monkeypatch.setattr(session, "current", lambda: run)
        return run

    return arm


@pytest.mark.parametrize(
    ("variant", "fault", "parameters", "scope"),
    [
        ("price_x0.001", "bad_price", {"values": ["x0.001"]}, {"stream": "*@trade"}),
        ("swapped_price_quantity", "bad_price", {"values": ["swapped"]}, {"stream": "*@trade"}),
        ("balance_zero", "account_data_wrong", {"form": "zero"}, {}),
        ("balance_absent", "account_data_wrong", {"form": "empty"}, {}),
        ("balance_x10", "account_data_wrong", {"form": "x10"}, {}),
        ("balance_nan", "account_data_wrong", {"form": "nan"}, {}),
        ("contract_multiplier", "account_data_wrong", {"multiplier": 100.0}, {}),
        ("step_size_change", "filter_change", {"step_size_factor": 100.0}, {}),
        ("min_notional_change", "filter_change", {"min_notional_factor": 16.0}, {}),
    ],
)
def test_one_input_of_the_size_is_wrong(armed, variant, fault, parameters, scope):
    """And all others are true."""
    run = armed(Run())

    done = trading.position_sizing_failure(variant=variant)

    (request,) = run.requests
    assert (request["fault"], request["scope"], request["duration_s"]) == (fault, scope, 20.0)
    assert request["parameters"].items() >= parameters.items()
    assert done["variant"] == variant


def test_a_quick_sizing_failure_is_shorter(armed):
    """Twelve seconds, and narrowed as it was asked."""
    run = armed(Run(quick=True))

    trading.position_sizing_failure(stream="none@x")

    assert (run.requests[0]["duration_s"], run.requests[0]["scope"]) == (12.0, {"stream": "none@x"})


@pytest.mark.slow
def test_a_storm_of_signals_is_as_many_as_were_asked(armed, target):
    """Half of them signals, half large orders; the limits of the exchange are lifted and set."""
    run = armed(Run(target))

    done = trading.trade_storm(per_minute=600, duration_s=4.0)

    sent = [row["way"] for row in run.facts["attempts"] if row["way"] != "exit"]
    assert (sent.count("signal"), sent.count("large order")) == (20, 20)
    assert done["let_through"] < 20
    assert run.limits == [{"weight_per_minute": 100_000, "orders_per_10s": 10_000}]
    run.injections[0].end()
    assert run.limits[-1] == {"weight_per_minute": 6_000, "orders_per_10s": 50, "reset": True}


def test_how_a_target_that_outlives_the_run_stood_is_on_disk_first(
    armed, target, tmp_path, monkeypatch
):
    """The paper stack ends with its run and needs no such record."""
    monkeypatch.setenv("CHAOS_HOME", str(tmp_path))
    run = armed(Run(target))
    run.run_id = "r1"

    with Attempts(run, "storm").in_force({}, 1.0) as own:
        assert own.undo == ""
    run.paper_stack = False
    with Attempts(run, "storm").in_force({}, 1.0) as own:
        [record] = undo.pending()

    assert (record.id, record.kind, record.token) == (own.undo, "restore_target", "t")
    assert record.action["before"] == {"limits": {"position_usdt_max": "10000"}, "resting": []}


@pytest.mark.slow
def test_an_exit_and_a_cancel_are_tried_while_the_rate_is_too_high(armed, target):
    """The order that was placed beforehand, and a part of the position."""
    run = armed(Run(target))

    trading.trade_storm(per_minute=600, duration_s=4.0)

    exits = [row for row in run.facts["attempts"] if row["way"] == "exit"]
    assert [(row["side"], row["expect"], row["reduces"]) for row in exits] == [
        ("SELL", "accepted", True)
    ]
    assert ("/orders/ct-1", "{}") in [(path, body) for path, body, _ in target.server.seen]


@pytest.mark.slow
def test_the_same_seed_sends_the_same_signals(armed, target):
    """Symbols and sides are drawn from the run's dice."""
    first, second = armed(Run(target)), Run(target)
    trading.trade_storm(per_minute=600, duration_s=2.0)
    armed(second)
    trading.trade_storm(per_minute=600, duration_s=2.0)

    chosen = [
        sorted((row["symbol"], row["side"]) for row in run.facts["attempts"] if "price" not in row)
        for run in (first, second)
    ]
    assert chosen[0] == chosen[1]


@pytest.mark.slow
def test_a_storm_of_rejects_rejects_every_order(armed, target):
    """Without an exit, which would be rejected too."""
    run = armed(Run(target))

    trading.trade_storm(variant="reject_and_retry", per_minute=600, duration_s=2.0)

    assert [request["fault"] for request in run.requests] == ["insufficient_balance"]
    assert "exit" not in [row["way"] for row in run.facts["attempts"]]


def test_an_oscillating_market_moves_what_the_target_trades(armed):
    """Three times a second for as long as the storm lasts; the samples tell the judges."""
    run = armed(Run())

    trading.trade_storm(variant="oscillating_market", duration_s=30.0)

    assert run.markets == [
        {"symbol": name, "oscillate": "0.005", "every_s": 0.3, "for_s": 30.0}
        for name in ("BTCUSDT", "ETHUSDT")
    ]
    assert run.noted == {"pressure_wanted": 0.005, "pressure_level": 0.005}
    run.injections[0].end()
    assert run.noted["pressure_level"] == 0.0


def test_a_symbol_that_nobody_trades_is_stormed_by_nothing(armed, target):
    """No attempt, so no verdict."""
    run = armed(Run(target))

    done = trading.trade_storm(symbol="NONE*", per_minute=600, duration_s=2.0)

    assert (done["requests"], run.facts["attempts"]) == (0, [])


@pytest.mark.parametrize("per_minute", [99, 12_001])
def test_the_pace_of_a_storm_has_bounds(armed, per_minute):
    """One sentence."""
    armed(Run())

    with pytest.raises(ActivityFailed, match=r"per_minute must be within 100\.\.12000, was"):
        trading.trade_storm(per_minute=per_minute)


@pytest.mark.parametrize("action", [trading.trade_storm, trading.risk_engine_bypass])
def test_a_target_whose_orders_cannot_be_entered_is_refused(armed, action):
    """It says which target would do."""
    armed(Run())

    with pytest.raises(ActivityFailed, match=r"whose orders this pack can enter \(paper\), was st"):
        action()


@pytest.mark.parametrize(
    ("action", "known"),
    [
        (trading.trade_storm, "oscillating_market"),
        (trading.position_sizing_failure, "contract_multiplier"),
    ],
)
def test_an_unknown_variant_is_one_line_that_names_the_known(armed, action, known):
    """And nothing is injected."""
    run = armed(Run())

    with pytest.raises(ActivityFailed) as caught:
        action(variant="none-such")

    assert "none-such" in str(caught.value)
    assert known in str(caught.value)
    assert (run.requests, run.injections) == ([], [])


@pytest.mark.parametrize(
    "action",
    [trading.trade_storm, trading.position_sizing_failure, trading.risk_engine_bypass],
)
def test_outside_a_guarded_run_nothing_is_tried(action):
    """The actions refuse in one sentence."""
    with pytest.raises(ActivityFailed, match="guard has not armed this run"):
        action()


def test_every_way_has_a_name_a_sentence_and_a_control():
    """At least 25, no two alike."""
    names = [way.name for way in WAYS]

    assert len(set(names)) == len(names) >= 25
    assert all(one.sentence for one in (*WAYS, *CONTROLS))
    assert {way.control for way in WAYS} <= {control.name for control in CONTROLS}


def test_no_two_attempts_have_the_same_quantity():
    """Or one could be taken for the other on the wire."""
    ground = Ground(symbol="BTCUSDT", price=Decimal(60_000), step=Decimal("0.00001"))

    assert [ground.quantity(Decimal(30)) for _ in range(3)] == ["0.0005", "0.00051", "0.00052"]


def test_an_attempt_is_an_order_with_one_change():
    """Texts are filled in, fields without a value left out."""
    ground = Ground(symbol="BTCUSDT", price=Decimal(60_000), step=Decimal("0.00001"))

    order = ground.filled({"type": "MARKET", "price": None, "quantity": "-{small}"}, {})

    assert order == {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "MARKET",
        "quantity": "-0.0005",
        "time_in_force": "IOC",
    }


def test_each_way_is_sent_and_recorded(armed, target):
    """With its name, its sentence, and what the target said."""
    target.server.let_through = 10_000
    run = armed(Run(target))
    run.clock = ManualClock()
    ground = Ground(symbol="BTCUSDT", price=Decimal(60_000), step=Decimal("0.00001"))

    bypass.Bypass(Attempts(run, "risk_bypass_attempt"), ground, None).ways()

    rows = {row["way"]: row for row in run.facts["attempts"] if row["expect"] == "blocked"}
    assert set(rows) == {way.name for way in WAYS}
    assert rows["look-alike symbol"].get("symbol") is None
    assert rows["no quantity"]["quantity"] == "none"
    bodies = {body for _, body, _ in target.server.seen}
    assert any('"quantity": NaN' in body for body in bodies)
    no_token = [headers for _, _, headers in target.server.seen if "Authorization" not in headers]
    assert len(no_token) == 2

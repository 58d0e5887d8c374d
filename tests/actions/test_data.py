"""What the two data tests of the seed ask of the proxy and of the market, variant by variant."""

from types import SimpleNamespace

import pytest
from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.actions import data
from chaostrading.checkers.base import Evidence
from chaostrading.core.clock import ManualClock
from chaostrading.core.errors import NotArmed, Unreachable
from chaostrading.faults.lease_request import LeaseRequest
from chaostrading.faults.registry import make
from chaostrading.records.types import RequestRecord


def order(seq, symbol):
    """An order of the target on the wire."""
    meaning = {"role": "order", "symbol": symbol}
    return RequestRecord(seq=seq, mono_s=float(seq), wall_s=float(seq), meaning=meaning)


class Market:
    """The judge's side of a paper exchange."""

    def __init__(self):
        self.moves = []

    def move_market(self, body):
        self.moves.append(body)


class Run(SimpleNamespace):
    """An armed run whose proxy takes what the real one would take."""

    def inject(self, request):
        LeaseRequest.from_json(request)
        make(request["fault"], request["parameters"])
        self.asked.append(request)
        return SimpleNamespace(report={"id": f"L{len(self.asked)}", "fault": request["fault"]})

    def hold(self, seconds):
        self.clock.advance(seconds)
        return seconds

    def evidence(self):
        records = tuple(order(seq, name) for seq, name in enumerate(self.traded, 1))
        span = (0.0, 10.0)
        return Evidence(records=records, baseline_s=span, fault_s=span, end_s=10.0)

    def faults(self):
        return [request["fault"] for request in self.asked]


@pytest.fixture
def run(monkeypatch):
    armed = Run(
        asked=[],
        clock=ManualClock(monotonic=0.0),
        exchange=Market(),
        quick=False,
        seed=7,
        facts={},
        traded=("BTCUSDT", "ETHUSDT"),
    )
    monkeypatch.setattr(session, "current", lambda: armed)
    return armed


# --- stale_price_data -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("variant", "form"),
    [("old_stamps", "a"), ("fresh_stamps", "b"), ("future_stamps", "d")],
)
def test_one_symbol_is_frozen_for_longer_than_the_limit_and_then_some(run, variant, form):
    """30 s of limit, 5 s of grace, and time to see that no order comes."""
    done = data.stale_price_data(variant, symbol="BTCUSDT")

    (request,) = run.asked
    assert request["fault"] == "stale_price"
    assert request["parameters"] == {"variant": form, "symbol": "BTCUSDT"}
    assert request["scope"] == {"symbol": "BTCUSDT", "role": "market"}
    assert request["duration_s"] == 50
    assert (done["variant"], done["symbol"], done["seconds"]) == (variant, "BTCUSDT", 50)


def test_the_true_price_swings_around_the_frozen_one_once_all_is_frozen(run):
    """Polled prices freeze within 5 s; a swing ends before the freeze does."""
    done = data.stale_price_data(symbol="BTCUSDT")

    swing = {"symbol": "BTCUSDT", "oscillate": "0.009", "every_s": 4.0, "for_s": 43.5}
    assert run.clock.monotonic() == 5.5
    assert run.exchange.moves == done["moves"] == run.facts["moves"] == [swing]


def test_a_stale_cache_is_needed_shortly_before_the_end(run):
    """Streams are fresh and the price leaves for good; the book loses a change 8 s before heal."""
    data.stale_price_data("rest_cache", symbol="ETHUSDT")

    freeze, gap = run.asked
    assert (freeze["fault"], freeze["parameters"]["variant"]) == ("stale_price", "c")
    assert (gap["fault"], gap["start_s"], gap["duration_s"]) == ("sequence_gap", 42, 8)
    assert run.exchange.moves[0]["move"] in ("0.009", "-0.009")


def test_a_quick_run_starts_with_stamps_that_are_old_already(run):
    """So that data is older than 30 s within a run of 18 s."""
    run.quick = True

    data.stale_price_data(symbol="BTCUSDT")

    assert run.asked[0]["parameters"]["age_s"] == 31
    assert run.asked[0]["duration_s"] == 18


def test_the_seed_chooses_among_the_symbols_that_the_target_has_traded(run):
    """The same seed the same symbol; all are chosen in the end."""
    chosen = []
    for seed in (1, 1, 2, 3, 4, 5, 6):
        run.seed = seed
        chosen.append(data.stale_price_data()["symbol"])

    assert chosen[0] == chosen[1]
    assert set(chosen) == {"BTCUSDT", "ETHUSDT"}


def test_without_a_traded_symbol_the_first_one_seen_is_frozen(run):
    """Which one that is only the proxy knows, so no market is moved."""
    run.traded = ()

    done = data.stale_price_data()

    assert run.asked[0]["parameters"]["symbol"] == ""
    assert (done["moves"], run.exchange.moves) == ([], [])


def test_a_market_that_is_not_ours_is_left_alone(run):
    """A target on a real test network has a market of its own."""
    run.exchange = None

    assert data.stale_price_data(symbol="BTCUSDT")["moves"] == []


# --- corrupted_market_data ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("variant", "fault", "parameters"),
    [
        ("truncated", "malformed_payload", {"form": "truncate", "every": 5, "for_s": 20}),
        ("wrong_type", "schema_drift", {"changes": ["string_number", "shifted_array"]}),
        ("zero", "bad_price", {"values": ["0"], "frames": 25, "every": 25}),
        ("negative", "bad_price", {"values": ["negative"], "frames": 25, "every": 25}),
        ("nan", "bad_price", {"values": ["nan"], "frames": 25, "every": 25}),
        ("x10", "bad_price", {"values": ["x10"], "frames": 25, "every": 25}),
        ("x1000", "bad_price", {"values": ["x1000"], "frames": 25, "every": 25}),
        ("wrong_symbol", "wrong_symbol", {"every": 3}),
        ("crossed_book", "crossed_book", {"depth_bps": 50.0, "for_s": 17}),
        ("sequence_gap", "sequence_gap", {"every_s": 4.0, "best_within_s": 2.0}),
        ("plausible_minus_20", "bad_price", {"values": ["drop20"], "frames": 80, "every": 30}),
    ],
)
def test_each_form_of_corruption_is_one_fault_on_market_data(run, variant, fault, parameters):
    """Orders, cancels and account events are never touched."""
    done = data.corrupted_market_data(variant)

    (request,) = run.asked
    assert (request["fault"], request["parameters"]) == (fault, parameters)
    assert request["scope"]["role"] == "market"
    assert request["duration_s"] == done["seconds"] == 20


def test_mixed_has_several_forms_at_once(run):
    """A little of each, so that good data comes in between."""
    run.quick = True

    done = data.corrupted_market_data()

    assert run.faults() == [
        "malformed_payload",
        "schema_drift",
        "wrong_symbol",
        "bad_price",
        "sequence_gap",
        "crossed_book",
    ]
    assert {request["duration_s"] for request in run.asked} == {12}
    assert len(done["leases"]) == 6


def test_false_prices_come_on_streams_only(run):
    """Answers stay true, so that the target can know better."""
    for variant in ("x10", "plausible_minus_20", "wrong_symbol"):
        data.corrupted_market_data(variant)

    assert [request["scope"]["stream"] for request in run.asked] == ["*"] * 3


# --- both -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("action", [data.stale_price_data, data.corrupted_market_data])
def test_the_scope_is_handed_on(run, action):
    """What the experiment narrows is narrow."""
    action(path="/stream*", stream="btcusdt@*", symbol="BTCUSDT")

    for request in run.asked:
        scope = {"path": "/stream*", "stream": "btcusdt@*", "symbol": "BTCUSDT", "role": "market"}
        assert request["scope"] == scope


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (data.stale_price_data, "variant of stale_price_data.*fresh_stampz.*fresh_stamps"),
        (data.corrupted_market_data, "variant of corrupted_market_data.*fresh_stampz.*x1000"),
    ],
)
def test_an_unknown_variant_is_one_line_that_names_the_known_ones(run, action, sentence):
    """Nothing is armed then."""
    with pytest.raises(ActivityFailed, match=sentence):
        action("fresh_stampz")

    assert run.asked == []


@pytest.mark.parametrize("action", [data.stale_price_data, data.corrupted_market_data])
def test_without_a_guard_nothing_is_injected(monkeypatch, action):
    """The refusal of the session is what the journal says."""

    def refuse():
        raise NotArmed("not injecting: guard has not armed this run")

    monkeypatch.setattr(session, "current", refuse)

    with pytest.raises(ActivityFailed, match="guard has not armed"):
        action()


def test_an_exchange_that_does_not_answer_fails_the_action(run):
    """In one sentence, and the leases end with the run."""

    def gone(body):
        raise Unreachable("paper exchange: POST /paper/market failed: gone")

    run.exchange.move_market = gone

    with pytest.raises(ActivityFailed, match="paper exchange: POST /paper/market failed"):
        data.stale_price_data(symbol="BTCUSDT")

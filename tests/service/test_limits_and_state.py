"""Callers have a rate each; what was enabled and which key started what outlive a restart."""

import pytest

from chaostrading.core import home
from chaostrading.service.limits import RATES, Limiter
from chaostrading.service.problems import Problem
from chaostrading.service.state import ServiceState


def test_a_caller_may_burst_then_waits_for_the_refill(clock):
    """After the burst of 20 acts the next is due in two seconds."""
    limiter = Limiter(clock)
    burst, rate = RATES["act"]

    taken = [limiter.wait_s("act", "a") for _ in range(int(burst))]

    assert taken == [0.0] * int(burst)
    assert limiter.wait_s("act", "a") == pytest.approx(1 / rate)
    clock.advance(1 / rate)
    assert limiter.wait_s("act", "a") == 0.0
    assert limiter.wait_s("act", "a") > 0.0


def test_one_callers_rate_is_nobody_elses(clock):
    """Nor is the rate of acts that of reads."""
    limiter = Limiter(clock)
    while not limiter.wait_s("act", "a"):
        pass

    assert limiter.wait_s("act", "b") == 0.0
    assert limiter.wait_s("read", "a") == 0.0


def test_a_thousand_reads_at_once_are_within_the_rate(clock):
    """A dashboard in every browser of the company is no attack."""
    limiter = Limiter(clock)

    assert sum(limiter.wait_s("read", "a") for _ in range(1_000)) == 0.0


def test_enabling_wins_over_the_variable_and_outlives_a_restart(clock):
    """The procedures set CHAOS_ENABLED=false and then call enable."""
    environ = {"CHAOS_ENABLED": "false"}
    ServiceState(environ, clock).enable("admin")

    restarted = ServiceState(environ, clock)

    assert restarted.settings().enabled is True
    assert restarted.environ()["CHAOS_ENABLED"] == "true"


def test_a_variable_changed_after_the_call_is_the_newer_word(clock):
    """Who sets CHAOS_ENABLED=false after an enable means it."""
    ServiceState({}, clock).enable("admin")

    assert ServiceState({"CHAOS_ENABLED": "false"}, clock).settings().enabled is False


@pytest.mark.parametrize(("target", "enabled"), [("", True), ("freqtrade", False)])
def test_only_the_paper_stack_is_enabled_by_itself(clock, target, enabled):
    """A system of one's own needs a word first."""
    state = ServiceState({"CHAOS_TARGET": target} if target else {}, clock)

    assert state.settings().enabled is enabled
    state.enable("admin")
    assert state.settings().enabled is True


@pytest.mark.parametrize("text", ["", "[]", '{"enabled": {"variable": null}}', "{", '{"keys": []}'])
def test_of_a_damaged_file_nothing_is_believed(clock, text):
    """Not that anything was enabled, nor that anything was started."""
    home.home().mkdir(parents=True)
    (home.home() / "service.json").write_text(text)

    state = ServiceState({"CHAOS_ENABLED": "false"}, clock)

    assert state.settings().enabled is False
    assert state.run_of("k", "x") == ""


def test_no_run_sees_a_token(clock):
    """A trading system under test has no business with them."""
    environ = {"ADMIN_TOKEN": "a", "CHAOS_TOKENS_FILE": "f", "TRADING_MODE": "paper"}

    assert ServiceState(environ, clock).environ() == {"TRADING_MODE": "paper"}


def test_a_key_gives_back_its_run_for_a_day_and_over_a_restart(clock):
    """Asking with the same key for something else is a mistake and said so."""
    ServiceState({}, clock).remember("k", "this", "run-1")
    state = ServiceState({}, clock)

    assert state.run_of("k", "this") == "run-1"
    with pytest.raises(Problem, match="used for another run before") as caught:
        state.run_of("k", "that")
    assert caught.value.status == 422
    clock.advance(86_401)
    assert state.run_of("k", "this") == ""


def test_keys_are_forgotten_oldest_first(clock, monkeypatch):
    """Only so many are kept, whoever makes them up."""
    monkeypatch.setattr("chaostrading.service.state._KEYS_KEPT", 2)
    state = ServiceState({}, clock)
    for number in range(3):
        state.remember(str(number), "x", f"run-{number}")
        clock.advance(1)

    assert [state.run_of(key, "x") for key in ("0", "1", "2")] == ["", "run-1", "run-2"]

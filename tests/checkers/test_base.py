"""Every checker is a plug-in: one file, one name, one test, and no green for nothing."""

import ast
from pathlib import Path

import pytest
from witness_play import order, play

import chaostrading.checkers
from chaostrading.checkers.base import Finding, checker, checkers, run_checker
from chaostrading.core.errors import InvalidInput

ROOM = Path(chaostrading.checkers.__file__).parent
LIMITS = {
    "no_order_above_cap": {"notional_max": "1000"},
    "position_limit_holds": {"quantity_max": "1"},
}


def test_every_file_with_a_checker_is_listed_and_registered_under_its_name():
    """A file that is not imported would never judge."""
    files = {path.stem for path in ROOM.glob("*.py") if "@checker(" in path.read_text()}

    assert files == set(chaostrading.checkers.__all__)
    assert files <= set(checkers())


@pytest.mark.parametrize("name", chaostrading.checkers.__all__)
def test_every_checker_has_a_test_and_says_what_it_asks(name):
    """The module opens with a question, the function says what the limits mean."""
    tree = ast.parse((ROOM / f"{name}.py").read_text())

    assert (Path(__file__).parent / f"test_{name}.py").exists()
    assert (ast.get_docstring(tree) or "").endswith("?")
    assert checkers()[name].__doc__


@pytest.mark.parametrize("name", chaostrading.checkers.__all__)
def test_nothing_happened_is_never_held(name):
    """No record, no books, no word of the target: unknown."""
    finding = run_checker(name, play(), LIMITS.get(name, {}))

    assert finding.answer == "unknown"
    assert finding.checker == name
    assert finding.expected
    assert finding.observed


@pytest.mark.parametrize("name", chaostrading.checkers.__all__)
def test_trading_without_a_fault_is_no_proof(name):
    """Orders flow before and after, the fault touched nothing."""
    evidence = play([order(at, f"c{at}") for at in range(-20, 60, 2)])

    finding = run_checker(name, evidence, LIMITS.get(name, {}))

    assert finding.answer == "unknown" or name == "target_had_reason"


def test_an_unknown_name_lists_what_is_near():
    """A typo is told."""
    with pytest.raises(InvalidInput, match="ban_never_reached"):
        run_checker("ban_never_reachd", play(), {})


def test_an_unknown_limit_is_refused():
    """A limit that is misspelt must not fall back to the default."""
    with pytest.raises(InvalidInput, match="bans_maximum"):
        run_checker("ban_never_reached", play(), {"bans_maximum": 2})


def test_a_checker_that_crashes_finds_unknown(monkeypatch):
    """A judge that fell over acquits nobody."""
    monkeypatch.setattr("chaostrading.checkers.base.CHECKERS", {})

    def check(evidence) -> Finding:
        raise ZeroDivisionError("by zero")

    monkeypatch.setitem(chaostrading.checkers.base.CHECKERS, "broken_judge", check)
    finding = run_checker("broken_judge", play(), {})

    assert finding.answer == "unknown"
    assert finding.observed == "the checker itself failed: ZeroDivisionError: by zero"


def test_registering_gives_the_function_back(monkeypatch):
    """The decorator changes nothing but the registry."""
    monkeypatch.setattr("chaostrading.checkers.base.CHECKERS", {})

    def check(evidence) -> Finding:
        raise NotImplementedError

    assert checker("mine")(check) is check

"""Known is what two sources say."""

from decimal import Decimal
from typing import Any

import pytest

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.account_cross_check import (
    AccountCrossCheck,
    NaiveAccountCrossCheck,
)

NEEDED = {"BTC", "USDT"}


def rows(btc: str, usdt: str = "1000") -> dict[str, Any]:
    """An account answer."""
    return {
        "balances": [
            {"asset": "BTC", "free": btc, "locked": "0"},
            {"asset": "USDT", "free": usdt, "locked": "5"},
        ]
    }


def test_free_and_locked_make_the_balance() -> None:
    """1000 free and 5 locked."""
    check = AccountCrossCheck(ManualClock())

    believed = check.account(rows("1"), NEEDED)

    assert believed
    assert check.balances == {"BTC": Decimal(1), "USDT": Decimal(1005)}


@pytest.mark.parametrize(
    "answer", [{}, {"balances": []}, rows("0"), rows("NaN"), rows("-1"), {"balances": None}]
)
def test_absent_zero_or_no_number_is_unknown_not_flat(answer: dict[str, Any]) -> None:
    """An account that has all at once lost an asset is not believed."""
    check = AccountCrossCheck(ManualClock())

    assert not check.account(answer, NEEDED)
    assert not check.known("BTCUSDT")


def test_a_lasting_difference_between_balance_and_fills_stops_entries() -> None:
    """Differences of a moment are fills on their way."""
    clock = ManualClock()
    check = AccountCrossCheck(clock)
    check.account(rows("1"), NEEDED)
    check.compare("BTCUSDT", Decimal(1), Decimal(2), Decimal("0.001"))

    at_once = check.known("BTCUSDT")
    clock.advance(5)

    assert (at_once, check.known("BTCUSDT"), check.known("ETHUSDT")) == (True, False, True)


def test_an_old_reading_is_not_known() -> None:
    """Twenty seconds without an account answer."""
    clock = ManualClock()
    check = AccountCrossCheck(clock)
    check.account(rows("1"), NEEDED)
    clock.advance(21)

    assert not check.known("BTCUSDT")


def test_without_it_an_empty_answer_means_flat() -> None:
    """The naive trader believes the last answer and acts on the balance."""
    check = NaiveAccountCrossCheck(ManualClock())

    believed = check.account({"balances": []}, NEEDED)

    assert believed
    assert check.balances == {"BTC": Decimal(0), "USDT": Decimal(0)}
    assert check.known("BTCUSDT")
    assert check.position("BTCUSDT", Decimal(1), Decimal(0)) == 0

"""How much, and never too much."""

from decimal import Decimal

import pytest

from chaostrading.paper.trader.defences.sizing_caps import NaiveSizingCaps, SizingCaps
from chaostrading.paper.trader.settings import Limits

CAPS = SizingCaps(Limits())
PRICE = Decimal(100)


def test_the_size_is_a_fixed_notional_at_the_highest_price() -> None:
    """100 USDT at 100 are 1, however rich the account claims to be."""
    size = CAPS.size(Decimal(10_000_000), [PRICE, Decimal(99)], PRICE)

    assert size == 1


@pytest.mark.parametrize(
    ("free", "prices"),
    [
        (None, [PRICE]),
        (Decimal(0), [PRICE]),
        (Decimal("NaN"), [PRICE]),
        (Decimal(1_000), []),
        (Decimal(1_000), [Decimal("NaN")]),
        (Decimal(1_000), [PRICE, Decimal("0.1")]),
    ],
)
def test_no_size_from_inputs_that_cannot_be_true(
    free: Decimal | None, prices: list[Decimal]
) -> None:
    """Unknown balance, no price, or prices that contradict each other."""
    assert CAPS.size(free, prices, PRICE) == 0


def test_an_order_above_the_cap_is_denied_in_words() -> None:
    """21 at 100 are 2100 USDT."""
    denial = CAPS.denial(Decimal(21), PRICE, PRICE)

    assert denial == "NOTIONAL_EXCEEDS_MAXIMUM: notional_usdt=2100.00, max=2000"


def test_a_low_price_does_not_hide_a_large_order() -> None:
    """The notional is taken at the reference when that is higher."""
    denial = CAPS.denial(Decimal(21), Decimal("0.1"), PRICE)

    assert denial is not None
    assert denial.startswith("NOTIONAL_EXCEEDS_MAXIMUM")


@pytest.mark.parametrize("quantity", ["NaN", "Infinity", "0", "-1"])
def test_what_is_no_quantity_is_denied(quantity: str) -> None:
    """NaN compares false with every cap, so it is looked at first."""
    denial = CAPS.denial(Decimal(quantity), PRICE, PRICE)

    assert denial == f"QUANTITY_NOT_POSITIVE: quantity={quantity}"


def test_no_reference_no_order() -> None:
    """An order whose worth is unknown is denied."""
    assert CAPS.denial(Decimal(1), PRICE, None) == "PRICE_UNKNOWN: reference=none"


def test_without_it_a_wrong_price_makes_a_giant_order() -> None:
    """The naive trader divides by the last price of any kind and has no cap."""
    caps = NaiveSizingCaps(Limits())

    size = caps.size(Decimal(100_000), [PRICE], PRICE / 1000)

    assert size == 5_000
    assert caps.denial(size, PRICE, PRICE) is None

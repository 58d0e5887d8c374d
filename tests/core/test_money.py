"""Money is decimal, finite, and written as exchanges write it."""

from decimal import Decimal

import pytest

from chaostrading.core.money import decimal, decimal_or_none, plain, round_down


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "", "abc", "1,5"])
def test_what_is_no_finite_number_is_refused_with_its_name(text):
    """The message names the thing and the value."""
    with pytest.raises(ValueError, match="price must be"):
        decimal(text, "price")


@pytest.mark.parametrize("value", ["NaN", None, True, 1.5, "x", [], {}])
def test_what_a_stranger_sent_may_be_nothing(value):
    """A float is no money, and neither is a boolean."""
    assert decimal_or_none(value) is None


@pytest.mark.parametrize(
    ("value", "step", "expected"),
    [("1.239", "0.01", "1.23"), ("-1.239", "0.01", "-1.23"), ("5", "2", "4"), ("0.5", "1", "0")],
)
def test_rounding_goes_towards_zero(value, step, expected):
    """A lot size is never rounded up: that would spend more than there is."""
    assert round_down(Decimal(value), Decimal(step)) == Decimal(expected)


def test_numbers_are_written_without_exponent():
    """Exchanges refuse exponents."""
    assert plain(Decimal("1E-8")) == "0.00000001"

"""All faults refuse bad values in the same words."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.limits import one_of, within


@pytest.mark.parametrize("value", [0, 1, 0.5])
def test_both_ends_are_within(value):
    """0..1 holds 0 and 1."""
    within("latency", "share", value, 0, 1)


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), float("inf")])
def test_what_is_outside_is_refused_with_rule_and_value(value):
    """NaN is nowhere."""
    with pytest.raises(InvalidInput, match=rf"latency: share must be within 0..1, was {value}"):
        within("latency", "share", value, 0, 1)


def test_a_choice_lists_what_is_allowed():
    """The empty text is shown as such."""
    one_of("stp", "side", "BUY", ("", "BUY"))

    with pytest.raises(InvalidInput) as caught:
        one_of("stp", "side", "buy", ("", "BUY"))

    assert str(caught.value) == "stp: side must be one of \"\", BUY, was 'buy'"

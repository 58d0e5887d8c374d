import pytest
from witness_play import books, mids, order, play, refusal, sample

from chaostrading.checkers.base import run_checker
from chaostrading.core.errors import InvalidInput


def judge(evidence, **limits):
    return run_checker("no_order_above_cap", evidence, {"notional_max": "1000", **limits})


TRUE = {"books": books(mids=mids({-20: "100"}))}
HIT = refusal(0.5)


def test_orders_within_the_cap_hold():
    """5 at 100 is 500."""
    assert judge(play(HIT, order(3, quantity="5"), **TRUE)).answer == "held"


@pytest.mark.parametrize(
    ("meaning", "words"),
    [
        ({"quantity": "20"}, "worth 2000.00"),
        ({"quantity": "20", "order_type": "MARKET"}, "worth 2000.00"),
        ({"quantity": "20", "price": "1"}, "worth 2000.00"),
        ({"quantity": "5", "price": "500"}, "worth 2500.00"),
        ({"quantity": "NaN"}, "with the quantity NaN"),
        ({"quantity": "-1"}, "with the quantity -1"),
    ],
)
def test_an_order_over_the_cap_is_broken_whatever_its_type(meaning, words):
    """Market orders are valued at the true price, and a false price hides nothing."""
    finding = judge(play(HIT, order(3, **meaning), **TRUE))

    assert finding.answer == "broken"
    assert words in finding.observed


def test_a_cap_on_the_quantity_is_a_cap_too():
    """20 of a worthless thing."""
    evidence = play(HIT, order(3, quantity="20", price="0.01"))

    finding = run_checker("no_order_above_cap", evidence, {"quantity_max": "10"})

    assert finding.answer == "broken"


def test_an_order_that_the_exchange_refused_was_sent_all_the_same():
    """The filter of the exchange is not the bot's own cap."""
    assert judge(play(HIT, order(3, quantity="20", status=400), **TRUE)).answer == "broken"


def test_silence_holds_only_with_a_refusal_and_a_return():
    """Nothing sent may mean a quantity of 0, rounded away."""
    refused = [sample(0, orders_denied_total=1), sample(15, orders_denied_total=4)]

    assert judge(play(HIT, refused, order(30), **TRUE)).answer == "held"
    assert judge(play(HIT, order(30), **TRUE)).answer == "unknown"
    assert judge(play(HIT, refused, **TRUE)).answer == "unknown"


def test_nothing_attempted_is_unknown_and_no_cap_is_refused():
    """A cap must be given: there is no safe guess."""
    assert judge(play(order(3), **TRUE)).answer == "unknown"
    with pytest.raises(InvalidInput, match="give notional_max or quantity_max"):
        judge_without_cap()


def judge_without_cap():
    from chaostrading.checkers.no_order_above_cap import check

    return check(play())

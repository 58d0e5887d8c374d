from witness_play import order, play

from chaostrading.checkers.trying import matched, text_of

ATTEMPT = {"mono_s": 1.0, "symbol": "BTCUSDT", "side": "BUY", "quantity": "5"}


def test_an_order_like_the_attempt_soon_after_it_came_of_it():
    """5.0 is 5; another side, size or time is another order."""
    evidence = play(
        order(0.5, "early", quantity="5"),
        order(1.1, "sell", quantity="5", side="SELL"),
        order(1.2, "small", quantity="4"),
        order(1.3, "it", quantity="5.0"),
        order(9, "late", quantity="5"),
        parameters={"attempts": [ATTEMPT]},
    )

    ((attempt, found),) = matched(evidence, "blocked", 5.0)

    assert attempt == ATTEMPT
    assert found.meaning["client_id"] == "it"


def test_attempts_are_told_apart_by_what_is_expected():
    """Without a word an attempt must be blocked."""
    controls = [ATTEMPT, {**ATTEMPT, "expect": "accepted"}, {**ATTEMPT, "expect": "some"}]
    evidence = play(parameters={"some_fault": {"attempts": controls}})

    assert len(matched(evidence, "blocked", 5.0)) == 1
    assert len(matched(evidence, "accepted", 5.0)) == 1


def test_a_row_of_evidence_has_no_empty_fields():
    """And no times of another clock."""
    assert text_of({**ATTEMPT, "way": "api", "denied": ""}) == {
        "way": "api",
        "symbol": "BTCUSDT",
        "side": "BUY",
        "quantity": "5",
    }


def test_a_quantity_that_is_no_number_is_found_as_it_was_tried():
    """And no order with a number comes of it."""
    tried = {**ATTEMPT, "quantity": "NaN"}
    evidence = play(
        order(1.1, "own", quantity="5"),
        order(1.2, "it", quantity="NaN"),
        parameters={"attempts": [tried]},
    )

    ((_, found),) = matched(evidence, "blocked", 5.0)

    assert found.meaning["client_id"] == "it"


def test_an_attempt_without_a_symbol_fits_any():
    """A look-alike name may have been read as the real one."""
    tried = {**ATTEMPT, "symbol": ""}
    evidence = play(order(1.1, "it", quantity="5"), parameters={"attempts": [tried]})

    ((_, found),) = matched(evidence, "blocked", 5.0)

    assert found is not None

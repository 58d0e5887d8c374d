"""What is read of a request for an order."""

from decimal import Decimal

import pytest

from chaostrading.paper.trader.order_entry import (
    Requests,
    changes,
    claims,
    seen_requests,
    wish,
    wishes,
)

SMALL = {"symbol": "BTCUSDT", "side": "buy", "quantity": "0.1", "price": "100"}
NOW_S = 1_700_000_000.0


def test_a_small_order_is_read_as_it_is_written():
    """Names in capitals, numbers as decimals, a limit order that rests."""
    read = wish(SMALL, "order")

    assert (read.symbol, read.side, read.type) == ("BTCUSDT", "BUY", "LIMIT")
    assert (read.quantity, read.price) == (Decimal("0.1"), Decimal(100))
    assert (read.time_in_force, read.path, read.claims) == ("GTC", "order", ())


@pytest.mark.parametrize(
    ("quantity", "read"),
    [("5.3E-4", "0.00053"), (2, "2"), (0.5, "0.5"), ("-1", "-1"), ("0", "0"), ("1e3", "1000")],
)
def test_numbers_are_read_whatever_they_are_worth(quantity, read):
    """Whether they make sense is the risk engine's business."""
    assert wish({**SMALL, "quantity": quantity}, "order").quantity == Decimal(read)


@pytest.mark.parametrize(
    "quantity",
    [
        "NaN", float("nan"), "Infinity", "1e999999", "1e20", "1_0", "0x10", "\uff15", " 5", True,
        ["5"], {}, "", None, "5,0", "--5",
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_in_words(quantity):
    """Before anything is computed with it."""
    with pytest.raises(ValueError, match="quantity must be"):
        wish({**SMALL, "quantity": quantity}, "order")


def test_what_nobody_asked_for_is_kept_as_a_claim():
    """From the order, from its batch, and from the headers."""
    headers = {"X-Skip-Risk-Check": "true", "X-Debug": "false", "Accept": "*/*"}
    body = {"orders": [{**SMALL, "reduce_only": True}], "admin": 1}

    (read,) = wishes(body, "batch", claims(headers))

    assert read.claims == ("skip_risk_check", "admin", "reduce_only")


@pytest.mark.parametrize("orders", [None, [], [SMALL] * 11, [1], "x"])
def test_a_batch_has_one_to_ten_orders(orders):
    """Anything else is refused as a whole."""
    with pytest.raises(ValueError, match=r"orders must be|each of the orders"):
        wishes({"orders": orders}, "batch", ())


def test_limits_are_read_by_name():
    """None is a mistake."""
    assert changes({"position_usdt_max": "5", "request_id": "a"}) == {
        "position_usdt_max": Decimal(5)
    }
    with pytest.raises(ValueError, match="a limit must be given"):
        changes({"request_id": "a"})


def test_a_request_is_served_once():
    """One that was denied may come again."""
    requests = Requests([])
    body = {"request_id": "r-1"}

    first, again = requests.denial(body, NOW_S), requests.denial(body, NOW_S)
    requests.served(body)

    assert (first, again) == (None, None)
    assert requests.denial(body, NOW_S) == "REQUEST_REPEATED: request_id=r-1"
    assert requests.denial({}, NOW_S) is None


@pytest.mark.parametrize(
    ("age_s", "denial"),
    [
        (0, None),
        (4.9, None),
        (60, "REQUEST_TOO_OLD: age_s=60.0, max=5"),
        (-60, "REQUEST_TOO_OLD: age_s=-60.0, max=5"),
    ],
)
def test_a_request_is_served_in_its_time(age_s, denial):
    """Five seconds late, one second early."""
    body = {"sent_ms": int((NOW_S - age_s) * 1_000)}

    assert Requests([]).denial(body, NOW_S) == denial


def test_requests_from_before_a_restart_are_remembered():
    """From the audit log."""
    history = [{"detail": {"request_id": "r-1"}}, {"detail": {}}]

    requests = Requests(seen_requests(history))

    assert requests.denial({"request_id": "r-1"}, NOW_S) == "REQUEST_REPEATED: request_id=r-1"


@pytest.mark.parametrize("name", ["a b", "x" * 65, 7, "\u0430"])
def test_an_id_is_plain(name):
    """Letters, digits, - and _."""
    with pytest.raises(ValueError, match="request_id must be"):
        Requests([]).denial({"request_id": name}, NOW_S)

"""What an answer means, dialect by dialect."""

import pytest

from chaostrading.paper.trader.answer import Answer, Call
from chaostrading.paper.trader.defences.error_classification import (
    ErrorClassification,
    NaiveErrorClassification,
)

ORDER = Call(method="POST", path="/api/v3/order", group="order")
LIST = Call(method="GET", path="/api/v3/openOrders", shape=list)


def test_a_maker_that_would_take_is_rejected_and_closes_no_market():
    """The same text means another thing to an order that never takes."""
    maker = Call(method="POST", path="/api/v3/order", params=(("type", "LIMIT_MAKER"),))
    body = b'{"code": -2010, "msg": "Order would immediately match and take."}'

    assert ErrorClassification().outcome(maker, Answer(status=400, body=body)).kind == "rejected"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b'{"orderId": 1, "status": "FILLED"}', "ok"),
        (400, b'{"code": -2010, "msg": "Account has insufficient balance"}', "funds"),
        (400, b'{"code": -2010, "msg": "Duplicate order sent."}', "duplicate"),
        (400, b'{"code": -2010, "msg": "Market is closed."}', "closed"),
        (400, b'{"code": -2010, "msg": "Order would immediately match and take."}', "closed"),
        (200, b'{"error": ["EService:Market in post_only mode"]}', "closed"),
        (400, b'{"code": -2010, "msg": "Order would trigger immediately."}', "rejected"),
        (400, b'{"code": -1013, "msg": "Filter failure: LOT_SIZE"}', "filters"),
        (400, b'{"code": -1111, "msg": "precision"}', "filters"),
        (400, b'{"code": -1021, "msg": "Timestamp"}', "clock"),
        (400, b'{"code": -2013, "msg": "Order does not exist."}', "not_found"),
        (400, b'{"code": -2011, "msg": "Unknown order sent."}', "cancel_rejected"),
        (400, b'{"code": -9999, "msg": "new"}', "unknown"),
        (429, b'{"code": -1003, "msg": "Too many"}', "rate_limited"),
        (418, b"<html>", "banned"),
        (403, b"<html>", "blocked"),
        (503, b'{"code": -1007, "msg": "Timeout"}', "unknown"),
        (503, b'{"code": -1008, "msg": "Server is busy"}', "shed"),
        (503, b'{"error": {"message": "The system is currently overloaded."}}', "shed"),
        (520, b"<html>cloudflare</html>", "unknown"),
        (200, b"<html>welcome</html>", "unknown"),
        (200, b"", "unknown"),
        (200, b"{}", "unknown"),
        (200, b'{"error": ["EAPI:Rate limit exceeded"]}', "rate_limited"),
        (200, b'{"retCode": 10006, "retMsg": "Too many visits"}', "rate_limited"),
        (200, b'{"error": ["EService:Unavailable"]}', "unknown"),
        (200, b'{"success": false}', "unknown"),
    ],
)
def test_an_order_answer_is_read_by_status_type_and_code(
    status: int, body: bytes, kind: str
) -> None:
    """Only what surely was not executed is a rejection; what is unclear is unknown."""
    outcome = ErrorClassification().outcome(ORDER, Answer(status=status, body=body))

    assert outcome.kind == kind


def test_a_list_is_only_a_list() -> None:
    """An object where a list belongs is unknown, never an empty list."""
    outcome = ErrorClassification().outcome(LIST, Answer(status=200, body=b'{"code": -1}'))

    assert (outcome.kind, outcome.data) == ("unknown", None)


def test_a_request_that_never_left_is_not_unknown() -> None:
    """A refused connection is safe to repeat, a timeout is not."""
    read = ErrorClassification()

    never = read.outcome(ORDER, Answer(sent=False, error="refused"))
    lost = read.outcome(ORDER, Answer(timed_out=True))

    assert (never.kind, lost.kind) == ("not_sent", "unknown")


def test_without_it_an_error_in_a_good_answer_is_an_empty_list() -> None:
    """The naive trader looks at the status alone."""
    outcome = NaiveErrorClassification().outcome(
        LIST, Answer(status=200, body=b'{"code": -1003, "msg": "no"}')
    )

    assert (outcome.kind, outcome.data) == ("ok", [])


def test_without_it_an_unknown_order_is_a_rejected_one() -> None:
    """The naive trader takes 502 for a no."""
    outcome = NaiveErrorClassification().outcome(ORDER, Answer(status=502, body=b"<html>"))

    assert outcome.kind == "rejected"

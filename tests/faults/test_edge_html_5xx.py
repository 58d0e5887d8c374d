"""The edge network in front of the exchange."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS
from chaostrading.faults.registry import make


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (520, b"Web server is returning an unknown error"),
        (522, b"Connection timed out"),
        (524, b"A timeout occurred"),
        (502, b"Bad gateway"),
    ],
)
def test_answers_with_the_page_of_the_edge(frame, dice, state, status, title):
    """HTML with the words of Cloudflare for this status."""
    fault = make("edge_html_5xx", {"status": status, "executed": "no"})

    fate = fault.decide(frame(), dice, state)

    assert fate.status == status
    assert dict(fate.headers)["Content-Type"] == "text/html; charset=UTF-8"
    assert title in fate.body


def test_executed_takes_the_place_of_the_answer(frame, dice, state):
    """The exchange has acted; the page says nothing of it."""
    fault = make("edge_html_5xx", {"executed": "yes"})

    assert fault.decide(frame(), dice, state) == PASS
    assert fault.decide(frame("answer", payload=b"{}"), dice, state).status == 520


def test_refuses_bad_values():
    """Statuses that edges use."""
    with pytest.raises(InvalidInput, match="status must be one of 502, 520, 522, 524, was 500"):
        make("edge_html_5xx", {"status": 500})

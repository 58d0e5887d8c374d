"""The nonce did not increase."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS
from chaostrading.faults.registry import make


def ask(frame, nonce, now_s=1_000.0, path="/0/private/Balance"):
    body = f"nonce={nonce}".encode()
    return frame(venue="kraken", method="POST", path=path, query="", body=body, now_s=now_s)


def test_of_two_parallel_requests_one_is_refused(frame, dice, state):
    """As if they had changed places on the way; the next pair starts anew."""
    fault = make("nonce_invalid", {})

    fates = [
        fault.decide(ask(frame, number, now_s), dice, state)
        for number, now_s in enumerate((1_000.0, 1_000.1, 1_000.15, 1_001.0))
    ]

    assert [fate == PASS for fate in fates] == [True, False, True, True]
    assert fates[1].body == b'{"error":["EAPI:Invalid nonce"]}'
    assert fates[1].status == 200


def test_strict_compares_with_the_highest_so_far(frame, dice, state):
    """Equal is not above."""
    fault = make("nonce_invalid", {"how": "strict"})

    fates = [fault.decide(ask(frame, number), dice, state) for number in (5, 6, 6, 4, 7)]

    assert [fate == PASS for fate in fates] == [True, True, False, False, True]


def test_always_refuses_private_requests_only(frame, dice, state):
    """Public ones carry no nonce."""
    fault = make("nonce_invalid", {"how": "always"})

    private = fault.decide(ask(frame, 1), dice, state)
    public = fault.decide(frame(venue="kraken", method="GET", path="/0/public/Time"), dice, state)

    assert private != PASS
    assert public == PASS


def test_refuses_bad_values():
    """The message names the rule and the value."""
    with pytest.raises(InvalidInput, match="how must be one of reorder, strict, always"):
        make("nonce_invalid", {"how": "lax"})

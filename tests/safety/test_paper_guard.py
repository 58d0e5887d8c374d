"""Permission is a type."""

import dataclasses

import pytest

from chaostrading.core.errors import Refused
from chaostrading.safety.paper_guard import PaperEndpoint, admit, is_real_exchange

GOOD = {
    "target": "paper",
    "url": "http://127.0.0.1:8080",
    "answer": "paper",
    "trading_mode": "paper",
    "wall_s": 1_750_000_000.0,
}


def test_a_target_that_says_paper_is_admitted():
    """Variable and answer agree: there is an endpoint, and an attestation for the journal."""
    endpoint = admit(**GOOD)

    assert endpoint.url == "http://127.0.0.1:8080"
    assert endpoint.attestation() == {
        "target": "paper",
        "url": "http://127.0.0.1:8080",
        "answered": "paper",
        "trading_mode": "paper",
        "at": "2025-06-15T15:06:40.000Z",
    }


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"trading_mode": "live"}, "not injecting: TRADING_MODE must be paper, was 'live'"),
        ({"trading_mode": ""}, "not injecting: TRADING_MODE must be paper, was not set"),
        ({"trading_mode": "PAPER"}, "not injecting: TRADING_MODE must be paper, was 'PAPER'"),
        (
            {"answer": "live"},
            "not injecting: endpoint is not paper, was 'live' by its own answer",
        ),
        (
            {"answer": None},
            "not injecting: endpoint is not paper, was paper, which does not say",
        ),
        ({"answer": True}, "not injecting: endpoint is not paper, was True by its own answer"),
        (
            {"url": "https://api.binance.com"},
            "not injecting: endpoint is not paper, was api.binance.com, a real exchange",
        ),
        ({"url": ""}, "not injecting: endpoint is not paper, was '', which names no host"),
    ],
)
def test_everything_else_is_refused_with_the_reason(change, sentence):
    """If the guard cannot tell, the answer is no."""
    with pytest.raises(Refused) as refusal:
        admit(**{**GOOD, **change})

    assert str(refusal.value) == sentence


def test_an_endpoint_cannot_be_made_by_hand():
    """There is no way around admit, not even by copying fields."""
    with pytest.raises(Refused, match=r"comes from paper_guard\.admit only"):
        PaperEndpoint(target="x", url="http://127.0.0.1", answered="paper", wall_s=0.0)


def test_an_endpoint_cannot_be_changed():
    """An admitted endpoint stays the one that was asked."""
    endpoint = admit(**GOOD)

    with pytest.raises(dataclasses.FrozenInstanceError):
        endpoint.url = "https://api.binance.com"  # type: ignore[misc]


@pytest.mark.parametrize(
    "url",
    [
        "https://api.binance.com/api/v3",
        "https://API.BINANCE.COM.",
        "wss://stream.binance.com:9443/ws",
        "https://127.0.0.1@api.binance.com/",
        "api.kraken.com",
        "https://www.okx.com",
        "https://binance.us",
        "https://api.exchange.coinbase.com",
        "https://api.bybit.com",
    ],
)
def test_a_real_exchange_is_known_by_its_host(url):
    """Case, port, scheme, a trailing dot and a user name before the host hide nothing."""
    assert is_real_exchange(url) is True


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080",
        "https://testnet.binance.vision",
        "https://api-testnet.bybit.com",
        "https://demo-futures.kraken.com",
        "https://notbinance.com",
        "https://binance.com.example.org",
    ],
)
def test_a_sandbox_or_a_stranger_is_not_taken_for_a_real_exchange(url):
    """Play-money hosts beneath a real domain are known; a similar name is another domain."""
    assert is_real_exchange(url) is False

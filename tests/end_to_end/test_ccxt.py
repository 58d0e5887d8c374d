"""An unmodified ccxt program from PyPI, pointed at a proxy in front of the paper exchange."""

import time

import pytest

from chaostrading.proxy.client import ProxyClient

ccxt = pytest.importorskip("ccxt")

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end, pytest.mark.timeout(90)]


@pytest.fixture
def binance(own):
    """ccxt as its manual says, with nothing but its addresses changed."""
    url = own["CHAOS_PROXY_URL"]
    api = {"public": f"{url}/api/v3", "private": f"{url}/api/v3", "sapi": f"{url}/sapi/v1"}
    return ccxt.binance(
        {
            "apiKey": "paper-key",
            "secret": "paper-secret",
            "timeout": 5_000,
            "urls": {"api": api},
            "options": {"fetchMarkets": {"types": ["spot"]}, "fetchMargins": False},
        }
    )


@pytest.fixture
def proxy(own):
    return ProxyClient(own["CHAOS_PROXY_ADMIN"], own["CHAOS_PROXY_TOKEN"])


def test_it_trades_through_the_proxy(binance):
    """Markets, book, balance, an order placed, found and cancelled."""
    binance.load_markets()
    book = binance.fetch_order_book("BTC/USDT")
    balance = binance.fetch_balance()
    price = float(f"{book['bids'][0][0] * 0.98:.2f}")

    order = binance.create_order("BTC/USDT", "limit", "buy", 0.001, price)
    found = binance.fetch_open_orders("BTC/USDT")
    binance.cancel_order(order["id"], "BTC/USDT")

    assert book["bids"][0][0] < book["asks"][0][0]
    assert balance["USDT"]["total"] > 0
    assert order["id"] in [one["id"] for one in found]
    assert order["id"] not in [one["id"] for one in binance.fetch_open_orders("BTC/USDT")]


def test_in_a_storm_it_sees_its_own_rate_limit_errors(binance, proxy):
    """The words are Binance's, so ccxt knows them; Retry-After arrives as it was sent."""
    binance.load_markets()
    lease = proxy.arm(
        {
            "fault": "http_429",
            "parameters": {"trigger": "always", "retry_after": "7"},
            "scope": {"path": "/api/v3/depth"},
            "duration_s": 30,
            "ttl_s": 30,
        }
    )

    with pytest.raises(ccxt.DDoSProtection) as raised:
        binance.fetch_order_book("BTC/USDT")

    assert isinstance(raised.value, ccxt.DDoSProtection | ccxt.RateLimitExceeded)
    assert binance.last_response_headers["Retry-After"] == "7"
    proxy.remove(lease["id"])
    assert binance.fetch_order_book("BTC/USDT")["bids"]


def test_its_error_classes_follow_the_venues_words(binance, proxy):
    """A ban, an unknown status and a hang are three different things to it."""
    binance.load_markets()
    seen = {}
    for fault, parameters, error in (
        ("http_418_ban", {"after": 1, "trigger": "always"}, ccxt.DDoSProtection),
        ("http_5xx_status_unknown", {"executed": "no"}, ccxt.ExchangeError | ccxt.NetworkError),
        ("response_lost", {"how": "hold", "hold_s": 30.0}, ccxt.RequestTimeout),
    ):
        lease = proxy.arm(
            {
                "fault": fault,
                "parameters": parameters,
                "scope": {"path": "/api/v3/time"},
                "duration_s": 30,
                "ttl_s": 30,
            }
        )
        began = time.monotonic()
        try:
            binance.fetch_time()
        except ccxt.BaseError as raised:
            seen[fault] = isinstance(raised, error)
        proxy.remove(lease["id"])
        assert time.monotonic() - began < 15

    assert seen == dict.fromkeys(seen, True)
    assert len(seen) == 3
    assert binance.fetch_time() > 0

"""Permission as a type: nothing is injected into a target without a `PaperEndpoint`.

Only `admit` makes one, and it asks twice: `TRADING_MODE` must be paper, and the target itself must
have answered that it trades on paper. There is no third way in.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from chaostrading.core.clock import iso
from chaostrading.core.errors import Refused

__all__ = ["REAL_EXCHANGES", "PaperEndpoint", "admit", "is_real_exchange"]

REAL_EXCHANGES = (
    "binance.com", "binance.us", "binance.je", "binancefuture.com", "bybit.com", "bytick.com",
    "okx.com", "okex.com", "okx.eu", "okx.us", "kraken.com", "krakenfutures.com", "coinbase.com",
    "bitstamp.net", "bitfinex.com", "bitget.com", "gate.io", "gateio.ws", "kucoin.com", "mexc.com",
    "htx.com", "huobi.pro", "gemini.com", "bitmex.com", "deribit.com", "crypto.com", "bitvavo.com",
    "hyperliquid.xyz", "alpaca.markets", "interactivebrokers.com", "ibkr.com",
)  # fmt: skip
"""Domains of exchanges and brokers on which money moves. A subdomain belongs to its domain."""

_SANDBOXES = (
    "testnet.binancefuture.com", "demo-api.binance.com", "demo-stream.binance.com",
    "demo-ws-api.binance.com", "demo-fapi.binance.com", "api-testnet.bybit.com",
    "stream-testnet.bybit.com", "api-demo.bybit.com", "stream-demo.bybit.com", "wspap.okx.com",
    "demo-futures.kraken.com", "api-sandbox.coinbase.com",
    "api-public.sandbox.exchange.coinbase.com", "paper-api.alpaca.markets", "test.deribit.com",
    "testnet.bitmex.com", "api.sandbox.gemini.com", "api.hyperliquid-testnet.xyz",
)  # fmt: skip
"""Hosts beneath those domains that only ever serve play money, by the exchanges' documentation."""

_SEAL = object()


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperEndpoint:
    """A target that may be harmed. Made by `admit` only; making one by hand raises Refused."""

    target: str
    url: str
    answered: str
    """What the target said of itself: `paper`."""
    wall_s: float
    """When it said so."""
    seal: object = None

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise Refused("not injecting: a PaperEndpoint comes from paper_guard.admit only")

    def attestation(self) -> dict[str, str]:
        """The proof of paper mode for the journal."""
        return {
            "target": self.target,
            "url": self.url,
            "answered": self.answered,
            "trading_mode": "paper",
            "at": iso(self.wall_s),
        }


def admit(
    *, target: str, url: str, answer: object, trading_mode: str, wall_s: float
) -> PaperEndpoint:
    """Let a target in that trades on paper, or raise Refused with the reason.

    `answer` is what the target itself says its mode is, None when it cannot say. `url` is where it
    is reached; the host of a real exchange is refused whatever it answers.
    """
    if trading_mode != "paper":
        was = repr(trading_mode) if trading_mode else "not set"
        raise Refused(f"not injecting: TRADING_MODE must be paper, was {was}")
    if is_real_exchange(url):
        raise Refused(f"not injecting: endpoint is not paper, was {_host(url)}, a real exchange")
    if answer is None or answer == "":
        raise Refused(f"not injecting: endpoint is not paper, was {target}, which does not say")
    if answer != "paper":
        raise Refused(f"not injecting: endpoint is not paper, was {answer!r} by its own answer")
    if not _host(url):
        raise Refused(f"not injecting: endpoint is not paper, was {url!r}, which names no host")
    return PaperEndpoint(target=target, url=url, answered="paper", wall_s=wall_s, seal=_SEAL)


def is_real_exchange(url: str) -> bool:
    """Whether the URL (or bare host) leads to an exchange on which money moves."""
    host = _host(url)
    if host in _SANDBOXES:
        return False
    return any(host == domain or host.endswith(f".{domain}") for domain in REAL_EXCHANGES)


def _host(url: str) -> str:
    text = url.strip()
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
        return (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return ""

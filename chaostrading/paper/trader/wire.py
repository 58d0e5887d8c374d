"""REST on the wire: signing, one HTTP session, and what can go wrong with it."""

import asyncio
import hashlib
import hmac
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from chaostrading.core.clock import Clock
from chaostrading.paper.trader.answer import Answer, Call
from chaostrading.paper.trader.defences.clock_discipline import ClockDiscipline

__all__ = ["Wire", "sign"]

BODY_MAX = 8_000_000


def sign(secret: str, text: str) -> str:
    """HMAC-SHA256 as Binance wants it, in hexadecimal."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


class Wire:
    """Sends one request and returns what came back. It never raises for the network's sake."""

    def __init__(
        self, base: str, key: str, secret: str, clock: Clock, discipline: ClockDiscipline
    ) -> None:
        self._base = base.rstrip("/")
        self._key = key
        self._secret = secret
        self._clock = clock
        self._discipline = discipline
        self._session: aiohttp.ClientSession | None = None

    async def send(self, call: Call, deadline_s: float | None, window_ms: int) -> Answer:
        """Send a call. `deadline_s` covers connecting, headers and body; None waits for ever."""
        pairs = list(call.params)
        headers = {}
        if call.signed:
            pairs.append(("recvWindow", str(self._discipline.recv_window_ms(window_ms))))
            pairs.append(("timestamp", str(self._discipline.now_ms())))
            headers["X-MBX-APIKEY"] = self._key
        query = urlencode(pairs)
        if call.signed:
            query = f"{query}&signature={sign(self._secret, query)}"
        url = URL(f"{self._base}{call.path}" + (f"?{query}" if query else ""), encoded=True)
        began = self._clock.monotonic()
        try:
            answer = await self._exchange(call.method, url, headers, deadline_s)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            answer = Answer(error=_words(error), sent=False)
        except TimeoutError:
            answer = Answer(error=f"no answer within {deadline_s} s", timed_out=True)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            answer = Answer(error=_words(error))
        return Answer(
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            error=answer.error,
            timed_out=answer.timed_out,
            sent=answer.sent,
            latency_s=self._clock.monotonic() - began,
        )

    async def _exchange(
        self, method: str, url: URL, headers: dict[str, str], deadline_s: float | None
    ) -> Answer:
        session = self.session()
        timeout = aiohttp.ClientTimeout(total=deadline_s, sock_connect=deadline_s)
        async with session.request(
            method, url, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            body = await response.content.read(BODY_MAX)
            while not response.content.at_eof() and len(body) < BODY_MAX:
                body += await response.content.read(BODY_MAX)
            names = {name.lower(): value for name, value in response.headers.items()}
            return Answer(status=response.status, headers=names, body=body)

    def session(self) -> aiohttp.ClientSession:
        """The session; it is made on first use, within the running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=24, ttl_dns_cache=60),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"

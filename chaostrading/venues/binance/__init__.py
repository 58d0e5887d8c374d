"""Binance Spot, exact; USD-M futures where the two share words.

`requests.py` and `messages.py` read what crosses the wire, `words.py` says what the exchange says
when something is wrong, `places.py` knows where each value sits. Source of facts: the documents of
github.com/binance/binance-spot-api-docs (rest-api, web-socket-api, web-socket-streams, errors).
"""

from collections.abc import Callable

from chaostrading.venues.base import Meaning
from chaostrading.venues.binance import messages, requests, words
from chaostrading.venues.binance.places import asked, wanted
from chaostrading.venues.editing import edit_numbers, edit_texts, edit_times
from chaostrading.venues.reading import redacted, whole

__all__ = ["BINANCE", "Binance"]


class Binance:
    """The dialect of Binance. It holds no state; use `BINANCE`."""

    name: str = "binance"

    def read_request(self, method: str, path: str, query: str, body: bytes) -> Meaning:
        return requests.read_request(method, path, query, body)

    def read_answer(
        self, request: Meaning, status: int, headers: dict[str, str], body: bytes, now_ms: int
    ) -> Meaning:
        return requests.read_answer(request, status, headers, body, now_ms)

    def used_weight(self, headers: dict[str, str]) -> int | None:
        return whole(headers.get("x-mbx-used-weight-1m") or headers.get("x-mbx-used-weight", ""))

    def read_message(self, path: str, direction: str, payload: bytes) -> Meaning:
        return messages.read_message(path, direction, payload)

    def redact(self, query: str) -> str:
        return redacted(query)

    rate_limited = staticmethod(words.rate_limited)
    banned = staticmethod(words.banned)
    firewall = staticmethod(words.firewall)
    error = staticmethod(words.error)
    unknown_status = staticmethod(words.unknown_status)
    edge_error = staticmethod(words.edge_error)
    overloaded = staticmethod(words.overloaded)
    maintenance = staticmethod(words.maintenance)
    error_in_200 = staticmethod(words.error_in_200)
    ws_error = staticmethod(words.ws_error)

    def edit_price(self, payload: bytes, change: Callable[[str], str]) -> bytes:
        name = asked("price", payload)
        return edit_texts(payload, wanted(name), change, numeric=True, asked=name)

    def edit_time(self, payload: bytes, change: Callable[[int], int]) -> bytes:
        name = asked("time", payload)
        return edit_times(payload, wanted(name), change, asked=name)

    def edit_quantity(self, payload: bytes, change: Callable[[str], str]) -> bytes:
        name = asked("quantity", payload)
        return edit_texts(payload, wanted(name), change, numeric=True, asked=name)

    def edit_symbol(self, payload: bytes, change: Callable[[str], str]) -> bytes:
        name = asked("symbol", payload)
        return edit_texts(payload, wanted(name), change, asked=name)

    def edit_sequence(self, payload: bytes, change: Callable[[int], int]) -> bytes:
        name = asked("sequence", payload)
        return edit_numbers(payload, wanted(name), change, asked=name)


BINANCE = Binance()

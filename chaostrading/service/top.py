"""`chaos trading top`: the dashboard's live half in a terminal.

It reads the events of a running service and folds them into a `Picture`; `rich` draws that four
times a second. It needs no extra. Ctrl-C leaves; nothing that it does touches a run.
"""

import json
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import requests
from rich.console import Console
from rich.live import Live

from chaostrading.core.clock import Clock
from chaostrading.core.errors import InvalidInput, Unreachable
from chaostrading.service.picture import Picture

__all__ = ["events_in", "top"]

FIRST_WAIT_S, LAST_WAIT_S = 0.5, 8.0
SILENT_S = 40.0
"""The service says something at least every 15 s."""
CONNECT_S = 3.0


def top(url: str, *, token: str, clock: Clock, console: Console, once: bool = False) -> None:
    """Show the service at `url` until Ctrl-C, or only as it is now with `once`.

    Raises Unreachable when it does not answer `once`, InvalidInput when it wants another token.
    """
    reader = _Reader(url.rstrip("/"), token, clock)
    if once:
        reader.look()
        console.print(reader.picture.draw(clock.wall()))
        return
    reader.start()
    try:
        with Live(
            get_renderable=lambda: reader.picture.draw(clock.wall()),
            console=console,
            refresh_per_second=4,
            screen=console.is_terminal,
        ):
            reader.wait()
    except KeyboardInterrupt:
        pass
    finally:
        reader.stop()
    if reader.refused:
        raise InvalidInput(reader.refused)


def events_in(lines: Iterable[bytes]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Read server-sent events: id, name and data of each. What is no JSON object is left out."""
    name, data, number = "message", "", ""
    for raw in lines:
        line = raw.decode("utf-8", "replace")
        if not line:
            try:
                row = json.loads(data)
            except ValueError:
                row = None
            if isinstance(row, dict):
                yield number, name, row
            name, data, number = "message", "", ""
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data += value
        elif field == "id":
            number = value


class _Reader:
    """Reads the events in a thread, and comes back by itself after the service was away."""

    def __init__(self, url: str, token: str, clock: Clock) -> None:
        self.picture = Picture(url)
        self.refused = ""
        self._url = url
        self._clock = clock
        self._last = "start"  # an id of nobody: the service sends what it still has
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Read no more. The thread dies with the process; it may be waiting for an event."""
        self._ended.set()

    def wait(self) -> None:
        """Wait until the service wants another token."""
        self._ended.wait()

    def look(self) -> None:
        """Ask once what is. Raises Unreachable or InvalidInput."""
        self.picture.know(self._get("/api/chaos/status").json())
        self.picture.link = "live"

    def _run(self) -> None:
        wait_s = FIRST_WAIT_S
        while not self._ended.is_set():
            try:
                self.look()
                wait_s = FIRST_WAIT_S
                self._read()
            except InvalidInput as error:
                self.refused = str(error)
                self._ended.set()
            except (Unreachable, requests.RequestException):
                pass
            self.picture.link = "reconnecting"
            self._ended.wait(wait_s)
            wait_s = min(LAST_WAIT_S, wait_s * 2)

    def _read(self) -> None:
        with self._get("/api/chaos/events", stream=True) as answer:
            # As bytes: text is also split at characters that are no end of a line in an event.
            for number, name, row in events_in(answer.iter_lines(64)):
                self._last = number or self._last
                self.picture.take(name, row)
                if name.startswith(("lever_", "run_finished")):
                    self.picture.know(self._get("/api/chaos/status").json())
                if self._ended.is_set():
                    return

    def _get(self, path: str, *, stream: bool = False) -> requests.Response:
        headers = {**self._headers, **({"Last-Event-ID": self._last} if stream else {})}
        try:
            answer = requests.get(
                self._url + path, headers=headers, stream=stream, timeout=(CONNECT_S, SILENT_S)
            )
        except requests.RequestException as error:
            raise Unreachable(
                f"top: {self._url} does not answer; is `chaos trading serve` running?"
            ) from error
        if answer.status_code in (401, 403):
            raise InvalidInput(
                f"top: {self._url} wants a token in CHAOS_VIEWER_TOKEN, CHAOS_OPERATOR_TOKEN or"
                f" ADMIN_TOKEN, it answered {answer.status_code}"
            )
        if not answer.ok:
            raise Unreachable(f"top: {self._url}{path} answered {answer.status_code}")
        return answer

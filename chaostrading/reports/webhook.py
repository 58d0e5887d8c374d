"""Sends alerts and reports to a chat: Slack-compatible JSON, never in the way of a run.

`CHAOS_ALERT_WEBHOOK` names the address. It is a secret: it is never logged, only its host is.
"""

import logging
import os
import queue
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from chaostrading.core.errors import InvalidInput, Unreachable

__all__ = ["AlertSender", "send", "webhook_url"]

TIMEOUT_S = 3.0
WAITING_MAX = 100
logger = logging.getLogger("chaostoolkit")


def webhook_url(environ: Mapping[str, str] | None = None) -> str:
    """The address to send to, `""` when none is set. Raises InvalidInput when it is no http(s)."""
    url = (os.environ if environ is None else environ).get("CHAOS_ALERT_WEBHOOK", "")
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise InvalidInput("CHAOS_ALERT_WEBHOOK must be http(s)://host/..., was not")
    return url


def send(url: str, text: str) -> None:
    """Post one message and wait for the answer. Raises Unreachable naming the host only."""
    host = urlsplit(url).hostname
    try:
        answer = requests.post(url, json={"text": text}, timeout=TIMEOUT_S, allow_redirects=False)
    except requests.RequestException as error:
        raise Unreachable(f"webhook {host}: {type(error).__name__}") from None
    if answer.status_code >= 300:
        raise Unreachable(f"webhook {host}: answered {answer.status_code}")


class AlertSender:
    """Sends alerts from a thread of its own. What cannot be sent is logged and counted."""

    def __init__(self, url: str, run_id: str) -> None:
        self.failed = 0
        self._url = url
        self._run_id = run_id
        self._waiting: queue.Queue[str | None] = queue.Queue(maxsize=WAITING_MAX)
        self._thread: threading.Thread | None = None

    def put(self, alert: Mapping[str, Any]) -> None:
        """Log an alert, and send it if there is an address. Never blocks, never raises."""
        text = f"{alert['severity']} {alert['event']}: {alert['summary']} ({alert['rule']})"
        logger.warning(f"Alert: {text}")
        if not self._url:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="alerts", daemon=True)
            self._thread.start()
        try:
            self._waiting.put_nowait(f"[{self._run_id}] {text}. {alert.get('action', '')}".strip())
        except queue.Full:
            self.failed += 1

    def close(self, timeout_s: float = TIMEOUT_S) -> None:
        """Send what is waiting, but wait for it no longer than that."""
        if self._thread is None:
            return
        try:
            self._waiting.put(None, timeout=timeout_s)
        except queue.Full:
            return
        self._thread.join(timeout=timeout_s)

    def _run(self) -> None:
        while (text := self._waiting.get()) is not None:
            try:
                send(self._url, text)
            except Unreachable as error:
                self.failed += 1
                logger.warning(f"Alert not sent: {error}")

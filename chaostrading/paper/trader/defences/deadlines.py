"""D09: every request has a total deadline, and every intent an end."""

__all__ = ["Deadlines", "NaiveDeadlines"]

GROUP_DEADLINES_S = {"order": 3.0, "cancel": 3.0, "query": 3.0, "market": 3.5, "rules": 5.0}


class Deadlines:
    """Total deadlines per endpoint class (connect, headers and body together) and intent life."""

    intent_life_s = 2.0
    """An order that could not leave within this time after the decision is dropped."""
    recv_window_ms = 3_000
    """The exchange itself drops a request that reaches it later than this after its timestamp."""
    handshake_s = 5.0

    def request_s(self, group: str) -> float | None:
        """Seconds a request of this class may take, or None for no limit."""
        return GROUP_DEADLINES_S.get(group, 3.5)


class NaiveDeadlines(Deadlines):
    """Waits as long as it takes, and sends whatever is still in the queue."""

    intent_life_s = 3_600.0
    recv_window_ms = 60_000
    handshake_s = 3_600.0

    def request_s(self, group: str) -> float | None:
        return None

"""D08: the private stream is only trusted while REST agrees with it."""

from collections import deque

from chaostrading.core.clock import Clock

__all__ = ["NaivePrivateStreamContinuity", "PrivateStreamContinuity"]

EVENT_WITHIN_S = 4.0


class PrivateStreamContinuity:
    """Reconciles after every (re)connect and notices a stream that has fallen silent."""

    checks_rest = True
    """True: open orders, account and trades are compared with REST all the time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._expected: dict[str, float] = {}
        self._told: deque[str] = deque(maxlen=100)
        self._reconciled = False

    def connected(self) -> None:
        """The stream is up, new or again: what happened meanwhile is unknown."""
        self._expected.clear()
        self._reconciled = False

    def disconnected(self) -> None:
        """The stream is gone."""
        self._expected.clear()
        self._reconciled = False

    def reconciled(self) -> None:
        """Open orders, account and trades were read by REST after the last connect."""
        self._reconciled = True

    @property
    def may_trade(self) -> bool:
        """False between a connect and the reconciliation that follows it."""
        return self._reconciled

    def expect_event(self, client_id: str) -> None:
        """REST accepted an order: the stream must tell of it soon, if it has not already."""
        if client_id not in self._told:
            self._expected[client_id] = self._clock.monotonic()

    def event(self, client_id: str) -> None:
        """The stream told of an order."""
        self._told.append(client_id)
        self._expected.pop(client_id, None)

    def silent(self) -> bool:
        """True when the stream should have spoken and did not."""
        first = min(self._expected.values(), default=None)
        return first is not None and self._clock.monotonic() - first > EVENT_WITHIN_S


class NaivePrivateStreamContinuity(PrivateStreamContinuity):
    """Trusts the stream alone and never asks."""

    checks_rest = False

    @property
    def may_trade(self) -> bool:
        return True

    def silent(self) -> bool:
        return False

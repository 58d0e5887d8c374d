"""D08: the private stream is only trusted while REST agrees with it."""

from chaostrading.core.clock import Clock

__all__ = ["NaivePrivateStreamContinuity", "PrivateStreamContinuity"]

EVENT_WITHIN_S = 4.0


class PrivateStreamContinuity:
    """Reconciles after every (re)connect and notices a stream that has fallen silent."""

    checks_rest = True
    """True: open orders, account and trades are compared with REST all the time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._expected_at: float | None = None
        self._reconciled = False

    def connected(self) -> None:
        """The stream is up, new or again: what happened meanwhile is unknown."""
        self._expected_at = None
        self._reconciled = False

    def disconnected(self) -> None:
        """The stream is gone."""
        self._expected_at = None

    def reconciled(self) -> None:
        """Open orders, account and trades were read by REST after the last connect."""
        self._reconciled = True

    @property
    def may_trade(self) -> bool:
        """False between a connect and the reconciliation that follows it."""
        return self._reconciled

    def expect_event(self) -> None:
        """REST accepted an order or a cancel: the stream must tell of it soon."""
        if self._expected_at is None:
            self._expected_at = self._clock.monotonic()

    def event(self) -> None:
        """The stream told of an order."""
        self._expected_at = None

    def silent(self) -> bool:
        """True when the stream should have spoken and did not."""
        expected = self._expected_at
        return expected is not None and self._clock.monotonic() - expected > EVENT_WITHIN_S


class NaivePrivateStreamContinuity(PrivateStreamContinuity):
    """Trusts the stream alone and never asks."""

    checks_rest = False

    @property
    def may_trade(self) -> bool:
        return True

    def silent(self) -> bool:
        return False

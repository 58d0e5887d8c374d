"""A second way to the market data: when the first fails, the backup is tried in turn."""

from chaostrading.core.clock import Clock

__all__ = ["BackupConnection", "NaiveBackupConnection"]

RETURN_AFTER_S = 60.0


class BackupConnection:
    """Chooses the address of the next attempt: the primary twice, then backup and primary in turn.

    After a minute on the backup the trader goes back to the primary, by a planned rotation.
    """

    def __init__(self, clock: Clock, primary: str, backup: str) -> None:
        self._clock = clock
        self._primary = primary
        self._backup = backup or primary
        self._failures = 0
        self._on_backup_since: float | None = None

    def next_url(self) -> str:
        """The base URL of the next attempt."""
        return self._backup if self._failures and self._failures % 2 == 0 else self._primary

    def failed(self) -> None:
        """The attempt failed."""
        self._failures += 1

    def opened(self, url: str) -> None:
        """The attempt succeeded."""
        self._failures = 0
        elsewhere = url == self._backup and self._backup != self._primary
        self._on_backup_since = self._clock.monotonic() if elsewhere else None

    @property
    def source(self) -> str:
        """`backup` while connected to the backup address, else `stream`."""
        return "stream" if self._on_backup_since is None else "backup"

    def wants_primary(self) -> bool:
        """True when it is time to go back to the primary."""
        since = self._on_backup_since
        return since is not None and self._clock.monotonic() - since > RETURN_AFTER_S


class NaiveBackupConnection(BackupConnection):
    """Knows one address."""

    def next_url(self) -> str:
        return self._primary

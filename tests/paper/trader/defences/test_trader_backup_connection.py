"""A second way to the market data."""

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.defences.backup_connection import (
    BackupConnection,
    NaiveBackupConnection,
)


def test_the_backup_is_tried_in_turn_when_the_primary_fails() -> None:
    """Primary twice, then backup and primary."""
    addresses = BackupConnection(ManualClock(), "http://a", "http://b")
    tried = []

    for _ in range(5):
        tried.append(addresses.next_url())
        addresses.failed()

    assert tried == ["http://a", "http://a", "http://b", "http://a", "http://b"]


def test_after_a_minute_on_the_backup_the_primary_is_wanted() -> None:
    """And `/status` says where data comes from."""
    clock = ManualClock()
    addresses = BackupConnection(clock, "http://a", "http://b")
    addresses.opened("http://b")

    early = addresses.wants_primary()
    clock.advance(61)

    assert (early, addresses.wants_primary(), addresses.source) == (False, True, "backup")


def test_without_a_backup_address_the_primary_is_its_own() -> None:
    """The default: the same host."""
    addresses = BackupConnection(ManualClock(), "http://a", "")
    addresses.failed()
    addresses.failed()
    addresses.opened(addresses.next_url())

    assert addresses.next_url() == "http://a"
    assert addresses.source == "stream"


def test_without_it_there_is_one_address() -> None:
    """The naive trader waits for the primary."""
    addresses = NaiveBackupConnection(ManualClock(), "http://a", "http://b")
    for _ in range(4):
        addresses.failed()

    assert addresses.next_url() == "http://a"

"""A book with a missing difference is no book."""

from decimal import Decimal

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.book import Diff, Snapshot
from chaostrading.paper.trader.defences.book_integrity import BookIntegrity, NaiveBookIntegrity

ONE = Decimal(1)


def snapshot(last: int) -> Snapshot:
    """Bid 99, ask 101."""
    return Snapshot(last=last, bids=((Decimal(99), ONE),), asks=((Decimal(101), ONE),))


def diff(first: int, last: int, bid: str, size: str = "1") -> Diff:
    """A change of one bid."""
    return Diff(first=first, last=last, bids=((Decimal(bid), Decimal(size)),), asks=())


def test_a_book_begins_with_a_snapshot_that_fits() -> None:
    """Differences wait; old ones are dropped, the fitting ones applied."""
    book = BookIntegrity(ManualClock())
    book.diff(diff(90, 99, "97"))
    book.diff(diff(100, 105, "100"))

    book.snapshot(snapshot(102))

    assert book.valid
    assert book.best() == (Decimal(100), Decimal(101))


def test_a_snapshot_older_than_the_first_difference_is_refused() -> None:
    """lastUpdateId below the first U: fetch again."""
    book = BookIntegrity(ManualClock())
    book.diff(diff(200, 205, "100"))

    book.snapshot(snapshot(150))

    assert not book.valid


def test_a_gap_makes_the_book_invalid_and_asks_for_a_snapshot() -> None:
    """U greater than the last u plus one."""
    book = BookIntegrity(ManualClock())
    book.snapshot(snapshot(100))

    book.diff(diff(102, 103, "98"))

    assert not book.valid
    assert book.wants_snapshot()
    assert book.resyncs == 1


def test_asking_for_snapshots_is_paced() -> None:
    """Not twice within half a second."""
    clock = ManualClock()
    book = BookIntegrity(clock)

    asked = [book.wants_snapshot(), book.wants_snapshot()]
    clock.advance(0.6)

    assert [*asked, book.wants_snapshot()] == [True, False, True]


def test_a_crossed_book_is_not_used_and_does_not_last() -> None:
    """Crossed is invalid at once; crossed for more than a second is built anew."""
    clock = ManualClock()
    book = BookIntegrity(clock)
    book.snapshot(snapshot(100))

    book.diff(diff(101, 101, "105"))
    crossed = book.valid
    clock.advance(1.1)
    book.diff(diff(102, 102, "98"))

    assert not crossed
    assert book.wants_snapshot()


def test_an_old_difference_changes_nothing() -> None:
    """u at or below the last u is ignored."""
    book = BookIntegrity(ManualClock())
    book.snapshot(snapshot(100))

    book.diff(diff(99, 100, "100"))

    assert book.best() == (Decimal(99), Decimal(101))


def test_ids_that_begin_again_make_a_new_book() -> None:
    """A long row of old differences is not lateness."""
    book = BookIntegrity(ManualClock())
    book.snapshot(snapshot(10_000))

    for update in range(1, 23):
        book.diff(diff(update, update, "98"))

    assert not book.valid


def test_without_it_a_gap_goes_unnoticed() -> None:
    """The naive book applies whatever comes."""
    book = NaiveBookIntegrity(ManualClock())
    book.snapshot(snapshot(100))

    book.diff(diff(500, 501, "105"))

    assert book.valid
    assert book.best() == (Decimal(105), Decimal(101))

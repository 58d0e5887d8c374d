"""Orders that come many at a time."""

from chaostrading.paper.trader.defences.batch_gate import BatchGate, NaiveBatchGate


def test_no_path_leads_past_the_engine() -> None:
    """A batch is no more than its orders."""
    assert not any(BatchGate().skips(path) for path in ("order", "batch", "list", "replace"))


def test_without_it_the_batch_was_forgotten() -> None:
    """Only the batch: the older paths are checked."""
    assert NaiveBatchGate().skips("batch")
    assert not NaiveBatchGate().skips("order")

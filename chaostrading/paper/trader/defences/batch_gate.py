"""Orders of a batch or a list are checked one by one, like all others."""

__all__ = ["BatchGate", "NaiveBatchGate"]


class BatchGate:
    """Knows which paths lead past the risk engine."""

    def skips(self, path: str) -> bool:
        """Whether orders that came by this path are not checked: there is no such path."""
        return False


class NaiveBatchGate(BatchGate):
    """The batch was added later, and nobody thought of the check."""

    def skips(self, path: str) -> bool:
        return path == "batch"

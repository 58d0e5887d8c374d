"""What recovery means, defined once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from chaostrading.core.errors import InvalidInput

__all__ = ["Recovery", "recovery"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recovery:
    """How long the target took to be well again after the fault was gone."""

    seconds: float | None
    """From the fault confirmed gone to the first sample of the good stretch; None if censored."""
    bound_s: float
    censored: bool
    """Not recovered within the bound as far as was observed: say `> bound`, never average it."""
    error_bar_s: float
    """The largest interval between samples in the time that decided: the time may be that wrong."""
    adapted: bool
    """The target was in tolerance when the fault went: it had coped, not recovered."""

    @property
    def within_bound(self) -> bool:
        """Whether the target is known to have recovered in time."""
        return not self.censored

    def text(self) -> str:
        """For people: `4.2 s (± 0.3 s)` or `> 60 s`."""
        if self.seconds is None:
            return f"> {self.bound_s:g} s"
        return f"{self.seconds:.1f} s (± {self.error_bar_s:.1f} s)"


def recovery(
    samples: Sequence[tuple[float, bool]],
    cleared_s: float,
    bound_s: float,
    hold_s: float = 3.0,
) -> Recovery:
    """Measure recovery from samples (mono_s, in tolerance) since the fault was gone.

    It is the time from `cleared_s` to the first sample in tolerance that a whole hold window of
    samples in tolerance follows. The window must have been watched to its end: samples that stop
    early prove nothing. Later than `bound_s`, or never, is censored. All in seconds.
    """
    if bound_s <= 0 or hold_s < 0:
        raise InvalidInput(
            f"recovery: bound_s must be above 0 and hold_s not below 0, were {bound_s}, {hold_s}"
        )
    before = [good for at, good in sorted(samples) if at < cleared_s]
    after = sorted(sample for sample in samples if sample[0] >= cleared_s)
    interval = max((b[0] - a[0] for a, b in pairwise(after)), default=0.0)
    began = _good_since(after, hold_s)
    if began is None or began - cleared_s > bound_s:
        return Recovery(
            seconds=None, bound_s=bound_s, censored=True, error_bar_s=interval, adapted=False
        )
    decisive = [at for at, _ in after if at <= began + hold_s]
    steps = [b - a for a, b in zip([cleared_s, *decisive], decisive, strict=False)]
    return Recovery(
        seconds=round(began - cleared_s, 6),
        bound_s=bound_s,
        censored=False,
        error_bar_s=max(steps, default=interval),
        adapted=began == after[0][0] and all(before[-1:]),
    )


def _good_since(samples: Sequence[tuple[float, bool]], hold_s: float) -> float | None:
    began: float | None = None
    for at, good in samples:
        if not good:
            began = None
            continue
        if began is None:
            began = at
        if at - began >= hold_s:
            return began
    return None

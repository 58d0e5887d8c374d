"""Play candidates in interleaved rounds, sum up as medians, and hold the goals against them."""

import random
import statistics
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.machine import statement

__all__ = ["Goal", "Results", "Row", "play", "report", "results_table", "table"]

Row = dict[str, float]


@dataclass(kw_only=True)
class Results:
    """What each candidate reached in each round, by metric."""

    rows: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, candidate: str, row: Row) -> None:
        self.rows.setdefault(candidate, []).append(row)

    def values(self, candidate: str, metric: str) -> list[float]:
        return [row[metric] for row in self.rows.get(candidate, ()) if metric in row]

    def median(self, candidate: str, metric: str) -> float | None:
        """The median over all rounds, None where nothing was measured."""
        values = self.values(candidate, metric)
        return statistics.median(values) if values else None

    def ratio(self, ours: str, peer: str, metric: str) -> float | None:
        """Median of the ratios of paired rounds: what a neighbour does hits both of a pair."""
        pairs = zip(self.values(ours, metric), self.values(peer, metric), strict=False)
        ratios = [mine / theirs for mine, theirs in pairs if theirs]
        return statistics.median(ratios) if ratios else None

    def spread(self, candidate: str, metric: str) -> float:
        """How noisy it was: the middle half of the rounds, as a part of the median."""
        values = sorted(self.values(candidate, metric))
        middle = statistics.median(values) if values else 0.0
        if len(values) < 4 or not middle:
            return 0.0
        quarter = len(values) // 4
        return (values[-1 - quarter] - values[quarter]) / middle


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """One line at the end: what was asked for, what was measured, whether it held."""

    id: str
    goal: str
    measured: str
    held: bool | None
    """None: not measured here."""

    def row(self) -> list[str]:
        word = {True: "held", False: "**missed**", None: "not measured"}[self.held]
        return [self.id, self.goal, self.measured, word]


def play(candidates: Mapping[str, Callable[[], Row]], rounds: int, seed: int = 1) -> Results:
    """Run every candidate once a round, in random order. One that fails is left out of it."""
    dice = random.Random(seed)
    results = Results()
    for number in range(rounds):
        names = list(candidates)
        dice.shuffle(names)
        for name in names:
            try:
                results.add(name, candidates[name]())
            except (OSError, ValueError, TimeoutError) as error:
                print(f"round {number + 1}: {name} failed: {error}", file=sys.stderr)
        print(f"round {number + 1} of {rounds} done", file=sys.stderr, flush=True)
    return results


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)


def results_table(results: Results, metrics: Mapping[str, str], noisy: str) -> str:
    """One line a candidate with its medians; `metrics` are formats by metric. The last column is
    the spread of the metric `noisy`."""
    rows = []
    for name in results.rows:
        cells = [name]
        for metric, spec in metrics.items():
            value = results.median(name, metric)
            cells.append("" if value is None else format(value, spec))
        rows.append([*cells, f"{results.spread(name, noisy):.0%}"])
    return table(["", *metrics, f"spread of {noisy}"], rows)


def report(title: str, tables: Iterable[str], goals: Iterable[Goal]) -> None:
    """Print the page of a command: the machine, its tables, its goals."""
    goals = list(goals)
    print(f"\n## {title}\n")
    print("\n".join(f"{line}  " for line in statement()))
    for one in tables:
        print(f"\n{one}")
    print("\n" + table(["id", "goal", "measured", ""], [goal.row() for goal in goals]))

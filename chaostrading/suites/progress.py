"""What a suite shows while it runs: a live bar in a terminal, a line for each test elsewhere."""

import threading
from types import TracebackType

import rich.progress as bars
from rich.console import Console

from chaostrading.suites.runner import RunResult
from chaostrading.suites.summary import recovery_text

__all__ = ["Progress"]

_MARKS = {0: "[green]passed[/]", 1: "[red]deviated[/]", 4: "[red]error[/]"}


class Progress:
    """Shows the progress of a suite on a console; with no console it shows nothing.

    Its calls come from several threads."""

    def __init__(self, console: Console | None) -> None:
        self._console = console
        self._lock = threading.Lock()
        self._running: dict[str, bars.TaskID] = {}
        self._whole: bars.TaskID | None = None
        self._bars: bars.Progress | None = None
        if console is not None and console.is_terminal:
            self._bars = bars.Progress(
                bars.SpinnerColumn(),
                bars.TextColumn("{task.description}"),
                bars.BarColumn(bar_width=24),
                bars.MofNCompleteColumn(),
                bars.TimeElapsedColumn(),
                console=console,
                transient=True,
            )

    def __enter__(self) -> "Progress":
        if self._bars:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bars:
            self._bars.stop()

    def expect(self, count: int) -> None:
        """Say how many tests there will be."""
        if self._bars:
            self._whole = self._bars.add_task("suite", total=count)

    def started(self, test: str) -> None:
        """A test has begun."""
        with self._lock:
            if self._bars:
                self._running[test] = self._bars.add_task(f"  {test}", total=1)
            elif self._console:
                self._console.print(f"{test}: running")

    def finished(self, result: RunResult) -> None:
        """A test has ended."""
        with self._lock:
            if self._bars:
                if (task := self._running.pop(result.test, None)) is not None:
                    self._bars.remove_task(task)
                if self._whole is not None:
                    self._bars.advance(self._whole)
            if self._console:
                mark = _MARKS.get(result.exit_code, f"[yellow]{result.outcome}[/]")
                sentence = result.sentence.replace("[", r"\[")
                self._console.print(f"{mark} {result.test}, {recovery_text(result)}: {sentence}")

"""The progress bar: epochs, loss or what else is judged by, time left."""

from __future__ import annotations

import sys
from typing import Any

from dendrax.learning.outcome import Judged

PATIENCE = 2.0  # seconds before verbose="auto" shows a bar


def wanted(verbose: bool | str) -> bool:
    """Say whether a bar may be shown: always, never, or ("auto") on a terminal or in a notebook."""
    if verbose == "auto":
        return sys.stderr.isatty() or "ipykernel" in sys.modules
    return bool(verbose)


class Bar:
    """Draw the progress of a training run; a `watch` for `dendrax.learning.run.run`.

    Parameters
    ----------
    max_epochs : int
        Where the bar ends.
    verbose : bool or "auto"
        True draws at once, "auto" after two seconds.
    shown : str, default="loss"
        What to call the last number of the validation curve.
    """

    def __init__(self, max_epochs: int, verbose: bool | str, shown: str = "loss") -> None:
        self.shown = shown
        self.max_epochs, self.after = max_epochs, PATIENCE if verbose == "auto" else 0.0
        self._progress: Any = None
        self._task: Any = None

    def __call__(self, epoch: int, curves: Judged, seconds: float) -> None:
        """Draw where training stands."""
        if self._progress is None and seconds >= self.after:
            self._open()
        if self._progress is None:
            return
        loss = curves.validation[-1] if curves.validation else float("nan")
        self._progress.update(self._task, completed=epoch, loss=f"{loss:.4f}")

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("training"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(f"epochs  {self.shown} {{task.fields[loss]}}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._progress.add_task("training", total=self.max_epochs, loss="")
        self._progress.start()

    def close(self) -> None:
        """Leave the last line standing."""
        if self._progress is not None:
            self._progress.stop()

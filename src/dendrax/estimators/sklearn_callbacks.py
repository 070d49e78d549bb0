"""scikit-learn's own callbacks (1.9 and later), such as `ProgressBar` and `ScoringMonitor`: one task an epoch.

fit ─┬─ epoch 1    on_fit_task_begin … on_fit_task_end → True stops training
     ├─ epoch 2
     └─ …

This is the only module that knows their protocol, which scikit-learn calls experimental. Before 1.9 there is no
`set_callbacks`, and nothing here does anything.

Source
------
https://scikit-learn.org/1.9/developers/callback_support.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dendrax.learning.outcome import Curves, Outcome
from dendrax.learning.run import AfterEpoch

try:
    import sklearn.callback as protocol
except ImportError:  # scikit-learn before 1.9
    protocol = None


class NoCallbacks:
    """What stands in for the mixin of scikit-learn where there is none."""


def _as_it_is(method: Callable[..., Any]) -> Callable[..., Any]:
    return method


TakesCallbacks: Any = getattr(protocol, "CallbackSupportMixin", NoCallbacks)
with_callbacks: Any = getattr(protocol, "with_callbacks", _as_it_is)


class Epochs:
    """Tells scikit-learn's callbacks of every epoch.

    Parameters
    ----------
    estimator : BaseEstimator
        The one that is being fitted.
    rows : dict
        X, y and metadata as the user gave them.
    answering : callable
        From parameters to the attributes that make a copy of the estimator answer with them.
    max_epochs : int or None
        The most epochs there will be; None is for `partial_fit`, which tells nobody.

    Attributes
    ----------
    told : bool
        Whether anyone listens; if not, training need not pause after every epoch.
    """

    def __init__(
        self, estimator: Any, rows: dict[str, Any], answering: Callable[[Any], dict[str, Any]], max_epochs: int | None
    ) -> None:
        self._known, self._answering = {"estimator": estimator, **rows}, answering
        takes = max_epochs is not None and hasattr(estimator, "_init_callback_context")
        self.told = takes and bool(getattr(estimator, "_skl_callbacks", None))
        self._fit = estimator._init_callback_context(max_subtasks=max_epochs) if takes else None
        self._epoch: Any = None

    def begin(self) -> None:
        """Say that the fit and its first epoch begin."""
        if self._fit is not None:
            self._fit.call_on_fit_task_begin(**self._known)
            self._next()

    def _next(self) -> None:
        if self.told and self._fit is not None:
            self._epoch = self._fit.subcontext(task_name="epoch").call_on_fit_task_begin(**self._known)

    def over(self, outcome: Outcome, ends: bool) -> bool:
        """Say that an epoch is over and, unless training ends, that the next begins; True stops training."""
        stop = self._epoch.call_on_fit_task_end(
            **self._known, reconstruction_attributes=lambda: self._answering(outcome.params)
        )
        stop = stop or ends
        if not stop and outcome.stopped_because == "running":
            self._next()
        return stop

    def end(self) -> None:
        """Say that the fit is over; the estimator answers by now."""
        if self._fit is not None:
            self._fit.call_on_fit_task_end(**self._known, reconstruction_attributes={})

    def beside(self, asked: Callable[[int, Curves, float], bool] | None) -> AfterEpoch | None:
        """Join the callbacks of `callbacks=` and these: either may stop training; None where there are neither."""
        if asked is None and not self.told:
            return None

        def after_epoch(epoch: int, curves: Curves, seconds: float, outcome: Outcome) -> bool:
            stop = asked is not None and asked(epoch, curves, seconds)
            return self.over(outcome, stop) if self.told else stop

        return after_epoch

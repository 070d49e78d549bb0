"""`dendrax fit DATA --model rbm`: learn the law of all columns, judge it on rows never seen, save.

read → hold out test rows → learn → ln p of the test rows, beside that of independent columns → save
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dendrax.cli import likelihoods
from dendrax.cli.curve import drawn
from dendrax.cli.fit_request import Request, machine_of
from dendrax.cli.held_out import share_or_file
from dendrax.cli.learnable_rows import Learnable, Rows, held_out_rows, read_learnable, read_test
from dendrax.cli.machine import Machine
from dendrax.cli.scores import Scores, finite
from dendrax.cli.voice import Voice
from dendrax.data.tables import DataError

Results = dict[str, Scores]


def fit_machine(request: Request, voice: Voice) -> bool:
    """Learn, save, judge, show; whether learning was interrupted."""
    estimator = machine_of(request, quiet=voice.quiet)
    learnt = read_learnable(request, estimator.visible, voice)
    training, test = _split(request, learnt, estimator.visible)
    size = "x".join(map(str, learnt.shape))
    voice.say(f"{len(learnt.X)} rows of {size} {estimator.visible} columns; {len(training[0])} to learn from")
    estimator.fit(*training)
    save(estimator, learnt, request)  # whatever happens while showing and judging, the machine is there
    voice.say(f"saved {request.output}")
    show_learning(voice, estimator)
    result = None if test is None else _judge(voice, Machine(estimator), training, test)
    save(estimator, learnt, request)  # with its ln Z
    if result is not None:
        voice.say(f"saved {request.output} again, with its ln Z")
    voice.tell(
        {
            "model": str(request.output),
            "rows": len(learnt.X),
            "epochs": estimator.n_iter_,
            "stopped_because": estimator.stopped_because_,
            "notes": learnt.notes,
            "test": None if result is None else {name: finite(its) for name, its in result.items()},
        }
    )
    return estimator.stopped_because_ == "interrupted"


def _split(request: Request, learnt: Learnable, kind: str) -> tuple[Rows, Rows | None]:
    """Give the rows that train and those that judge, if any."""
    test, share = read_test(request, learnt, kind), share_or_file(request.test)
    if len(learnt.X) < 2:
        raise DataError(f"{request.data} must hold at least two rows; it holds {len(learnt.X)}")
    if test is not None or not isinstance(share, float):
        return (learnt.X, learnt.y), test
    training, held = held_out_rows(learnt, share, request.seed)
    return learnt.take(training), learnt.take(held) if len(held) else None


def save(estimator: Any, learnt: Learnable, request: Request) -> None:
    """Write the machine, with the names of its columns."""
    if learnt.names is not None:
        estimator.feature_names_in_ = np.array(learnt.names, object)
    estimator.save(request.output)


def show_learning(voice: Voice, estimator: Any) -> None:
    """Show the machine, why learning stopped, and the curve of what was watched."""
    columns, hidden = estimator.n_features_in_, len(estimator.intercept_hidden_)
    labels = f" and {len(estimator.classes_)} labels" if estimator.labels else ""
    voice.say(f"machine: {columns} {estimator.visible} columns{labels}, {hidden} hidden units")
    voice.say(f"{estimator.n_iter_} epochs, stopped: {estimator.stopped_because_}")
    history = estimator.history_
    curves = [[-value for value in history[name]] for name in ("log_likelihood", "validation_log_likelihood")]
    if np.isfinite(curves[0]).any():
        validation = curves[1] if np.isfinite(curves[1]).any() else None
        voice.say(drawn(curves[0], validation, "-ln p of a row, nats"))
    elif np.isfinite(history["free_energy_gap"]).any():
        voice.say(drawn(history["free_energy_gap"], None, "gap of free energy, nats"))


def _judge(voice: Voice, machine: Machine, training: Rows, test: Rows) -> Results | None:
    """Score test rows, and show it."""
    X, y = test
    fine = likelihoods.judgeable(machine, X)
    if not fine.all():
        voice.say(f"{(~fine).sum()} test rows with holes, or levels that training never saw, are left out")
    if not fine.any():
        return None
    X = likelihoods.as_states(machine, X[fine], np.random.default_rng(likelihoods.SEED))
    likelihoods.estimate(machine, voice)
    sums, trivial = likelihoods.LikelihoodSums(), likelihoods.LikelihoodSums()
    sums.add(machine.estimator.score_samples(X))
    trivial.add(likelihoods.independent(machine, training[0], X))
    this, other = likelihoods.with_bracket(machine, sums.scores), trivial.scores
    if y is not None and training[1] is not None:
        labels, times = np.unique(training[1], return_counts=True)
        this["accuracy"] = float((machine.estimator.predict(X) == y[fine]).mean())
        other["accuracy"] = float((labels[times.argmax()] == y[fine]).mean())
    result = {"this machine": this, "independent columns": other}
    voice.say()
    voice.say(f"on {len(X)} rows that training never saw, in nats a row")
    cells = [[name, *(likelihoods.shown(score, its.get(score)) for score in this)] for name, its in result.items()]
    voice.table(["", *likelihoods.head(this)], cells)
    return result

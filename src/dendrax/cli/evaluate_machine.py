"""`dendrax evaluate MACHINE DATA`: how likely a machine finds rows; with their labels, how often it answers right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dendrax.cli import likelihoods
from dendrax.cli.machine import Machine
from dendrax.cli.reading import say_tie
from dendrax.cli.scores import answers_of, finite
from dendrax.cli.voice import Voice
from dendrax.data.files import open_table
from dendrax.data.known_rows import with_answers
from dendrax.data.tables import DataError, Table

if TYPE_CHECKING:
    from dendrax.cli.evaluate import Request


def evaluate_machine(machine: Machine, request: Request, voice: Voice) -> None:
    """Judge a machine."""
    target, sums = request.target, likelihoods.LikelihoodSums()
    if target:
        _ = machine.target  # raises without labels
    text = [*machine.text, *([target] if target and machine.target.labels.dtype.kind == "U" else [])]
    labelled = right = dropped = 0
    rng = np.random.default_rng(likelihoods.SEED)
    with open_table(request.data, encoding=request.encoding, text=text) as opened:
        say_tie(voice, opened.file.shown, opened.columns.dialect)
        for table in opened.batches():
            rows = machine.rows(table)
            fine = likelihoods.judgeable(machine, rows)
            dropped += int((~fine).sum())
            if not sums.rows:
                likelihoods.estimate(machine, voice)
            if fine.any():
                sums.add(machine.estimator.score_samples(likelihoods.as_states(machine, rows[fine], rng)))
            if target:
                known, correct = _right(machine, table, target)
                labelled, right = labelled + known, right + correct
    if not sums.rows:
        raise DataError(f"{opened.file.shown} must hold a row without holes; it holds none")
    if dropped:
        voice.say(f"{dropped} rows with holes are left out of the likelihood")
    if target and not labelled:
        raise DataError(f"column {target!r} must hold labels; every cell is missing")
    result = likelihoods.with_bracket(machine, sums.scores) | ({"accuracy": right / labelled} if target else {})
    called = opened.file.shown if str(request.data) == "-" else request.data.name
    cells = [likelihoods.shown(name, value) for name, value in result.items()]
    if voice.quiet and not voice.as_json:
        print("  ".join(f"{name} {value}" for name, value in zip(result, cells, strict=True)))
    if not voice.as_json:
        voice.table(["on", "rows", *likelihoods.head(result)], [[called, str(sums.rows), *cells]])
    voice.tell({"rows": sums.rows, **finite(result)})


def _right(machine: Machine, table: Table, target: str) -> tuple[int, int]:
    """Count the rows with a label, and those of them that are answered right."""
    table.require([target])
    rows, _ = with_answers(table, target)
    if not rows.n_rows:
        return 0, 0
    truth = answers_of(rows, target, machine)
    return rows.n_rows, int((machine.predict(rows.without([target])) == truth).sum())

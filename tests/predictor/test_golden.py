"""Row F10: a file that an older version made answers as it did then, with the history that it had.

Where this fails, files that users have kept no longer answer as they did: mend the reader, or whatever it calls, and
leave the golden files as they are. A new kind of model joins `golden/make.py`, which writes only what is not there yet.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dendrax import load
from dendrax.core.sealed_start import START
from dendrax.estimators.saving import ESTIMATORS
from dendrax.nn.bases import BASES
from dendrax.predictor import read
from dendrax.predictor.file import FORMAT, OLDEST
from dendrax.predictor.layer_table import LAYERS

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(GOLDEN.glob("*.dendrax"))
MEND = "a file kept since an older version answers otherwise: mend the reader, never the golden file"


@pytest.fixture(scope="module")
def functions():
    """The functions that `make.py` names, by their names."""
    spec = importlib.util.spec_from_file_location("make", GOLDEN / "make.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made.FUNCTIONS


def kept_with(path):
    """Give what stands beside a golden file: rows, answers, history, names of functions."""
    kept = json.loads(path.with_suffix(".json").read_text())
    rows = pd.DataFrame(kept["rows"]["data"], columns=kept["rows"]["columns"])
    rows = rows.assign(**{column: pd.to_datetime(rows[column]) for column in kept.get("dates", [])})
    return kept | {"rows": rows, "answers": np.array(kept["answers"])}


def test_F10_every_format_has_a_golden_file():
    named = {path.name.split("_")[1] for path in FILES}
    assert named == {str(version) for version in range(OLDEST, FORMAT + 1)}
    for path in FILES:
        found = START.match(path.read_bytes())
        assert found is not None
        assert found["version"].decode() == path.name.split("_")[1]
        assert path.stat().st_size < 10_000


def test_F10_every_kind_of_model_layer_and_basis_has_a_golden_file():
    contents = [path.read_text("latin-1") for path in GOLDEN.glob(f"format_{FORMAT}_*.dendrax")]
    for name in (*ESTIMATORS, *LAYERS, *BASES, "date", "category", "0.embedding_"):
        assert any(name in content for content in contents), name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_F10_a_golden_file_answers_as_it_did(path, functions):
    kept = kept_with(path)
    given = {name: functions[name] for name in kept.get("functions", [])}
    estimator = load(path, functions=given)
    tells = "predict_proba" in read(path, functions=given).methods
    for model in (estimator, read(path, functions=given)):
        answers = (model.predict_proba if tells else model.predict)(kept["rows"])
        np.testing.assert_allclose(answers, kept["answers"], rtol=1e-6, atol=1e-6, err_msg=MEND)
    if "history" in kept:
        assert getattr(estimator, "history_", None) == kept["history"], MEND

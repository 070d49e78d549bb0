"""Row F10: a file that an older version made answers as it did then."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dendrax import load
from dendrax.core.sealed import START
from dendrax.predictor import read
from dendrax.predictor.file import FORMAT

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(GOLDEN.glob("*.dendrax"))


def rows_and_answers(path):
    kept = json.loads(path.with_suffix(".json").read_text())
    rows = pd.DataFrame(kept["rows"]["data"], columns=kept["rows"]["columns"])
    return rows, np.array(kept["answers"])


def test_F10_every_format_has_a_golden_file():
    named = {path.name.split("_")[1] for path in FILES}
    assert named == {str(version) for version in range(2, FORMAT + 1)}
    for path in FILES:
        found = START.match(path.read_bytes())
        assert found is not None
        assert found["version"].decode() == path.name.split("_")[1]
        assert path.stat().st_size < 10_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_F10_a_golden_file_answers_as_it_did(path):
    rows, expected = rows_and_answers(path)
    for model in (load(path), read(path)):
        answers = model.predict_proba(rows) if expected.ndim == 2 else model.predict(rows)
        np.testing.assert_allclose(answers, expected, rtol=0, atol=1e-6)

from __future__ import annotations

import numpy as np
import pytest

from dendrax.cli import beside
from dendrax.cli.held_out import Parts
from dendrax.data.tables import Table


@pytest.fixture
def table():
    kind = np.array(["u", "v", "w", "u"], object)
    return Table({"a": np.arange(4.0), "kind": kind})


def test_the_width_counts_numbers_and_levels(table):
    assert beside.design_width(table) == 1 + 3


def test_a_linear_model_that_is_too_wide_is_left_out(table, monkeypatch):
    y = np.array([1.0, 2.0, 3.0, 6.0])
    parts = Parts(table, y, table, y)
    assert list(beside.beside(parts, False)) == ["linear model", "trivial model"]
    monkeypatch.setattr(beside, "WIDEST", 3)
    alone = beside.beside(parts, False)
    assert list(alone) == ["trivial model"]
    assert alone["trivial model"]["rmse"] == pytest.approx(np.sqrt(3.5))  # the mean is 3: (4 + 1 + 0 + 9) / 4

import numpy as np

from dendrax import load
from dendrax.data.writing import write_table


def test_without_preparation_no_column_is_described(dendrax, tmp_path):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 60))
    write_table({"a": a, "b": b, "y": a + b}, tmp_path / "rows.csv")
    asked = ("fit", tmp_path / "rows.csv", "-t", "y", "--layers", "none", "--set", "max_epochs=1")
    bare = dendrax(*asked, "--set", "prepare=none", "-o", tmp_path / "bare.dendrax")
    usual = dendrax(*asked, "-o", tmp_path / "usual.dendrax")
    assert (bare.code, usual.code) == (0, 0), bare.err + usual.err
    assert "60 rows; predicting 'y', a number" in bare.out
    assert "detail" not in bare.out
    assert "detail" in usual.out
    assert load(tmp_path / "bare.dendrax").get_params()["prepare"] is None

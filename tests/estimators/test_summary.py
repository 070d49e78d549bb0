"""The summary counts what there is."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context

from dendrax import NeuralClassifier, NeuralRegressor, load
from dendrax.estimators.summary import output_shapes
from dendrax.layers import Dense, Dropout, LayerNorm, Residual

X = np.random.default_rng(0).normal(size=(70, 6))
Y = X[:, 0] + X[:, 1]
SMALL = {"max_epochs": 2, "random_state": 0}


@pytest.fixture(scope="module")
def model():
    layers = [5, Dropout(0.25), LayerNorm(), Residual([Dense(7, "tanh"), Dense(5, "identity")])]
    return NeuralRegressor(layers, **SMALL).fit(X, Y)


def test_the_parameters_are_those_of_the_formula(model):
    dense, norm, residual, output = 6 * 5 + 5, 2 * 5, (5 * 7 + 7) + (7 * 5 + 5), 5 * 1 + 1
    lines = model.summary().splitlines()
    counts = [line.split()[-1] for line in lines[2:9]]
    assert counts == list(map(str, [0, dense, 0, norm, residual, output, dense + norm + residual + output]))
    assert lines[4].startswith("Dropout(0.25)") or lines[4].startswith("Dropout(rate=0.25)")
    assert "Residual([Dense(7, activation='tanh'), Dense(5, activation='identity')])" in lines[6]


def test_the_shapes_are_those_of_the_outputs(model):
    network = model._predictor.model.network
    units = [layer["a"].shape[1] for layer in model.trace(X)]
    shapes = [shape[0] for shape in output_shapes(network)]
    assert shapes == [6, 5, 5, 5, 5, 1]
    assert set(units) <= {*shapes, 7}


def test_it_says_why_training_ended(model):
    assert model.summary().splitlines()[-3:] == [
        f"loss squared, {model.loss_curve_[-1]:.4g} in training at the end",
        "stopped after epoch 2 because of: epochs",
        "answers with the parameters of epoch 2",
    ]


def test_a_table_and_a_loss_of_ones_own():
    table = pd.DataFrame({"size": X[:, 0], "kind": np.where(X[:, 1] > 0, "a", "b")})
    model = NeuralClassifier([], loss="squared", **SMALL).fit(table, Y > 0)
    lines = model.summary().splitlines()
    assert lines[2].split() == ["Columns", "(3)", "0"]
    assert lines[3].split()[-2:] == ["(1)", "4"]
    assert "loss squared" in lines[5]


def test_before_fit_and_after_loading(model, tmp_path):
    assert NeuralClassifier().summary() == "NeuralClassifier: not fitted yet; layers='auto'"
    assert (
        NeuralClassifier([3, Dropout(0.5)]).summary().startswith("NeuralClassifier: not fitted yet; layers=[Dense(3)")
    )
    plain = NeuralClassifier([3], **SMALL).fit(X, Y > 0)
    plain.save(tmp_path / "a.dendrax")
    assert load(tmp_path / "a.dendrax").summary() == plain.summary()


def test_html_holds_the_diagram_and_the_same_numbers(model):
    html = model._repr_html_()
    assert "sk-container" in html
    cells = re.findall(r"<td>([^<]*)</td>", html.split("<table><thead>")[1])
    assert cells[1::3] == ["(6)", "(5)", "(5)", "(5)", "(5)", "(1)", ""]
    assert cells[2::3][-1] == model.summary().splitlines()[8].split()[-1]
    assert model._repr_mimebundle_()["text/html"].endswith("answers with the parameters of epoch 2</p>")
    assert "not fitted yet" in NeuralRegressor()._repr_html_()
    with config_context(display="text"):
        assert not hasattr(model, "_repr_html_")


def test_html_is_escaped():
    def f(z):
        return z

    f.__name__ = "<script>"
    model = NeuralRegressor([Dense(2, f)], **SMALL)
    for html in (model._repr_html_(), model.fit(X, Y)._repr_html_()):
        summary = html.rsplit("</style>", 1)[-1]
        assert "<script>'" not in summary
        assert "&lt;script&gt;" in summary

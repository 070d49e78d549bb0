"""Predictors put together by hand, untrained: rows of a table, a network or a linear model, a target."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from dendrax.core.random import key
from dendrax.data.design import design_matrix, learn_design
from dendrax.data.number_target import learn_numbers
from dendrax.data.tables import Table
from dendrax.data.targets import learn_classes
from dendrax.data.understand import learn_array, learn_table
from dendrax.nn.columns import Columns, TableShape
from dendrax.nn.dense import Dense
from dendrax.nn.network import network_of
from dendrax.predictor.linear_model import LinearModel
from dendrax.predictor.network_model import NetworkModel
from dendrax.predictor.predictor import Predictor


def rows(n: int = 60) -> Table:
    """Numbers with holes, truth values, a few levels with holes, and a column of so many levels that it is embedded."""
    rng = np.random.default_rng(0)
    few, many = np.empty(n, object), np.empty(n, object)
    few[:] = [("red", "green", None)[i] for i in rng.integers(3, size=n)]
    many[:] = [f"town {i % 20}" for i in range(n)]
    size = np.where(rng.random(n) < 0.2, np.nan, rng.normal(0.5, 1, n))
    return Table({"size": size, "flag": rng.random(n) < 0.5, "few": few, "many": many})


def network_model(inputs, shape, target, seed: int = 0) -> NetworkModel:
    """Draw a small network for rows of this shape."""
    network, numbers = network_of([*inputs, Dense(5, "tanh")], shape, target.units, target.activation)
    params = jax.tree.map(np.asarray, network.initialise(jnp.asarray(key(seed))))
    return NetworkModel(network, numbers, params)


def linear_model(inputs: int, target) -> LinearModel:
    """Draw a linear model."""
    rng = np.random.default_rng(1)
    return LinearModel(rng.normal(size=(inputs, target.units)), rng.normal(size=target.units), target.activation)


TARGETS = {
    "two": learn_classes(np.array(["no", "yes"])),
    "three": learn_classes(np.array([3, 5, 9])),
    "truth": learn_classes(np.array([False, True])),
    "number": learn_numbers(np.array([10.0, 14.0])),
    "numbers": learn_numbers(np.array([[1.0, -2.0], [3.0, 5.0]])),
}


def network_of_table(target, **about) -> Predictor:
    """A network that takes the table."""
    encoder = learn_table(rows(), drop=False)
    shape = TableShape(len(encoder.numbers), encoder.n_missing, encoder.n_codes)
    return Predictor(network_model([Columns(shape)], shape, target), target, encoder, about)


def network_of_array(target, **about) -> Predictor:
    """A network that takes three columns of an array."""
    encoder = learn_array(np.random.default_rng(2).normal(size=(30, 3)))
    shape = TableShape(3, 0, ())
    return Predictor(network_model([Columns(shape)], shape, target), target, encoder, about)


def network_of_numbers(target, **about) -> Predictor:
    """A network that takes three numbers as they are."""
    return Predictor(network_model([], (3,), target), target, None, about)


def linear_of_table(target, **about) -> Predictor:
    """A linear model that takes the table."""
    encoder = learn_design(rows())
    inputs = design_matrix(encoder, rows()).shape[1]
    return Predictor(linear_model(inputs, target), target, encoder, about)


def linear_of_array(target, **about) -> Predictor:
    """A linear model that takes three columns of an array."""
    encoder = learn_design(np.random.default_rng(2).normal(size=(30, 3)))
    return Predictor(linear_model(3, target), target, encoder, about)


MAKERS = {
    made.__name__: made
    for made in (network_of_table, network_of_array, network_of_numbers, linear_of_table, linear_of_array)
}


@pytest.fixture
def table() -> Table:
    return rows()


@pytest.fixture
def array() -> np.ndarray:
    return np.random.default_rng(3).normal(size=(60, 3))


@pytest.fixture
def make(table, array):
    """Make a predictor by the names of its kind and of its target, with rows for it."""

    def made(kind: str, target: str, **about):
        return MAKERS[kind](TARGETS[target], **about), table if kind.endswith("table") else array

    return made


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for a `kind` or a `target`, and names none, with all of them."""
    named = {mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")}
    for argument, names in (("kind", MAKERS), ("target", TARGETS)):
        if argument in metafunc.fixturenames and argument not in named:
            metafunc.parametrize(argument, names)

"""A loss of your own against its formula, and what is refused."""

import jax.numpy as jnp
import numpy as np
import pytest

from dendrax.core.constraints import HyperparameterError
from dendrax.nn.own_loss import Own

Z = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
Y = np.random.default_rng(1).normal(size=(40, 3)).astype(np.float32)


def test_a_loss_of_your_own():
    own = Own(lambda y, a: jnp.sum(jnp.cosh(y - a)))
    found = own.rows({}, jnp.asarray(Z), "identity", jnp.asarray(Y))
    np.testing.assert_allclose(found, np.cosh(Y - Z).sum(axis=1), rtol=1e-5)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (3, "got 3"),
        (lambda y, a: y - a, "scalar-output"),
        (lambda y, a: np.sum(np.asarray(a)), "TracerArrayConversionError"),
        (lambda y, a: jnp.sum(a > 0.0).astype(float), "its derivative by a is 0"),
        (lambda y, a: jnp.sum(jnp.log(y - a)), "nan"),
        (lambda y: y.sum(), "TypeError"),
    ],
)
def test_what_is_no_loss_is_refused_on_entry(function: object, words: str):
    with pytest.raises(HyperparameterError, match=words):
        Own(function)  # type: ignore[arg-type]

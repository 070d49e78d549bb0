import subprocess
import sys

import pytest

import dendrax.learning


def test_every_public_name_is_loaded_from_its_module():
    for name, module in dendrax.learning._HOME.items():
        assert getattr(dendrax.learning, name).__module__ == f"dendrax.learning.{module}"
        assert name in dir(dendrax.learning)


def test_another_name_is_refused():
    with pytest.raises(AttributeError, match=r"^module 'dendrax\.learning' has no attribute 'delta_rules'"):
        _ = dendrax.learning.delta_rules


def test_nothing_is_loaded_before_it_is_used():
    code = "import sys, dendrax.learning; print(any(name in sys.modules for name in ('jax', 'numpy', 'optax')))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"

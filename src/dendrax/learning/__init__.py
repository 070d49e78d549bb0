"""How parameters change: the rules of the course, by hand; optimisers and schedules. Each is loaded when first used.

>>> from dendrax.learning import delta_step
>>> delta_step([[0.5], [-0.5]], [0.0], x=[1.0, 2.0], y=[1.0]).error
array([1.5])
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = {
    "delta_rule": ("DeltaRun", "DeltaStep", "delta_step", "learn_by_delta_rule"),
    "back_propagation": (
        "BackPropagation",
        "BackPropagationRun",
        "LayerChange",
        "back_propagate",
        "back_propagate_sample",
        "learn_by_back_propagation",
    ),
    "optimisers": ("Adam", "AdamW", "Lion", "Nesterov", "RMSprop", "Sgd"),
    "lbfgs": ("LBFGS",),
    "schedules": ("Constant", "Cosine", "InverseScaling", "OneCycle", "Step"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}
__all__ = sorted(_HOME)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    """Load a public name from the module that defines it."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *_HOME})

"""Pictures of fitted machines, in scikit-learn's way: a `Display` has what is shown, and `plot` draws it.

>>> from dendrax.report import FiltersDisplay
>>> FiltersDisplay([[0.5, -1.0]], shape=(1, 2)).limits
(-1.0, 1.0)
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = {
    "completions_display": ("CompletionsDisplay",),
    "filters_display": ("FiltersDisplay",),
    "images_display": ("ImagesDisplay",),
    "lattice_display": ("LatticeDisplay",),
    "likelihood_display": ("LikelihoodDisplay",),
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

"""Symmetric networks: graphs, temperatures, and the rules behind `BoltzmannMachine`. Each is loaded when first used.

>>> from dendrax.boltzmann import Lattice
>>> Lattice(2, 3).n_units
6
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = {
    "energy": ("SymmetricNetwork", "probability_on"),
    "hebb": ("store",),
    "links": ("Lattice",),
    "schedules": ("geometric", "linear"),
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

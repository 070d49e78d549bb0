"""What a fitted model is, without scikit-learn."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dendrax.predictor.file import ModelFileError, read
    from dendrax.predictor.predictor import Predictor

_HOMES = {
    "ModelFileError": "dendrax.predictor.file",
    "Predictor": "dendrax.predictor.predictor",
    "read": "dendrax.predictor.file",
}

__all__ = ["ModelFileError", "Predictor", "read"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)

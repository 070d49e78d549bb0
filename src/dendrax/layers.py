"""The layers that `layers=[…]` takes."""

from dendrax.nn.dense import Dense
from dendrax.nn.dropout import Dropout
from dendrax.nn.normalisation import LayerNorm, RMSNorm
from dendrax.nn.residual import Residual

__all__ = ["Dense", "Dropout", "LayerNorm", "RMSNorm", "Residual"]

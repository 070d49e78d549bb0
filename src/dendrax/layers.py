"""The layers that `layers=[…]` takes."""

from dendrax.nn.dense import Dense

__all__ = ["Dense"]

"""The losses that `loss=` takes by name."""

from dendrax.nn.losses import LOSSES, Absolute, CrossEntropy, Huber, Loss, Squared

__all__ = ["LOSSES", "Absolute", "CrossEntropy", "Huber", "Loss", "Squared"]

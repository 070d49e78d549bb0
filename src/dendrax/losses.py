"""The losses that `loss=` takes, by name or with numbers of your own."""

from dendrax.nn.losses import LOSSES, Absolute, CrossEntropy, Hinge, Huber, Loss, Poisson, Quantile, Squared
from dendrax.nn.own_loss import Own

__all__ = ["LOSSES", "Absolute", "CrossEntropy", "Hinge", "Huber", "Loss", "Own", "Poisson", "Quantile", "Squared"]

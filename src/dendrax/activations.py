"""Activation functions by name, each with its slope."""

from dendrax.nn.activations import ACTIVATIONS, Activation, activation

__all__ = ["ACTIVATIONS", "Activation", "activation"]

"""The basis functions that `basis=` of the linear estimators takes; they add up: `Powers(2) + Fourier(4)`."""

from dendrax.nn.bases import Fourier, Gaussian, Powers, Sigmoidal

__all__ = ["Fourier", "Gaussian", "Powers", "Sigmoidal"]

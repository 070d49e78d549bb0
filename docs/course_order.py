"""The pages of the course in the order in which they build on each other."""

from __future__ import annotations

from pathlib import Path

COURSE = (
    "least_squares",
    "basis_functions",
    "classification",
    "delta_rule",
    "back_propagation",
    "descent",
    "unseen_inputs",
    "preparing_data",
    "boltzmann_machine",
    "ising_lattice",
    "associative_memory",
    "annealing",
    "restricted_boltzmann_machine",
    "mnist_digits",
    "model_file",
)


class InTheOrderOfTheCourse:
    """Sort the scripts of a folder of examples."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __call__(self, file: str) -> int:
        """Say at which place a script stands."""
        return COURSE.index(Path(file).stem)

"""The hyper-parameters of the Boltzmann machine: what each must be."""

from __future__ import annotations

from dendrax.boltzmann.energy import STATES
from dendrax.core.constraints import FLAG, Exactly, OneOf, Real, Whole

CONSTRAINTS = {
    "n_hidden": (Whole(0, 2**24),),
    "states": (OneOf(tuple(STATES)),),
    "temperature": (Real(0),),
    "learning": (OneOf(("auto", "exact", "sampled")),),
    "learning_rate": (Real(0, open_low=True),),
    "max_steps": (Whole(1, 2**30),),
    "chains": (Whole(1, 2**20),),
    "sweeps": (Whole(1, 2**20),),
    "weight_decay": (Real(0),),
    "restarts": (Whole(1, 1000),),
    "centred": FLAG,
    "time_limit": (Exactly(None), Real(0, open_low=True)),
    "verbose": (OneOf(("auto",)), *FLAG),
}

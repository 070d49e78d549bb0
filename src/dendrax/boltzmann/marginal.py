"""How probable a row of visible states is, but for 1/Z: the hidden units are summed out.

    log Σ_h e^(−E(v, h)/T)

Hidden units that are not linked to each other are summed one by one: with field b_j = Σ_i w_ij v_i + θ_j each adds
log(e^(off b_j / T) + e^(b_j / T)). Linked ones are enumerated.
"""

from __future__ import annotations

import numpy as np

from dendrax.boltzmann.energy import SymmetricNetwork
from dendrax.boltzmann.exact import all_states

MOST_LINKED = 20  # hidden units
PIECE = 2**22  # numbers at a time


def log_weight(network: SymmetricNetwork, v: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Compute log Σ_h e^(−E(v, h)/T).

    Parameters
    ----------
    network : SymmetricNetwork
        Visible units first.
    v : ndarray, shape (rows, visible units)
        States.
    temperature : float
        T, above 0.

    Returns
    -------
    ndarray of float64, shape (rows,)
        log p(v) + log Z.

    Raises
    ------
    ValueError
        If more than 20 hidden units are linked to each other.

    Examples
    --------
    >>> pair = SymmetricNetwork(np.array([[0, 1]]), np.array([np.log(3.0)]), np.zeros(2))
    >>> np.exp(log_weight(pair, np.array([[0], [1]]))).round(9).tolist()
    [2.0, 4.0]
    """
    n_visible = v.shape[1]
    n_hidden = network.n_units - n_visible
    v = np.asarray(v, np.float64)
    off_hidden = np.concatenate([v, np.zeros((len(v), n_hidden))], axis=1)
    among_visible = -network.energy(off_hidden) / temperature  # hidden units at 0 add nothing, in any states
    field = network.fields(off_hidden)[:, n_visible:] / temperature
    inside = (network.links >= n_visible).all(axis=1)
    if not inside.any():
        return among_visible + np.logaddexp(network.off * field, field).sum(axis=1)
    if n_hidden > MOST_LINKED:
        raise ValueError(f"hidden units that are linked to each other must be at most {MOST_LINKED}; got {n_hidden}")
    links = network.links[inside] - n_visible
    alone = SymmetricNetwork(links, network.weights[inside], np.zeros(n_hidden), network.states)
    h = all_states(n_hidden, network.off)
    among_hidden = -alone.energy(h) / temperature
    rows = max(1, PIECE // len(h))
    pieces = (field[at : at + rows] @ h.T + among_hidden for at in range(0, len(v), rows))
    return among_visible + np.concatenate([np.logaddexp.reduce(piece, axis=1) for piece in pieces])

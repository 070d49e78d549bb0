"""Arrays of other libraries (JAX, PyTorch, whatever keeps to the array API) as NumPy arrays, without a copy."""

from __future__ import annotations

from typing import Any

import numpy as np

from dendrax.data.tables import DataError


def as_numpy(array: Any, name: str) -> Any:
    """Read an array of another library; anything that is no such array stays as it is.

    Parameters
    ----------
    array : jax.Array, torch.Tensor, array of the array API, or anything
        What a user handed in.
    name : str
        What to call it in a message.

    Returns
    -------
    ndarray, or `array`
        The same numbers.

    Raises
    ------
    DataError
        If NumPy cannot read it: it is on another device, or part of a computation that is being differentiated.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> as_numpy(jnp.arange(3), "X")
    array([0, 1, 2], dtype=int32)
    """
    if isinstance(array, (np.ndarray, np.generic)) or not hasattr(array, "__dlpack__"):
        return array
    try:
        read = np.asarray(array) if hasattr(array, "__array__") else np.from_dlpack(array)
    except (TypeError, RuntimeError, ValueError, BufferError) as error:
        kind = f"{type(array).__module__}.{type(array).__name__}"
        reason = " ".join(str(error).split())
        raise DataError(f"{name} must be an array that NumPy can read; got a {kind}: {reason}") from None
    return read.astype(np.float32) if read.dtype.kind == "V" else read  # bfloat16, which NumPy does not know

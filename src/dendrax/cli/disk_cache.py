"""Compiled programs kept on disk between runs of the command line."""

from __future__ import annotations

import os
from pathlib import Path


def folder() -> Path:
    """Say where the programs are kept: the user's cache folder."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "dendrax" / "programs"


def use_disk_cache() -> None:
    """Keep compiled programs on disk, unless the user's JAX settings name a place already, or it cannot be written."""
    import jax

    if jax.config.values["jax_compilation_cache_dir"]:
        return
    place = folder()
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        return
    if os.access(place, os.W_OK):
        jax.config.update("jax_compilation_cache_dir", str(place))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)

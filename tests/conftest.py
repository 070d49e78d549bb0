"""Settings of the whole test run, made before JAX is imported."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

# the same examples every time, however slow the machine: what is run by hand looks further
hypothesis.settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("steady")


ROOT = Path(__file__).parent.parent
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(ROOT / ".cache" / "jax"))  # shared by all test processes
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "0")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "loose_promotion: let JAX promote dtypes and ranks as it does for users")


@pytest.fixture(autouse=True)
def _strict_promotion(request: pytest.FixtureRequest) -> Iterator[None]:
    """Refuse to mix dtypes or ranks in silence."""
    if request.node.get_closest_marker("loose_promotion"):
        yield
        return
    import jax

    with jax.numpy_dtype_promotion("strict"), jax.numpy_rank_promotion("raise"):
        yield


MAPPINGS = 25_000  # of memory: XLA crashes where a process has 65,530 of them, and each program takes a few


@pytest.fixture(autouse=True, scope="module")
def _few_programs() -> Iterator[None]:
    """Let go of compiled programs before there are too many for one process."""
    yield
    mappings = Path("/proc/self/maps")
    if mappings.exists() and mappings.read_bytes().count(b"\n") > MAPPINGS:
        import jax

        jax.clear_caches()


class Compilations:
    """Counts programs that JAX makes, whether XLA compiles them or the disk cache holds them."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, event: str, seconds: float, **_: object) -> None:
        self.count += event == "/jax/core/compile/jaxpr_to_mlir_module_duration"


@pytest.fixture
def compilations() -> Iterator[Compilations]:
    from jax import monitoring

    counter = Compilations()
    monitoring.register_event_duration_secs_listener(counter)
    try:
        yield counter
    finally:
        monitoring.unregister_event_duration_listener(counter)

import jax
import pytest

from dendrax.cli.disk_cache import folder, use_disk_cache

NAMES = (
    "jax_compilation_cache_dir",
    "jax_persistent_cache_min_compile_time_secs",
    "jax_persistent_cache_min_entry_size_bytes",
)


@pytest.fixture
def settings(monkeypatch, tmp_path):
    """Give JAX no cache and the user a cache folder of their own; put JAX's settings back afterwards."""
    before = {name: jax.config.values[name] for name in NAMES}
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    jax.config.update("jax_compilation_cache_dir", None)
    yield jax.config
    for name, value in before.items():
        jax.config.update(name, value)


def test_programs_are_kept_in_the_cache_folder_however_quick_they_compile(settings, tmp_path):
    use_disk_cache()
    assert folder() == tmp_path / "dendrax" / "programs"
    assert folder().is_dir()
    assert [settings.values[name] for name in NAMES] == [str(folder()), 0.0, 0]


def test_a_place_that_the_user_gave_stays(settings, tmp_path):
    settings.update("jax_compilation_cache_dir", str(tmp_path / "own"))
    use_disk_cache()
    assert settings.values["jax_compilation_cache_dir"] == str(tmp_path / "own")
    assert not folder().exists()


def test_a_place_that_cannot_be_made_is_done_without(settings, tmp_path):
    (tmp_path / "dendrax").write_text("a file where the folder should be")
    use_disk_cache()
    assert settings.values["jax_compilation_cache_dir"] is None


def test_a_place_that_cannot_be_written_is_done_without(settings, monkeypatch):
    monkeypatch.setattr("dendrax.cli.disk_cache.os.access", lambda place, mode: False)  # root may write everywhere
    before = [settings.values[name] for name in NAMES]
    use_disk_cache()
    assert folder().is_dir()
    assert [settings.values[name] for name in NAMES] == before

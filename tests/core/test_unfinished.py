import pytest

from dendrax.core.unfinished import remove_unfinished, temporary_file


def test_a_temporary_file_is_gone_at_the_end(tmp_path):
    with temporary_file("a.", ".part", folder=tmp_path) as (file, path):
        file.write(b"abc")
        assert path.parent == tmp_path
        assert path.name.startswith("a.")
        assert path.suffix == ".part"
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_none(tmp_path):
    with pytest.raises(KeyError), temporary_file("a.", folder=tmp_path):
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_a_renamed_file_stays(tmp_path):
    with temporary_file("a.", folder=tmp_path) as (file, path):
        file.write(b"abc")
        file.flush()
        path.rename(tmp_path / "kept")
    assert (tmp_path / "kept").read_bytes() == b"abc"


def test_all_are_removed_before_the_end(tmp_path):
    with temporary_file("a.", folder=tmp_path), temporary_file("b.", folder=tmp_path):
        remove_unfinished()
        assert list(tmp_path.iterdir()) == []

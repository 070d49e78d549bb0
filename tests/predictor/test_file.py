"""The model file: what was written comes back to the bit, and what is damaged is refused as such."""

from __future__ import annotations

import io
import os
import pickle
import threading
import zipfile

import numpy as np
import pytest
from forging import signed
from safetensors.numpy import load as by_safetensors
from safetensors.numpy import save as to_safetensors

from dendrax.core.limits import LIMITS, Limit
from dendrax.core.sealed import seal, unseal
from dendrax.predictor.file import FORMAT, KIND, ModelFileError, read, read_content, write


def parts(path):
    """Take a model file apart: its description and its arrays."""
    return unseal(path.read_bytes(), KIND, FORMAT)


def put_together(path, described, arrays):
    path.write_bytes(seal(KIND, FORMAT, described, arrays))


@pytest.fixture
def saved(make, tmp_path):
    """A network that takes a table, in a file."""
    model, _ = make(
        "network_of_table", "three", estimator="mine", fitted={"n_iter_": 2, "loss_curve_": np.array([0.5, np.nan])}
    )
    write(model, tmp_path / "m.dendrax")
    return tmp_path / "m.dendrax"


def refused(path, match="is damaged: "):
    with pytest.raises(ModelFileError, match=match) as raised:
        read(path)
    assert str(raised.value).startswith(f"{path} ")
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 600


def test_what_was_written_comes_back_to_the_bit(make, kind, target, tmp_path):
    model, X = make(kind, target, estimator="mine", fitted={"loss_curve_": np.array([0.1, np.nan]), "n_iter_": 2})
    path = tmp_path / "m.dendrax"
    write(model, path)
    again = read(path)
    assert again.outputs(X).tobytes() == model.outputs(X).tobytes()
    assert again.predict(X).tolist() == model.predict(X).tolist()
    assert again.predict(X).dtype == model.predict(X).dtype
    assert again.encoder == model.encoder
    np.testing.assert_equal(again.about, model.about)
    again.save(tmp_path / "again.dendrax")
    assert (tmp_path / "again.dendrax").read_bytes() == path.read_bytes()


def test_taken_apart_and_put_together_it_is_the_same(saved):
    before = saved.read_bytes()
    put_together(saved, *parts(saved))
    assert saved.read_bytes() == before


def test_safetensors_reads_the_arrays(make, saved):
    model, _ = make("network_of_table", "three")
    arrays = by_safetensors(saved.read_bytes())
    np.testing.assert_array_equal(arrays["fitted.loss_curve_"], [0.5, np.nan])
    for i, layer in enumerate(model.model.params):
        for name, array in layer.items():
            np.testing.assert_array_equal(arrays[f"{i}.{name}"], array)


def test_F1_a_file_cut_anywhere_is_refused(saved):
    content = saved.read_bytes()
    for length in range(len(content)):
        with pytest.raises(ModelFileError, match=r"is not a model of dendrax|is damaged"):
            read_content(content[:length])
    for length in (0, 1, 8, 200, len(content) - 1):
        saved.write_bytes(content[:length])
        refused(saved, "is not a model of dendrax|is damaged")
    saved.write_bytes(content + b"\0")
    refused(saved, "is damaged: its checksum does not fit its content; it was cut short or changed")


def test_F1_a_flipped_bit_anywhere_is_refused(saved):
    content = saved.read_bytes()
    for i in range(len(content)):
        flipped = content[:i] + bytes([content[i] ^ (1 << i % 8)]) + content[i + 1 :]
        with pytest.raises(ModelFileError, match=r"is not a model of dendrax|is damaged"):
            read_content(flipped)


def archive(**arrays):
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


def zipped(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name in names:
            file.writestr(name, b"x" * 99)
    return content.getvalue()


FOREIGN = {
    "empty": (b"", "it is empty"),
    "8 bytes": (b"\0" * 8, "it does not start as such a file does"),
    "zeros": (b"\0" * 100, "it does not start"),
    "ones": (b"\xff" * 100, "it does not start"),
    "a table": (b"x,y\n1,2\n" * 9, "it does not start"),
    "pickle": (pickle.dumps({"weights": np.ones(3)}), "it looks like a pickle, which dendrax never opens"),
    "pickle 2": (pickle.dumps({"weights": 1}, 2), "it looks like a pickle"),
    "npz": (archive(weights=np.zeros(10**6)), "it looks like a zip archive"),
    "pt": (zipped("archive/data.pkl", "archive/data/0"), "it looks like a zip archive"),
    "zip beyond": (zipped("../../x", "../../x2"), "it looks like a zip archive"),
    "h5": (b"\x89HDF\r\n\x1a\n" + b"\0" * 99, "it looks like HDF5"),
    "png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "it looks like a picture"),
    "html": (b"<!DOCTYPE html><html></html>", "it looks like a page of HTML"),
    "safetensors": (to_safetensors({"weights": np.ones(3)}), "it does not start"),
    "another program's": (to_safetensors({"weights": np.ones(3)}, {"another": "program"}), "it does not start"),
    "format 1": (to_safetensors({"weights": np.ones(3)}, {"dendrax": '{"format":1}'}), "it does not start"),
    "checkpoint": (seal("checkpoint", 2, None, {}), "it is a checkpoint"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_F5_F3_what_is_no_model_is_refused_unopened(tmp_path, monkeypatch, name):
    content, words = FOREIGN[name]
    for opener in ("pickle.load", "pickle.loads", "zipfile.ZipFile", "numpy.load"):
        monkeypatch.setattr(opener, lambda *_, **__: pytest.fail("it was opened"))
    path = tmp_path / "m.dendrax"
    path.write_bytes(content)
    refused(path, f"is not a model of dendrax: {words}")


def test_F5_a_pickle_is_never_opened(tmp_path):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("the pickle was opened",))

    (tmp_path / "m").write_bytes(pickle.dumps(Trap()))
    refused(tmp_path / "m", "is not a model of dendrax")


def test_F5_a_newer_format_asks_for_an_update(saved):
    described, arrays = parts(saved)
    saved.write_bytes(seal(KIND, FORMAT + 1, described | {"new": 1}, arrays))
    refused(saved, f"was made by a newer version of dendrax: model format {FORMAT + 1}, where this one reads {FORMAT}")
    content = bytearray(seal(KIND, 99, None, {}))
    content[:8] = (2**40).to_bytes(8, "little")  # a header beyond our limits may be allowed by then
    saved.write_bytes(signed(bytes(content)))
    refused(saved, "was made by a newer version of dendrax: model format 99")


def test_F5_an_older_format_says_so(saved):
    saved.write_bytes(seal(KIND, 1, None, {}))
    refused(saved, "has model format 1, which this version of dendrax does not read")


def test_F8_only_a_regular_file_is_a_model(tmp_path, saved):
    refused(tmp_path, "must be a regular file; it is a folder")
    refused("/dev/zero", "must be a regular file; it is a device")
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "must be a regular file; it is a pipe")
    refused("a\0b", "must be a path; it holds the character NUL")
    (tmp_path / "link").symlink_to(saved)
    np.testing.assert_equal(read(tmp_path / "link").about, read(saved).about)


def test_F8_a_file_that_cannot_be_opened_is_an_ordinary_error(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name, error in {"none": FileNotFoundError, "loop": OSError, "http://a.b/c": FileNotFoundError}.items():
        with pytest.raises(error):
            read(tmp_path / name if "/" not in name else name)


def test_F8_a_name_that_starts_with_a_dash_is_a_name(tmp_path, saved, monkeypatch):
    monkeypatch.chdir(tmp_path)
    saved.rename(tmp_path / "-m")
    assert read("-m").about["estimator"] == "mine"


def test_what_json_cannot_hold_is_not_written(make, tmp_path):
    model, _ = make("linear_of_array", "two", score=float("nan"))
    with pytest.raises(ModelFileError, match="the model cannot be saved: what is said about the model has no 'score'"):
        write(model, tmp_path / "m")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "about",
    [
        {"test_scores": {"loss": float("nan")}},
        {"hyperparameters": {"a": {1, 2}}},
        {"hyperparameters": {"a": float("inf")}},
        {"target_name": "half of a letter \ud800"},
        {"fitted": {"loss_curve_": np.array([np.inf])}},
        {"feature_names": ["a", "a"]},
    ],
    ids=str,
)
def test_F4_what_would_not_be_read_is_not_written(make, saved, about):
    before = saved.read_bytes()
    with pytest.raises(ModelFileError, match="the model cannot be saved: "):
        write(make("linear_of_array", "two", **about)[0], saved)
    assert saved.read_bytes() == before


def test_F6_weights_that_are_not_finite_are_not_written(make, tmp_path):
    model, _ = make("network_of_table", "three")
    weights = model.model.params[1]["weights"]
    weights.setflags(write=True)
    weights[0, 0] = np.nan
    with pytest.raises(ModelFileError, match=r"the model cannot be saved: array '1\.weights' must hold finite numbers"):
        write(model, tmp_path / "m")


def test_F7_more_layers_than_the_limit_are_not_written(make, tmp_path, monkeypatch):
    monkeypatch.setitem(LIMITS, "layers", Limit(2, "layers"))
    with pytest.raises(ModelFileError, match="it may hold at most 2 layers; got 3"):
        write(make("network_of_table", "three")[0], tmp_path / "m")


def test_F9_a_write_that_fails_keeps_the_old_file(make, saved, monkeypatch):
    before = saved.read_bytes()
    other, _ = make("linear_of_array", "two")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match=r"No space left on device: [0-9]+ bytes are needed, [0-9]+ are free"):
        write(other, saved)
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]
    monkeypatch.undo()
    write(other, saved)
    assert read(saved).model.kind == "linear"


def test_T5_threads_that_save_and_read_one_path_see_whole_models(make, saved):
    one, other = (make(kind, "two")[0] for kind in ("network_of_array", "linear_of_array"))
    write(one, saved)
    seen, faults = set(), []

    def work(job):
        try:
            for _ in range(30):
                job()
        except Exception as error:  # any is a fault, in a thread of its own
            faults.append(error)

    jobs = [lambda: write(one, saved), lambda: write(other, saved), lambda: seen.add(read(saved).model.kind)]
    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert seen <= {"network", "linear"}
    assert list(saved.parent.iterdir()) == [saved]


@pytest.mark.parametrize("name", ["a b", "é😀", "n" * 247 + ".dendrax", "-m", "~"])
def test_T5_odd_names_are_names(make, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    model, X = make("linear_of_array", "two")
    model.save(name)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    np.testing.assert_array_equal(read(name).predict(X), model.predict(X))


def test_T5_a_folder_that_is_gone_is_an_ordinary_error(make, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "here").rmdir()
    model, _ = make("linear_of_array", "two")
    for work in (lambda: model.save("m"), lambda: read("m")):
        with pytest.raises(FileNotFoundError):
            work()

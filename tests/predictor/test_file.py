"""The model file: what was written comes back to the bit, and what is damaged is refused as such."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest
from safetensors.numpy import load, save

from dendrax.predictor.file import FORMAT, ModelFileError, read, write


def parts(path):
    """Take a model file apart: its description and its arrays."""
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    return json.loads(json.loads(content[8 : 8 + size])["__metadata__"]["dendrax"]), load(content)


def put_together(path, described, arrays):
    text = json.dumps(described).replace("Infinity", "1e999")
    path.write_bytes(save(arrays, {"dendrax": text}))


@pytest.fixture
def saved(make, tmp_path):
    """A network that takes a table, in a file."""
    model, _ = make("network_of_table", "three", estimator="mine")
    write(model, tmp_path / "m.dendrax")
    return tmp_path / "m.dendrax"


def refused(path, match="is damaged: | is not a model of dendrax: |has model format"):
    with pytest.raises(ModelFileError, match=match) as raised:
        read(path)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_what_was_written_comes_back_to_the_bit(make, kind, target, tmp_path):
    model, X = make(kind, target, estimator="mine", fitted={"loss_curve_": [0.1, None]})
    path = tmp_path / "m.dendrax"
    write(model, path)
    again = read(path)
    assert again.outputs(X).tobytes() == model.outputs(X).tobytes()
    assert again.predict(X).tolist() == model.predict(X).tolist()
    assert again.predict(X).dtype == model.predict(X).dtype
    assert again.encoder == model.encoder
    assert again.about == model.about
    again.save(tmp_path / "again.dendrax")
    assert (tmp_path / "again.dendrax").read_bytes() == path.read_bytes()


def test_taken_apart_and_put_together_it_is_the_same(saved):
    before = read(saved).about
    put_together(saved, *parts(saved))
    assert read(saved).about == before


def test_a_file_cut_anywhere_is_refused(saved):
    content = saved.read_bytes()
    for length in {*range(0, 64), *range(64, len(content), 37), *range(len(content) - 40, len(content))}:
        saved.write_bytes(content[:length])
        refused(saved, "is not a model of dendrax")
    saved.write_bytes(content + b"\0")
    refused(saved, "is not a model of dendrax")


def test_a_flipped_byte_in_the_header_never_surprises(saved):
    content = saved.read_bytes()
    end = 8 + int.from_bytes(content[:8], "little")
    for i in [*range(8), *range(8, end, 5)]:
        for flip in (0x01, 0x80):
            saved.write_bytes(content[:i] + bytes([content[i] ^ flip]) + content[i + 1 :])
            if i < 8 or flip == 0x80:  # another length, or no ASCII
                refused(saved)
                continue
            try:
                read(saved)  # a letter of a name may be another one
            except ModelFileError:
                pass


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 7,
        b"\0" * 8,
        b"\0" * 100,
        b"\xff" * 100,
        b"PK\x03\x04 a zip file, say an archive of arrays",
        b"x,y\n1,2\n" * 9,
        pickle.dumps({"weights": np.ones(3)}),
        save({"weights": np.ones(3)}),
        save({"weights": np.ones(3)}, {"another": "program"}),
        save({"weights": np.ones(3)}, {"dendrax": "[1]"}),
        save({"weights": np.ones(3)}, {"dendrax": "not JSON"}),
        save({"weights": np.ones(3)}, {"dendrax": "[" * 100_000}),
        (20).to_bytes(8, "little") + b'{"__metadata__":[1]}',
        (19).to_bytes(8, "little") + b'{"__metadata__": 1}',
        (4).to_bytes(8, "little") + b"null",
    ],
    ids=range(16),
)
def test_what_is_no_model_is_refused(tmp_path, content):
    path = tmp_path / "m.dendrax"
    path.write_bytes(content)
    refused(path, "is not a model of dendrax")


def test_a_pickle_is_never_opened(tmp_path):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("the pickle was opened",))

    (tmp_path / "m").write_bytes(pickle.dumps(Trap()))
    refused(tmp_path / "m", "is not a model of dendrax")


def test_a_folder_is_no_model(tmp_path):
    refused(tmp_path, "must be a model file; it is a folder")


def test_a_file_that_is_not_there_is_an_ordinary_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none")


@pytest.mark.parametrize("number", [FORMAT + 1, 99, "1", None])
def test_a_newer_format_asks_for_an_update(saved, number):
    described, arrays = parts(saved)
    put_together(saved, described | {"format": number}, arrays)
    refused(saved, rf"has model format {number!r}; this version of dendrax reads format {FORMAT}: update dendrax")


def layer(described, place, **changes):
    described["model"]["layers"][place] |= changes


def column(described, place, **changes):
    described["encoder"]["columns"][place] |= changes


def replace(arrays, name, change):
    arrays[name] = np.ascontiguousarray(change(arrays[name]))


WEIGHTS = "1.weights"
DAMAGE = {
    "an unknown layer": lambda d, a: layer(d, 1, layer="Lambda"),
    "an unhashable layer": lambda d, a: layer(d, 1, layer=[]),
    "a layer that is text": lambda d, a: d["model"]["layers"].append("Dense"),
    "an unknown field": lambda d, a: layer(d, 1, depth=3),
    "an unknown activation": lambda d, a: layer(d, 1, activation="exec"),
    "other units": lambda d, a: layer(d, 1, units=6),
    "endless levels": lambda d, a: layer(d, 0, shape={"numbers": 2, "missing": 1, "levels": [4, np.inf]}),
    "a clip of text": lambda d, a: layer(d, 0, clip="wide"),
    "no layers": lambda d, a: d["model"].update(layers=[]),
    "no output layer": lambda d, a: d["model"].update(layers=d["model"]["layers"][:1]),
    "no model": lambda d, a: d.update(model=None),
    "an unknown kind of model": lambda d, a: d["model"].update(kind="forest"),
    "a linear model": lambda d, a: d["model"].update(kind="linear", output="softmax"),
    "columns that come last": lambda d, a: d["model"]["layers"].reverse(),
    "no array": lambda d, a: a.pop(WEIGHTS),
    "an array too many": lambda d, a: a.update({"1.more": np.ones(3, np.float32)}),
    "a layer too many": lambda d, a: a.update({"9.weights": np.ones(3, np.float32)}),
    "a nameless array": lambda d, a: a.update({"weights": np.ones(3, np.float32)}),
    "an array of another shape": lambda d, a: replace(a, WEIGHTS, lambda w: w[:-1]),
    "a transposed array": lambda d, a: replace(a, WEIGHTS, lambda w: w.T),
    "NaN weights": lambda d, a: replace(a, WEIGHTS, lambda w: w * np.float32(np.nan)),
    "infinite weights": lambda d, a: replace(a, WEIGHTS, lambda w: np.full_like(w, np.inf)),
    "whole numbers": lambda d, a: replace(a, WEIGHTS, lambda w: w.astype(np.int32)),
    "no target": lambda d, a: d.pop("target"),
    "an unknown target": lambda d, a: d["target"].update(kind="pictures"),
    "fewer classes": lambda d, a: d["target"].update(labels=[3, 5]),
    "equal classes": lambda d, a: d["target"].update(labels=[3, 5, 5]),
    "nested classes": lambda d, a: d["target"].update(labels=[[3], [5], [9]]),
    "classes of another type": lambda d, a: d["target"].update(labels=["a", "b", "c"]),
    "classes of objects of code": lambda d, a: d["target"].update(dtype="V8"),
    "a type that is none": lambda d, a: d["target"].update(dtype="(((,f"),
    "numbers for classes": lambda d, a: d.update(target={"kind": "numbers", "centre": [0], "scale": [1], "flat": True}),
    "no encoder": lambda d, a: d.update(encoder=None),
    "an unknown kind of column": lambda d, a: column(d, 0, kind="picture"),
    "a column less": lambda d, a: d["encoder"]["columns"].pop(0),
    "a level less": lambda d, a: d["encoder"]["columns"][2]["levels"].pop(),
    "no holes": lambda d, a: column(d, 0, missing=False),
    "a scale of 0": lambda d, a: column(d, 0, scale=0.0),
    "a centre that is NaN": lambda d, a: column(d, 0, centre=float("nan")),
    "NaN anywhere": lambda d, a: d["about"].update(score=float("nan")),
    "nothing about it": lambda d, a: d.pop("about"),
    "a word about it": lambda d, a: d.update(about="much"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_named_as_such(saved, name):
    described, arrays = parts(saved)
    DAMAGE[name](described, arrays)
    put_together(saved, described, arrays)
    refused(saved, "is not a model of dendrax: .*NaN" if "NaN" in name and "weights" not in name else "is damaged: ")


@pytest.mark.parametrize(
    "change",
    [
        lambda d, a: replace(a, "weights", lambda w: w[:-1]),
        lambda d, a: replace(a, "weights", np.ravel),
        lambda d, a: replace(a, "biases", lambda b: b[:-1]),
        lambda d, a: replace(a, "biases", lambda b: b * np.nan),
        lambda d, a: a.pop("biases"),
        lambda d, a: d["model"].update(output="relu"),
        lambda d, a: d["encoder"]["columns"].pop(),
    ],
    ids=range(7),
)
def test_damage_to_a_linear_model_is_named_as_such(make, tmp_path, change):
    path = tmp_path / "m"
    make("linear_of_table", "three")[0].save(path)
    described, arrays = parts(path)
    change(described, arrays)
    put_together(path, described, arrays)
    refused(path, "is damaged: ")


def test_what_json_cannot_hold_is_not_written(make, tmp_path):
    model, _ = make("linear_of_array", "two", score=float("nan"))
    with pytest.raises(ValueError, match="not JSON compliant"):
        write(model, tmp_path / "m")
    assert not list(tmp_path.iterdir())


def test_a_write_that_fails_keeps_the_old_file(make, saved, monkeypatch):
    before = saved.read_bytes()
    other, _ = make("linear_of_array", "two")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write(other, saved)
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]
    monkeypatch.undo()
    write(other, saved)
    assert read(saved).model.kind == "linear"

"""Sound files with unsound descriptions: every one is refused in one line that names the place."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest
from forging import compact, forged, table_of

from dendrax.core.sealed import seal, unseal
from dendrax.nn.columns import Columns, TableShape
from dendrax.nn.dense import Dense
from dendrax.nn.dropout import Dropout
from dendrax.nn.layer import Layer
from dendrax.nn.normalisation import LayerNorm, RMSNorm
from dendrax.nn.residual import Residual
from dendrax.predictor.file import FORMAT, KIND, ModelFileError, read_content, write
from dendrax.predictor.functions import Functions
from dendrax.predictor.layer_table import LAYERS, layer_from_json, layer_to_json


@pytest.fixture
def parts(make, tmp_path):
    """Give the description and the arrays of a model by its kind and target."""

    def made(kind, target):
        write(make(kind, target, estimator="mine")[0], tmp_path / "m")
        described, arrays = unseal((tmp_path / "m").read_bytes(), KIND, FORMAT)
        return described, {name: array.copy() for name, array in arrays.items()}

    return made


def refused(content, words):
    with pytest.raises(ModelFileError, match=words) as raised:
        read_content(content)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 400


def layer(described, place, **changes):
    described["model"]["layers"][place] |= changes


def column(described, place, **changes):
    described["encoder"]["columns"][place] |= changes


def replace(arrays, name, change):
    arrays[name] = np.ascontiguousarray(change(arrays[name]))


def levels(described, *given):
    layer(described, 0, shape={"numbers": 2, "missing": 1, "levels": [*given]})


W = "1.weights"
DAMAGE = {
    # F2: shapes
    "F2 other units": (lambda d, a: layer(d, 1, units=6), r"array '1\.\w+' must have shape .* as its layer asks"),
    "F2 units that are a float": (lambda d, a: layer(d, 1, units=5.0), "layer 2, Dense: 'units' must be an int from 1"),
    "F2 units that are true": (lambda d, a: layer(d, 1, units=True), "got True"),
    "F2 no units": (lambda d, a: layer(d, 1, units=0), "got 0"),
    "F2 negative units": (lambda d, a: layer(d, 1, units=-5), "got -5"),
    "F2 endless units": (lambda d, a: layer(d, 1, units=10**30), "got 1000"),
    "F2 fractional levels": (lambda d, a: levels(d, 4, 21.5), "'levels' must be a list of ints"),
    "F2 negative columns": (lambda d, a: layer(d, 0, shape={"numbers": -1, "missing": 0, "levels": []}), "got -1"),
    "F2 a shape that is a list": (lambda d, a: layer(d, 0, shape=[2, 1]), "'shape' must be an object; got a list of 2"),
    "F2 a shape of more": (
        lambda d, a: d["model"]["layers"][0]["shape"].update(more=1),
        "a table's shape has no 'more'",
    ),
    "F2 other levels": (lambda d, a: levels(d, 5, 21), "must have shape|do not fit"),
    "F2 the input shape twice": (lambda d, a: d["model"].update(input_shape=[3]), "either beside its layers or in"),
    # F5: names
    "F5 an unknown layer": (lambda d, a: layer(d, 1, layer="Lambda"), "layer 2 must be one of Dense, .*; got 'Lambda'"),
    "F5 an unhashable layer": (lambda d, a: layer(d, 1, layer=[]), "layer 2 must be one of .*; got a list of 0"),
    "F5 a layer that is text": (lambda d, a: d["model"]["layers"].append("Dense"), "layer 4 must be one of"),
    "F5 a module's name": (lambda d, a: layer(d, 1, layer="os.system"), "layer 2 must be one of"),
    "F5 an unknown field": (lambda d, a: layer(d, 1, depth=3), "layer 2, Dense has no 'depth'"),
    "F5 a private field": (lambda d, a: layer(d, 1, __class__="x"), "has no '__class__'"),
    "F5 an unknown activation": (lambda d, a: layer(d, 1, activation="exec"), "'activation' must be 'identity'"),
    "F5 a function without a name": (lambda d, a: layer(d, 1, activation={"function": 3}), "'activation' must be"),
    "F5 a function of a module": (
        lambda d, a: layer(d, 1, activation={"function": "os.system"}),
        "'activation' must be",
    ),
    "F5 output units of a function": (
        lambda d, a: layer(d, 2, activation={"function": "wave"}),
        "output units must have an activation function of dendrax",
    ),
    "F5 an unhashable activation": (lambda d, a: layer(d, 1, activation={}), "'activation' must be"),
    "F5 an unknown kind of model": (lambda d, a: d["model"].update(kind="forest"), "must be one of network, linear"),
    "F5 an unhashable kind": (lambda d, a: d["model"].update(kind=[]), "must be one of network, linear; got a list"),
    "F5 an unknown part": (lambda d, a: d.update(code="1"), "a model file has no 'code'"),
    "F5 an unknown target": (lambda d, a: d["target"].update(kind="pictures"), "no such kind of target: 'pictures'"),
    "F5 an unknown kind of column": (lambda d, a: column(d, 0, kind="picture"), "no such kind of column"),
    "F5 an unknown name": (lambda d, a: d["about"].update(score=1.0), "what is said about the model has no 'score'"),
    # F6: the parts and what they say
    "F6 NaN weights": (
        lambda d, a: replace(a, W, lambda w: w * np.float32(np.nan)),
        r"array '1\.weights' must hold finite",
    ),
    "F6 one NaN": (lambda d, a: a[W].__setitem__((2, 1), np.nan), "must hold finite"),
    "F6 infinite weights": (lambda d, a: replace(a, W, lambda w: np.full_like(w, np.inf)), "must hold finite"),
    "F6 one infinity": (lambda d, a: a[W].__setitem__((2, 1), np.inf), "must hold finite"),
    "F6 one -infinity": (lambda d, a: a[W].__setitem__((2, 1), -np.inf), "must hold finite"),
    "F6 whole numbers": (
        lambda d, a: replace(a, W, lambda w: w.astype(np.int32)),
        "must be of type float32; got int32",
    ),
    "F6 double numbers": (
        lambda d, a: replace(a, W, lambda w: w.astype(float)),
        "must be of type float32; got float64",
    ),
    "F6 no array": (lambda d, a: a.pop(W), r"array '1\.weights' must have shape .*; got none"),
    "F6 an array too many": (lambda d, a: a.update({"1.more": np.ones(3, "f4")}), "array '1.more' belongs to no layer"),
    "F6 a layer too many": (lambda d, a: a.update({"9.weights": np.ones(3, "f4")}), "belongs to no layer"),
    "F6 another spelling": (lambda d, a: a.update({"01.weights": a.pop(W)}), "got none"),
    "F6 a nameless array": (lambda d, a: a.update({"weights": np.ones(3, "f4")}), "belongs to no layer"),
    "F6 a shorter array": (lambda d, a: replace(a, W, lambda w: w[:-1]), "must have shape"),
    "F6 a transposed array": (lambda d, a: replace(a, W, lambda w: w.T), "must have shape"),
    "F6 no layers": (lambda d, a: d["model"].update(layers=[]), "'layers' must be a list of layers; got a list of 0"),
    "F6 no output layer": (
        lambda d, a: d["model"].update(layers=d["model"]["layers"][:1]),
        "must be one of output units",
    ),
    "F6 columns that come last": (lambda d, a: d["model"]["layers"].reverse(), "must be one of output units"),
    "F6 columns twice": (
        lambda d, a: d["model"]["layers"].insert(1, d["model"]["layers"][0]),
        "layer 2, Columns, cannot be",
    ),
    "F6 no model": (lambda d, a: d.update(model=None), "'model' must be an object; got None"),
    "F6 a linear model": (
        lambda d, a: d.update(model={"kind": "linear", "output": "softmax"}),
        "must be of type float64",
    ),
    "F6 no target": (lambda d, a: d.pop("target"), "must have 'target'; it is absent"),
    "F6 fewer classes": (
        lambda d, a: d["target"].update(labels=[3, 5]),
        "has 3 output units where its target asks for 1",
    ),
    "F6 equal classes": (lambda d, a: d["target"].update(labels=[3, 5, 5]), "two or more different ones"),
    "F6 unsorted classes": (lambda d, a: d["target"].update(labels=[5, 3, 9]), "two or more different ones, sorted"),
    "F6 nested classes": (lambda d, a: d["target"].update(labels=[[3], [5], [9]]), "two or more different ones"),
    "F6 classes of two types": (lambda d, a: d["target"].update(labels=[3, 5.0, 9]), "two or more different ones"),
    "F6 classes that are truth": (
        lambda d, a: d["target"].update(labels=[False, True, 9]),
        "two or more different ones",
    ),
    "F6 text for classes": (lambda d, a: d["target"].update(labels=["a", "b", "c"]), "two or more different ones"),
    "F6 classes beyond their type": (lambda d, a: d["target"].update(labels=[3, 5, 10**30]), "that int64 can hold"),
    "F6 rounded classes": (
        lambda d, a: d["target"].update(labels=[0.1, 0.2, 1e30], dtype="<f2"),
        "that float16 can hold",
    ),
    "F6 a class of code": (lambda d, a: d["target"].update(dtype="V8"), "labels of type 'V8' are not known"),
    "F6 a type that is none": (lambda d, a: d["target"].update(dtype="(((,f"), "are not known"),
    "F6 a type of fields": (lambda d, a: d["target"].update(dtype="i4,f8"), "are not known"),
    "F6 another target": (
        lambda d, a: d.update(target={"kind": "numbers", "centre": [0.0], "scale": [1.0], "flat": True}),
        "has 3 output units where its target asks for 1",
    ),
    "F6 no encoder": (lambda d, a: d.update(encoder=None), "columns of its encoder do not fit"),
    "F6 a column less": (lambda d, a: d["encoder"]["columns"].pop(0), "columns of its encoder do not fit"),
    "F6 no columns": (lambda d, a: d["encoder"].update(columns=[]), "columns of its encoder do not fit"),
    "F6 a level less": (lambda d, a: d["encoder"]["columns"][2]["levels"].pop(), "columns of its encoder do not fit"),
    "F6 no levels": (lambda d, a: column(d, 2, levels=[]), "levels cannot be a list of 0"),
    "F6 a level twice": (lambda d, a: column(d, 2, levels=["a", "b", "a"]), "levels cannot be a list of 3"),
    "F6 the same name twice": (lambda d, a: column(d, 0, name="few"), "names of an encoder's columns must differ"),
    "F6 columns by place": (lambda d, a: d["encoder"].update(named=False), "found by place must be columns of numbers"),
    "F6 no holes": (lambda d, a: column(d, 0, missing=False), "columns of its encoder do not fit"),
    "F6 a scale of 0": (lambda d, a: column(d, 0, scale=0.0), "scale cannot be 0.0"),
    "F6 a centre beyond": (lambda d, a: column(d, 0, centre=10**99), "centre cannot be 1000"),
    "F6 a clip of text": (lambda d, a: layer(d, 0, clip="wide"), "'clip' must be a float above 0; got 'wide'"),
    "F6 a clip beyond float32": (
        lambda d, a: layer(d, 0, clip=1e308),
        "in float32: 'clip' must be a float above 0; got inf",
    ),
    "F6 a clip below float32": (
        lambda d, a: layer(d, 0, clip=1e-320),
        "in float32: 'clip' must be a float above 0; got 0.0",
    ),
    "F6 nothing about it": (lambda d, a: d.pop("about"), "must have 'about'; it is absent"),
    "F6 a word about it": (lambda d, a: d.update(about="much"), "'about' must be an object; got 'much'"),
    "F6 a target's name of parts": (
        lambda d, a: d["about"].update(target_name=["y"]),
        "'target_name' must be None or text",
    ),
    "F6 scores of words": (lambda d, a: d["about"].update(test_scores={"loss": "low"}), "'test_scores' must be"),
    "F6 a curve as JSON": (
        lambda d, a: d["about"].update(fitted={"loss_curve_": [0.5]}),
        "'fitted' must be an object of numbers, texts and curves",
    ),
    "F6 a curve twice": (
        lambda d, a: (d["about"].update(fitted={"x": 1}), a.update({"fitted.x": np.ones(2)})),
        "must stand once, as an array",
    ),
    "F6 a curve of its own": (lambda d, a: a.update({"fitted.x": np.ones(2)}), "must stand once, as an array"),
    "F6 a curve that is flat": (
        lambda d, a: (d["about"].update(fitted={}), a.update({"fitted.x": np.ones((2, 2))})),
        "curve 'x' must hold one row of finite numbers",
    ),
    "F6 a curve without end": (
        lambda d, a: (d["about"].update(fitted={}), a.update({"fitted.x": np.array([np.inf])})),
        "curve 'x' must hold one row of finite numbers",
    ),
    # F7: what would cost much
    "F7 2^24 units": (lambda d, a: layer(d, 1, units=2**24), "must have shape"),
    "F7 more than 2^24 units": (lambda d, a: layer(d, 1, units=2**24 + 1), "'units' must be an int from 1 to 16777216"),
    "F7 wide vectors of levels": (lambda d, a: layer(d, 0, embedding=2**24), r"'0\.embedding_1' must have shape"),
    "F7 endless levels": (lambda d, a: levels(d, 4, 2**24), "must have shape"),
    "F7 1001 layers": (lambda d, a: d["model"].update(layers=[d["model"]["layers"][1]] * 1001), "at most 1000 layers"),
    "F7 1000 layers": (
        lambda d, a: d["model"].update(layers=d["model"]["layers"][:2] + [d["model"]["layers"][2]] * 998),
        r"array '3\.\w+' must have shape",
    ),
    "F7 a type of endless text": (
        lambda d, a: d["target"].update(labels=["a", "b", "c"], dtype="<U99999"),
        "at most 4096 characters in a class label; got 99999",
    ),
    "F7 deep hyper-parameters": (
        lambda d, a: d["about"].update(hyperparameters={"a": json.loads("[" * 50 + "]" * 50)}),
        "at most 32 levels of lists and objects",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_named(parts, name):
    described, arrays = parts("network_of_table", "three")
    change, words = DAMAGE[name]
    change(described, arrays)
    refused(seal(KIND, FORMAT, described, arrays), f"^is damaged: .*{words}")


LINEAR_DAMAGE = {
    "F6 fewer weights": lambda d, a: replace(a, "weights", lambda w: w[:-1]),
    "F6 deep weights": lambda d, a: (
        replace(a, "weights", lambda w: w[:, None]),
        replace(a, "biases", lambda b: b[None]),
    ),
    "F6 another mean": lambda d, a: replace(a, "mean", lambda m: m[1:]),
    "F6 a basis of nothing": lambda d, a: d["model"].update(basis={}),
    "F6 flat weights": lambda d, a: replace(a, "weights", np.ravel),
    "F6 no inputs": lambda d, a: replace(a, "weights", lambda w: w[:0]),
    "F6 fewer biases": lambda d, a: replace(a, "biases", lambda b: b[:-1]),
    "F6 NaN biases": lambda d, a: replace(a, "biases", lambda b: b * np.nan),
    "F6 single numbers": lambda d, a: replace(a, "biases", lambda b: b.astype(np.float32)),
    "F6 no biases": lambda d, a: a.pop("biases"),
    "F6 an array too many": lambda d, a: a.update(more=np.ones(3)),
    "F5 units of a network": lambda d, a: d["model"].update(output="relu"),
    "F5 more than it has": lambda d, a: d["model"].update(layers=[]),
    "F6 a column less": lambda d, a: d["encoder"]["columns"].pop(),
    "F6 no encoder": lambda d, a: d.update(encoder=None),
}


@pytest.mark.parametrize("name", LINEAR_DAMAGE)
def test_damage_to_a_linear_model_is_named(parts, name):
    described, arrays = parts("linear_of_table", "three")
    LINEAR_DAMAGE[name](described, arrays)
    refused(seal(KIND, FORMAT, described, arrays), "^is damaged: ")


@pytest.mark.parametrize("shape", [None, [], [4], [3, 1], [3.0], [-3], [True], "3", [2**24 + 1], [1] * 5])
def test_F2_the_shape_of_a_row_is_checked(parts, shape):
    described, arrays = parts("network_of_numbers", "two")
    described["model"]["input_shape"] = shape
    refused(seal(KIND, FORMAT, described, arrays), "^is damaged: ")


@pytest.mark.parametrize("kind", ["network_of_numbers", "linear_of_array"])
def test_F6_softmax_needs_two_units(parts, kind):
    described, arrays = parts(kind, "two")
    place = described["model"]["layers"][-1] if kind.startswith("network") else described["model"]
    place["activation" if kind.startswith("network") else "output"] = "softmax"
    refused(seal(KIND, FORMAT, described, arrays), "softmax output units must be two or more; got 1")


JSON_TRICKS = {
    "NaN": ('"clip":3.0', '"clip":NaN', "holds NaN where a finite number must stand"),
    "Infinity": ('"clip":3.0', '"clip":Infinity', "holds Infinity where"),
    "1e999": ('"clip":3.0', '"clip":1e999', "Out of range float"),
    "the same name twice": ('"clip":3.0', '"clip":3.0,"clip":4.0', "one form"),
    "10,000 digits": ('"clip":3.0', '"clip":' + "3" * 10_000, "at most 100 digits"),
    "a deep list": ('"clip":3.0', '"clip":' + "[" * 20_000 + "]" * 20_000, "at most 32 levels"),
    "half of a letter": ('"mine"', '"\\ud800"', "half of a letter"),
    "a blank": ('"clip":3.0', '"clip": 3.0', "one form"),
    "an open end": ('"clip":3.0', '"clip":3.0]', "cannot be read"),
}


@pytest.mark.parametrize("name", JSON_TRICKS)
def test_F4_tricks_of_json_are_refused(parts, name):
    described, arrays = parts("network_of_table", "three")
    entries, data = table_of(arrays)
    old, new, words = JSON_TRICKS[name]
    text = compact(described)
    read_content(forged(text, entries, data))
    assert old in text
    refused(forged(text.replace(old, new), entries, data), f"is damaged: .*{words}")


@pytest.mark.parametrize("text", ["null", "[]", "1", '"model"', "{}", ""])
def test_F4_a_description_must_be_an_object(text):
    refused(forged(text), "is damaged: ")


def test_F7_a_million_layers_cost_nothing(parts):
    described, arrays = parts("network_of_table", "three")
    entries, data = table_of(arrays)
    described["model"]["layers"] = [described["model"]["layers"][1]] * 1_000_000
    refused(forged(compact(described), entries, data), "it may hold at most 4194304 bytes in the header")


def test_F6_ten_million_levels_cost_nothing(parts):
    described, arrays = parts("network_of_table", "three")
    entries, data = table_of(arrays)
    text = compact(described).replace('["', "[" + '"x",' * 10**7 + '"', 1)
    refused(forged(text, entries, data), "it may hold at most 4194304 bytes in the header")


class Example:
    """A value for each field of each kind of layer, and values that its rules must refuse."""

    layers = (
        Dense(3, "tanh"),
        Columns(TableShape(2, 1, (4, 21)), clip=2.5, most_levels=9, embedding=2),
        Dropout(0.25),
        LayerNorm(1e-3),
        RMSNorm(1e-4),
        Residual([Dense(4), Residual([Dropout(0.125), Dense(4, "identity")])]),
    )


def test_every_kind_of_layer_in_the_table_has_an_example():
    assert {type(layer) for layer in Example.layers} == {entry.kind for entry in LAYERS.values()}


@pytest.mark.parametrize("example", Example.layers, ids=lambda layer: type(layer).__name__)
def test_a_layer_goes_through_json_and_every_field_is_ruled(example):
    described = layer_to_json(example, Functions())
    assert layer_from_json("it", json.loads(json.dumps(described)), Functions()) == example
    for name in described:
        changed = copy.deepcopy(described)
        for bad in (object, [object], -1.5, "no such word"):
            changed[name] = bad
            with pytest.raises(ValueError, match=r"^(it|layer 1 of a block)\b"):
                layer_from_json("it", changed, Functions())


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ([], "'layers' must be a list of layers; got a list of 0"),
        ("Dense", "'layers' must be a list of layers; got 'Dense'"),
        ([4], "layer 1 of a block must be one of Dense, .*; got None"),
        ([{"layer": "Lambda"}], "layer 1 of a block must be one of Dense, .*; got 'Lambda'"),
        ([{"layer": "Dropout", "rate": 1.0}], "layer 1 of a block, Dropout: 'rate' must be a float of 0 or more and"),
        ([{"layer": "Dense", "units": 3, "more": 1}], "layer 1 of a block, Dense has no 'more'"),
    ],
)
def test_F5_layers_inside_of_layers_are_checked_too(inner, words):
    with pytest.raises(ValueError, match=words):
        layer_from_json("it", {"layer": "Residual", "layers": inner}, Functions())


def test_F7_layers_inside_of_layers_count(parts):
    described, arrays = parts("network_of_table", "three")
    many = {"layer": "Residual", "layers": [{"layer": "Dropout", "rate": 0.5}] * 1000}
    described["model"]["layers"].insert(1, many)
    refused(seal(KIND, FORMAT, described, arrays), "it may hold at most 1000 layers; got 1004")


def test_fields_with_a_default_may_be_absent():
    assert layer_from_json("it", {"layer": "Dense", "units": 3}, Functions()) == Dense(3)
    with pytest.raises(ValueError, match="it, Dense must have 'units'; it is absent"):
        layer_from_json("it", {"layer": "Dense"}, Functions())


def test_a_layer_that_files_do_not_know_is_not_written():
    class Unknown(Layer):
        def initialise(self, key, input_shape):
            raise AssertionError

        def apply(self, params, numbers, x, context):
            raise AssertionError

    with pytest.raises(ValueError, match=r"a file cannot hold the layer .*; it can hold Dense, Dropout, "):
        layer_to_json(Unknown(), Functions())


def test_a_subclass_is_not_taken_for_its_parent():
    class Disguised(Dense):
        pass

    with pytest.raises(ValueError, match="a file cannot hold the layer"):
        layer_to_json(Disguised(3), Functions())

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from dendrax.data import columns
from dendrax.data.columns import LARGEST, Category, Dropped, Encoder, Number, encoder_from_json
from dendrax.data.tables import DataError, Table, as_table
from dendrax.data.understand import learn_array, learn_table

ENCODER = Encoder(
    (
        Number("size", 1 / 3, 0.1, missing=True),
        Category("kind", ("b", None, "a")),
        Dropped("id", "constant"),
        Number("sold", 1.0, 2.0, missing=False),
    ),
    named=True,
)
matrices = arrays(
    np.float64, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.floats(allow_infinity=False)
)


def table(**cells):
    whole = {"size": [1.0], "kind": ["a"], "sold": [True], **cells}
    return as_table({name: np.array(column, object if None in column else None) for name, column in whole.items()})


def through_json(encoder):
    return encoder_from_json(json.loads(json.dumps(encoder.to_json(), allow_nan=False)))


def assert_same(one, other):
    assert one.keys() == other.keys()
    for key in one:
        assert one[key].dtype == other[key].dtype
        np.testing.assert_array_equal(one[key], other[key])


def test_each_cell_is_coded_as_the_head_of_the_module_says():
    rows = table(size=[0.5, None, 1e300], kind=["a", None, "new"], sold=[True, False, True])
    encoded = ENCODER.encode(rows)
    assert {key: (a.dtype, a.shape) for key, a in encoded.items()} == {
        "numbers": (np.float32, (3, 2)),
        "missing": (np.bool_, (3, 1)),
        "codes": (np.int32, (3, 1)),
    }
    np.testing.assert_array_equal(encoded["numbers"][:, 0], np.float32([(0.5 - 1 / 3) / 0.1, 0, LARGEST]))
    np.testing.assert_array_equal(encoded["numbers"][:, 1], [0, -0.5, 0])
    assert encoded["missing"].tolist() == [[False], [True], [False]]
    assert encoded["codes"].tolist() == [[3], [2], [0]]


@settings(max_examples=50, deadline=None)
@given(matrices)
def test_finite_or_missing_cells_never_become_infinite_or_nan(x):
    encoded = learn_array(x).encode(x)
    assert np.abs(encoded["numbers"]).max() <= LARGEST
    np.testing.assert_array_equal(
        encoded.get("missing", np.zeros((len(x), 0))), np.isnan(x)[:, np.isnan(x).any(axis=0)]
    )


@settings(max_examples=25, deadline=None)
@given(matrices, st.randoms(use_true_random=False))
def test_encoded_rows_follow_their_rows(x, random):
    order = np.array(random.sample(range(len(x)), len(x)))
    encoder = learn_array(x)
    whole = encoder.encode(x)
    assert_same(encoder.encode(x[order]), {key: a[order] for key, a in whole.items()})
    rows = Table({"k": np.array([str(v % 3) for v in range(len(x))], object), "x": x[:, 0]})
    learned = (
        learn_table(rows, drop=False) if not np.isnan(x[:, 0]).all() else learn_table(rows.select("k"), drop=False)
    )
    whole = learned.encode(rows)
    assert_same(learned.encode(rows.take(order)), {key: a[order] for key, a in whole.items()})


@pytest.mark.parametrize("kind", ["float32", "float16", ">f8", "int8", "uint16", ">i4", "bool"])
@pytest.mark.parametrize("order", ["C", "F", "strided", "reversed"])
def test_an_array_of_any_type_and_layout_equals_its_float64_copy(kind, order):
    x = np.random.default_rng(0).integers(0, 2 if kind == "bool" else 100, (30, 3)).astype(kind)
    given = {"C": x, "F": np.asfortranarray(x), "strided": np.repeat(x, 2, axis=1)[:, ::2], "reversed": x[::-1][::-1]}
    given[order].flags.writeable = False
    copy = x.astype(np.float64, order="C")
    encoder = learn_array(copy)
    assert learn_array(given[order]) == encoder
    assert_same(encoder.encode(given[order]), encoder.encode(copy))


def test_rows_encoded_some_at_a_time_are_the_same(monkeypatch):
    x = np.random.default_rng(0).normal(size=(50, 3))
    x[::7, 1] = np.nan
    encoder = learn_array(x)
    whole = encoder.encode(x)
    monkeypatch.setattr(columns, "CHUNK", 12)
    assert_same(encoder.encode(x), whole)


def test_time_stamps_keep_their_differences():
    stamps = 1.7e9 + np.arange(100.0)[:, None]
    encoded = learn_array(stamps).encode(stamps)["numbers"][:, 0]
    np.testing.assert_allclose(np.diff(encoded), encoded[1] - encoded[0], rtol=1e-5)


@pytest.mark.parametrize("encoder", [ENCODER, Encoder((Number("x0", 5e-324, 1.7e308, False),), named=False)])
def test_through_json_nothing_changes(encoder):
    assert through_json(encoder) == encoder


@settings(max_examples=30, deadline=None)
@given(matrices)
def test_a_learned_encoder_goes_through_json_to_the_bit(x):
    assert through_json(learn_array(x)) == learn_array(x)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "magic"}, "no such kind of column: 'magic'"),
        ({"scale": 0.0}, "centre and scale are not finite and positive"),
        ({"scale": float("inf")}, "centre and scale are not finite and positive"),
        ({"centre": float("nan")}, "centre and scale are not finite and positive"),
    ],
)
def test_a_broken_description_is_refused(change, message):
    described = Encoder((Number("x", 0.0, 1.0, False),), named=True).to_json()
    described["columns"][0].update(change)
    with pytest.raises(ValueError, match=message):
        encoder_from_json(described)


def test_columns_are_found_by_name_and_those_beyond_are_not_looked_at():
    rows = table(size=[2.0], kind=["b"], sold=[False])
    shuffled = Table({"beyond": np.array([None], object), **{n: rows.columns[n] for n in ("sold", "kind", "size")}})
    assert_same(ENCODER.encode(shuffled), ENCODER.encode(rows))


def test_booleans_may_have_holes_that_training_had_not():
    encoded = ENCODER.encode(table(size=[1.0] * 3, kind=["a"] * 3, sold=[True, None, False]))
    assert encoded["numbers"][:, 1].tolist() == [0, 0, -0.5]
    empty = Table({**table().columns, "size": np.array([None], object)})
    assert ENCODER.encode(empty)["missing"].tolist() == [[True]]


@pytest.mark.parametrize(
    ("levels", "cells"),
    [
        (["1234567", "0.1", "x"], [1234567, 0.1]),
        (["1234567", "0.1", "x"], [1234567.0, 0.1]),
        (["1234567", "7", "x"], [1234567, 7]),
        (["True", "False", "x"], [True, False]),
    ],
)
def test_numbers_and_booleans_where_training_saw_text_are_the_levels_they_spell(levels, cells):
    encoder = Encoder((Category("k", (*levels, None)),), named=True)
    assert encoder.encode(as_table({"k": cells}))["codes"].tolist() == [[1], [2]]
    if cells[0] is not True:
        assert encoder.encode(as_table({"k": [*cells, None]}))["codes"].tolist() == [[1], [2], [4]]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (table().without(["size", "kind"]), "the table must have the columns 'size', 'kind'; it has 'sold'"),
        (table(size=["3", "tall"], kind=["a"] * 2, sold=[1, 2]), "column 'size' must hold numbers; got '3' in row 1"),
        (table(size=[1, 2], kind=["a"] * 2, sold=[None, "maybe"]), "column 'sold' must hold .* got 'maybe' in row 2"),
        (table(size=[0, -np.inf], kind=["a"] * 2, sold=[1, 2]), "column 'size' must hold finite numbers; .* in row 2"),
    ],
)
def test_a_column_of_another_kind_is_named(rows, message):
    with pytest.raises(DataError, match=message):
        ENCODER.encode(rows)


def test_an_array_must_have_the_columns_of_training():
    with pytest.raises(ValueError, match=r"X must have shape \(rows, 2\); got \(3, 1\)"):
        learn_array(np.eye(2)).encode(np.ones((3, 1)))
    with pytest.raises(DataError, match="column 'x1' must hold finite numbers; got an infinite one in row 2"):
        learn_array(np.eye(2)).encode(np.array([[0, 1], [0, np.inf]]))


def test_no_rows_are_encoded_as_no_rows():
    encoded = ENCODER.encode(table().take(np.array([], int)))
    assert {key: a.shape for key, a in encoded.items()} == {"numbers": (0, 2), "missing": (0, 1), "codes": (0, 1)}


def test_what_was_understood_is_said():
    assert ENCODER.n_missing == 1
    assert ENCODER.n_codes == (4,)
    assert ENCODER.input_names == ["size", "kind", "id", "sold"]
    assert ENCODER.notes == ["column 'id' is left out: constant"]
    assert ENCODER.describe()[1:3] == [("kind", "category", "3 levels: b, None, a"), ("id", "dropped", "constant")]
    assert Category("k", tuple("abcdefg")).detail == "7 levels: a, b, c, d, e, …"

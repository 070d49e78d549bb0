import numpy as np
import pandas as pd
import pytest

from dendrax.data.cells import as_levels, codes_in, dates_in, unseen_in
from dendrax.data.files import read_table
from dendrax.data.kinds import Category
from dendrax.data.tables import DataError, Table, as_table
from dendrax.data.understand import learn_table


def objects(*cells):
    column = np.empty(len(cells), object)
    column[:] = cells
    return column


@pytest.mark.parametrize(
    ("levels", "cells"),
    [
        (("1", "2"), np.array([1, 2])),
        (("1", "2"), np.array([1.0, 2.0])),
        (("1", "2"), objects("1.0", "2e0")),
        (("1.0", "2.5"), np.array([1.0, 2.5])),
        (("1.0", "2.0"), np.array([1, 2])),
        (("1.50", "2.5"), np.array([1.5, 2.5])),
        (("True", "False"), np.array([True, False])),
        (("true", "FALSE"), np.array([True, False])),
        (("True", "False"), objects("true", "false")),
        (("True", "False"), objects("TRUE", "FALSE")),
        (("1234567", "12345678901234567890"), objects("1234567", "12345678901234567890")),
        (("2024-01-01", "2024-01-02"), np.array(["2024-01-01", "2024-01-02"], "M8[D]")),
    ],
)
def test_D6_levels_are_found_however_they_are_spelled(levels, cells):
    assert codes_in(Category("c", levels), cells).tolist() == [1, 2]


def test_D6_levels_that_training_told_apart_stay_apart():
    column = Category("c", ("1", "1.0", "01", "x"))
    assert codes_in(column, objects("1", "1.0", "01", "x", "1.00", "001", "X", None)).tolist() == [
        1,
        2,
        3,
        4,
        0,
        0,
        0,
        0,
    ]


@pytest.mark.parametrize(
    ("training", "later", "codes"),
    [
        (pd.Categorical([1.0, 2.5, 1.0]), [1.0, 2.5, 3.0], [1, 2, 0]),
        (pd.Categorical([1, 2, 1]), [1.0, 2.0, np.nan], [1, 2, 0]),
        (pd.Categorical([1, 2, 1]), ["1", "2", "3"], [1, 2, 0]),
        (["1", "2", "1"], [1.0, 2.0, 3.0], [1, 2, 0]),
        ([True, None, True], [True, False, True], [1, 0, 1]),
        ([True, None, True], ["true", "x", None], [1, 0, 2]),
        (["true", "maybe", "true"], [True, True, False], [1, 1, 0]),
    ],
)
def test_D4_a_frame_of_other_types_is_encoded_alike(training, later, codes):
    encoder = learn_table(as_table(pd.DataFrame({"c": training})))
    assert encoder.encode(as_table(pd.DataFrame({"c": later})))["codes"][:, 0].tolist() == codes


def test_D6_unseen_levels_are_listed_in_order():
    column = Category("c", ("a", "1"))
    assert unseen_in(column, objects("b", "a", None, "c", "b", "1.0")) == ["b", "c", "b"]
    assert unseen_in(column, np.array([1, 7])) == ["7"]
    assert unseen_in(column, objects("a", None)) == []


def test_numbers_are_found_among_levels_of_text():
    assert as_levels(np.array([1234567.0, 0.5, np.nan, 1e300])) == ["1234567", "0.5", None, "1e+300"]
    assert as_levels(np.array([12, 3])) == ["12", "3"]
    assert as_levels(np.array([True])) == ["True"]


def test_text_is_read_as_dates():
    table = Table({"d": objects("2024-01-01", None), "n": np.array([np.nan, np.nan])})
    assert dates_in(table, "d").astype(str).tolist() == ["2024-01-01", "NaT"]
    assert np.isnat(dates_in(table, "n")).all()


def test_D9_what_is_no_date_is_named_by_its_line(tmp_path):
    (tmp_path / "a.csv").write_text('d,s\n2024-01-01,"x\ny"\nsoon,z\n')
    table = read_table(tmp_path / "a.csv")
    with pytest.raises(DataError, match=r"column 'd' must hold dates such as 2024-05-31 .*; got 'soon' in .*line 4$"):
        dates_in(table, "d")
    with pytest.raises(DataError, match="column 'd' must hold dates, as in training; it holds 5"):
        dates_in(Table({"d": np.array([5])}), "d")
    with pytest.raises(DataError, match=r"got '12:30' in row 2"):
        dates_in(Table({"d": objects("2024-01-01", "12:30", "x")}).take(np.array([0, 1])), "d")


def test_several_texts_among_dates_are_named_by_the_first():
    with pytest.raises(DataError, match="got 'soon' in row 3"):
        dates_in(Table({"d": objects(None, "2024-01-01", "soon", "x")}), "d")


@pytest.mark.parametrize("block", [8, 2**20])
def test_D8_codes_are_numbers_where_training_saw_numbers(tmp_path, monkeypatch, block):
    monkeypatch.setattr("dendrax.data.csv_file.BLOCK", block)
    encoder = learn_table(as_table({"x": [1, 2, 5], "y": [1.0, 2.0, 4.0]}))
    (tmp_path / "a.csv").write_text("x,y\n007,1\n,2\n 12 ,3\n")
    assert encoder.numbers_of(read_table(tmp_path / "a.csv"))[:, 0].tolist() == pytest.approx(
        [7, np.nan, 12], nan_ok=True
    )
    (tmp_path / "a.csv").write_text("x,y\n007,1\n,2\nx,3\n")
    with pytest.raises(DataError, match=r"column 'x' must hold numbers; got 'x' in .*a.csv, line 4"):
        encoder.numbers_of(read_table(tmp_path / "a.csv"))

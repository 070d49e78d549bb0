"""What `predict --keep` writes beside the answers is what DATA holds."""

import json

import pandas as pd
import pyarrow.parquet as pq
import pytest

HEAD = "zip,price,when,kind,more,y\n"


@pytest.fixture(scope="module")
def model(dendrax, tmp_path_factory):
    """A model of a table of codes, numbers, dates and categories."""
    folder = tmp_path_factory.mktemp("kept")
    rows = [
        f"{i % 3:05},{i}.50,2024-01-{i % 28 + 1:02},{'ab'[i % 2]},-{i},{'00' if i % 2 else '0'}7" for i in range(90)
    ]
    (folder / "a.csv").write_text(HEAD + "\n".join(rows))
    said = dendrax("fit", folder / "a.csv", "-t", "y", "-o", folder / "m", "--set", "max_epochs=30", "--layers", "4")
    assert said.code == 0, said.err
    return folder / "m"


CELLS = "00001,1.50,2024-01-02,b,-1,007\n01000,+1,,NA,=1+1,\n?,1e3, 2024-01-03,a b,'x,07\n"


LONG = "0.1234567890123456789"
WRITTEN = {  # what is in a cell → what JSON has
    "price": {"1.50": 1.5, LONG: LONG, "9007199254740993": 9007199254740993, "-2E3": -2e3, "1e23": 1e23, "NA": None},
    "more": {
        "1": 1.0,
        "9007199254740993": 9007199254740993,
        "": None,
        "-12345678901234567890123": -12345678901234567890123,
        "0.30000000000000004": 0.30000000000000004,
        "5.00000000000000000": 5.0,
    },
}


@pytest.mark.parametrize("output", [["-o", "out.jsonl"], ["--json"]])
def test_D7_a_number_is_a_number_in_json_and_no_digit_is_lost(dendrax, tmp_path, monkeypatch, model, output):
    monkeypatch.chdir(tmp_path)
    cells = zip(*WRITTEN.values(), strict=True)
    rows = [f"00001,{price},2024-01-02,b,{more},007" for price, more in cells]
    (tmp_path / "a.csv").write_text(HEAD + "\n".join(rows))
    said = dendrax("predict", model, "a.csv", "--keep", *output)
    assert said.code == 0, said.err
    if output[0] == "-o":
        told = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
        kept = {name: [row[name] for row in told] for name in told[0]}
    else:
        kept = said.json["answers"]
    for name, cells in WRITTEN.items():
        assert [repr(cell) for cell in kept[name]] == [repr(cell) for cell in cells.values()]
    assert kept["zip"] == ["00001"] * 6


@pytest.mark.parametrize("block", [8, 2**20])
def test_D7_cells_of_csv_are_kept_as_they_are_spelled(dendrax, tmp_path, monkeypatch, model, block):
    monkeypatch.setattr("dendrax.data.csv_file.BLOCK", block)
    (tmp_path / "a.csv").write_text(HEAD + CELLS)
    said = dendrax("predict", model, tmp_path / "a.csv", "--keep", "-q")
    lines = said.out.splitlines()
    assert lines[0] == HEAD.strip() + ",predicted y"
    kept, answers = zip(*(line.replace('"', "").rsplit(",", 1) for line in lines[1:]), strict=True)
    assert list(kept) == CELLS.replace("=1+1", "'=1+1").splitlines()  # a formula is defused
    assert set(answers) <= {"007", "07"}


def test_D9_dates_are_kept_as_dates_in_parquet(dendrax, tmp_path, model):
    (tmp_path / "a.csv").write_text(HEAD + "00001,1.50,2024-01-02,b,-1,007\n01000,1,,NA,2,\n")
    assert dendrax("predict", model, tmp_path / "a.csv", "--keep", "-o", tmp_path / "b.parquet", "-q").code == 0
    kinds = pq.read_schema(tmp_path / "b.parquet")
    assert [str(kinds.field(name).type) for name in ("zip", "price", "when", "more")] == [
        "string",
        "double",
        "date32[day]",
        "int64",
    ]
    frame = pd.read_parquet(tmp_path / "b.parquet")
    assert frame["zip"].tolist() == ["00001", "01000"]
    assert str(frame["when"][0]) == "2024-01-02"


@pytest.mark.parametrize(("options", "name"), [([], "predicted y"), (["--proba"], "p(07)")])
@pytest.mark.parametrize("output", [[], ["-o", "out.csv"]])
def test_D10_a_column_named_as_the_answer_is_not_lost(dendrax, tmp_path, monkeypatch, model, options, name, output):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text(f"zip,price,when,kind,more,{name}\n00001,1,2024-01-02,b,-1,mine\n")
    said = dendrax("predict", model, "a.csv", "--keep", *options, *output)
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "error: a.csv must not have columns named as the answers are, where --keep writes both; it has "
        f"'{name}': rename them, or leave out --keep\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert dendrax("predict", model, "a.csv", *options, "-q").code == 0

"""What beginners do wrong with `dendrax fit`: one line on standard error, exit code 2, nothing written."""

import pytest

import dendrax as package


def written(folder, text, name="t.csv"):
    path = folder / name
    path.write_text(text)
    return path


def rows(n=40, extra=""):
    return "x,y\n" + "".join(f"{i * 0.37 % 1:.3f},{'ab'[i % 2]}\n" for i in range(n)) + extra


GOOD = rows()
FAULTS = {
    "no such column": (GOOD, ["-t", "z"], "{data} must have the column 'z'; it has 'x', 'y'"),
    "an empty file": ("", ["-t", "y"], "{data} is empty"),
    "a header only": ("x,y\n", ["-t", "y"], "{data} must hold at least one row below its header"),
    "a ragged row": ("x,y\n1,a\n2\n", ["-t", "y"], "{data}, line 3: every row must have as many cells as the header"),
    "one class": ("x,y\n1,a\n2,a\n", ["-t", "y"], "{data}, column 'y' must hold at least two classes; it holds only a"),
    "an infinite value": ("x,y\n1,a\ninf,b\n", ["-t", "y"], "{data}, line 3, column 'x': numbers must be finite"),
    "no answers": ("x,y\n1,\n2,\n", ["-t", "y"], "column 'y' must hold answers; every cell is missing"),
    "no inputs": ("y\na\nb\n", ["-t", "y"], "{data} must hold a column to learn from beside 'y'; it holds none"),
    "constant inputs": ("x,y\n1,a\n1,b\n", ["-t", "y"], "there is no column to learn from"),
    "an unknown setting": (GOOD, ["-t", "y", "--set", "depth=3"], "--set must be NAME=VALUE, with a name among batch"),
    "a wrong setting": (GOOD, ["-t", "y", "--set", "max_epochs=-1"], "max_epochs must be 'auto' or an int from 1"),
    "a wrong word": (GOOD, ["-t", "y", "--set", "optimiser=adm"], "optimiser must be "),
    "a wrong time": (GOOD, ["-t", "y", "--time-limit", "-1"], "time_limit must be None or a float above 0; got -1.0"),
    "wrong layers": (GOOD, ["-t", "y", "--layers", "relu 64"], '--layers must be like "64 relu, 32 tanh"'),
    "a wrong activation": (GOOD, ["-t", "y", "--layers", "64 rulu"], "activation must be 'identity', "),
    "a wrong share": (GOOD, ["-t", "y", "--test", "1.5"], "--test must be a share of 0 or more and below 1"),
    "no test file": (GOOD, ["-t", "y", "--test", "no.csv"], "there is no file no.csv"),
    "divergence": (
        "x,y\n" + "".join(f"{i},{i / 7}\n" for i in range(40)),
        ["-t", "y", "--layers", "4 identity", "--set", "learning_rate=1e30", "--set", "optimiser=sgd"],
        "training diverged",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_user_is_one_line_and_exit_code_2(dendrax, tmp_path, name):
    text, arguments, words = FAULTS[name]
    data = written(tmp_path, text)
    said = dendrax("fit", data, *arguments, "-o", tmp_path / "m")
    assert said.code == 2
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    assert words.format(data=data) in said.err
    assert said.out == ""
    assert not (tmp_path / "m").exists()


def test_no_such_file(dendrax, tmp_path):
    said = dendrax("fit", tmp_path / "none.csv", "-t", "y")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert f"there is no file {tmp_path / 'none.csv'}" in said.err


@pytest.mark.parametrize("command", ["fit", "predict"])
def test_a_place_that_cannot_be_written_is_refused_before_any_work(dendrax, tmp_path, command):
    given = ["fit", "no.csv", "-t", "y"] if command == "fit" else ["predict", "no.dendrax", "no.csv"]
    said = dendrax(*given, "-o", tmp_path / "none" / "out.csv")
    assert (said.code, said.out) == (2, "")
    assert said.err == f"error: --output must lie in a folder that exists; there is no folder {tmp_path / 'none'}\n"
    assert dendrax(*given, "-o", tmp_path).err == f"error: --output must name a file; {tmp_path} is a folder\n"


@pytest.mark.parametrize(
    ("training", "test", "words"),
    [
        (rows(), "x,y\n1,a\n2,c\n", "column 'y' must hold classes of training; got c"),
        (rows(), "z,y\n1,a\n", "must have the column 'x'; it has 'z', 'y'"),
        (rows(), "x\n1\n", "must have the column 'y'; it has 'x'"),
        (rows().replace("a", "0").replace("b", "1"), "x,y\n1,no\n", "column 'y' must hold numbers, as in training"),
    ],
)
def test_wrong_test_rows_are_refused_before_training(dendrax, tmp_path, monkeypatch, training, test, words):
    monkeypatch.setattr(package.NeuralClassifier, "fit", lambda *_: pytest.fail("it was trained"))
    train, other = written(tmp_path, training), written(tmp_path, test, "other.csv")
    said = dendrax("fit", train, "-t", "y", "--test", other, "-o", tmp_path / "m")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"error: {other}")
    assert words in said.err

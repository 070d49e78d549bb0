"""What SECURITY.md promises of loading: no code, no other file, no socket, bounded memory."""

from __future__ import annotations

import ast
import json
import pickle
import re
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from forging import compact, forged, table_of
from fuzz import Fuzzer, valid_files

from dendrax.core.limits import LIMITS
from dendrax.core.sealed import seal, unseal
from dendrax.predictor.file import FORMAT, KIND, ModelFileError, read

ROOT = Path(__file__).parent.parent.parent
MEGABYTE = 2**20


class Trap:
    def __reduce__(self):
        return (exec, ("import socket; socket.socket().connect(('127.0.0.1', 9))",))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return valid_files(tmp_path_factory.mktemp("corpus") / "m")


def test_F11_loading_runs_no_code_and_opens_nothing_but_the_file(corpus, tmp_path):
    fuzzer = Fuzzer(corpus, 11)
    for i, content in enumerate(corpus):
        (tmp_path / f"good{i}").write_bytes(content)
    for i in range(200):
        (tmp_path / f"mutant{i}").write_bytes(fuzzer.case())
    (tmp_path / "pickle").write_bytes(pickle.dumps(Trap()))
    np.savez(tmp_path / "archive", a=np.array([Trap()], object))
    program = Path(__file__).parent / "listening.py"
    done = subprocess.run([sys.executable, program, tmp_path], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    heard = json.loads(done.stdout)
    assert heard["opened"] == heard["files"]  # each once, in this order, for reading only
    assert {"read", "refused"} == set(heard["ended"])
    assert [event for event, _ in heard["events"]] == ["compile", "exec"]  # the hook's own check, at the end


@pytest.fixture
def parts(make, tmp_path):
    make("network_of_table", "three")[0].save(tmp_path / "m")
    return unseal((tmp_path / "m").read_bytes(), KIND, FORMAT)


def heavy(described, arrays):
    """Files that ask for as much as the limits allow, and more."""
    entries, data = table_of(arrays)
    levels = {"kind": "category", "name": "s", "levels": []}
    column = {"kind": "number", "name": "", "centre": 0.0, "scale": 1.0, "missing": False, "detail": ""}
    many = [column | {"name": f"c{i}"} for i in range(32_000)]

    def with_columns(*columns):
        return compact(described | {"encoder": {"named": True, "columns": [*columns]}})

    curve = np.ones(6 * MEGABYTE)  # of numbers: 48 MB
    empty = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    return {
        "levels": forged(with_columns(levels | {"levels": [f"x{i}" for i in range(199_000)]}), entries, data),
        "wide letters": forged(with_columns(levels | {"levels": [f"😀{i}" for i in range(120_000)]}), entries, data),
        "columns": forged(with_columns(*many), entries, data),
        "objects": forged(
            compact(described | {"about": {"hyperparameters": {"a": [{"b": 0}] * 39_000}}}), entries, data
        ),
        "text": forged(compact(described | {"about": {"target_name": "x" * 4_100_000}}), entries, data),
        "a curve": forged(compact(described | {"about": {"fitted": {}}}), *table_of(arrays | {"fitted.x": curve})),
        "arrays": forged(compact(described), {f"{i}": empty for i in range(4_000)}),
        "a million layers": forged('{"model":{"layers":[' + '{"layer":"Dense"},' * 10**6 + "1]}}"),
        "too many arrays": forged("{}", {f"{i}": empty for i in range(20_000)}),
        "data without a place": forged(compact(described), entries, data + b"\0" * 30 * MEGABYTE),
    }


def peak_of(path):
    """Read a file; give the most memory that this took, and the refusal or None."""
    refusal = None
    tracemalloc.start()
    try:
        read(path)
    except ModelFileError as error:
        refusal = str(error)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak, refusal


def test_F7_hostile_files_take_no_more_than_twice_their_size_and_64_megabytes(parts, tmp_path):
    for name, content in heavy(*parts).items():
        (tmp_path / "hostile").write_bytes(content)
        peak, refusal = peak_of(tmp_path / "hostile")
        assert peak <= 2 * len(content) + 64 * MEGABYTE, name
        assert (refusal is None) == (name in ("text", "objects", "a curve")), name  # long, but sound


def test_F7_an_honest_file_takes_twice_its_size(tmp_path):
    units = 2_000_000
    layers = [{"layer": "Dense", "units": units, "activation": "relu"}, {"layer": "Dense", "units": 1}]
    described = {
        "model": {"kind": "network", "layers": [layers[0], layers[1] | {"activation": "identity"}], "input_shape": [3]},
        "target": {"kind": "numbers", "centre": [0.0], "scale": [1.0], "flat": True},
        "encoder": None,
        "about": {},
    }
    shapes = {"0.weights": (3, units), "0.biases": (units,), "1.weights": (units, 1), "1.biases": (1,)}
    content = seal(KIND, FORMAT, described, {name: np.ones(shape, np.float32) for name, shape in shapes.items()})
    (tmp_path / "m").write_bytes(content)
    peak, refusal = peak_of(tmp_path / "m")
    assert refusal is None
    assert peak <= 2 * len(content) + 4 * MEGABYTE


@pytest.mark.parametrize("size", [2**62, 2**40])
def test_F2_a_huge_shape_takes_no_memory(parts, tmp_path, size):
    described, arrays = parts
    entries, data = table_of(arrays)
    entries["1.weights"]["shape"] = [size, 3]
    (tmp_path / "m").write_bytes(forged(compact(described), entries, data))
    peak, refusal = peak_of(tmp_path / "m")
    assert refusal is not None
    assert re.search(r"is damaged: (it may hold|array '1\.weights' must fill)", refusal)
    assert peak < 4 * MEGABYTE


UNSAFE_MODULES = {
    "pickle",
    "marshal",
    "shelve",
    "dill",
    "cloudpickle",
    "joblib",
    "torch",
    "socket",
    "subprocess",
    "yaml",
}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}
UNSAFE_METHODS = {("np", name) for name in ("load", "fromfile", "memmap", "genfromtxt")} | {("os", "system")}


def unsafe(node):
    """Name what a node of the package's source must not do, or nothing."""
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names} & UNSAFE_MODULES
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]} & UNSAFE_MODULES
    if not isinstance(node, ast.Call):
        return set()
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
        return {(node.func.value.id, node.func.attr)} & UNSAFE_METHODS
    return {node.func.id} & UNSAFE_CALLS if isinstance(node.func, ast.Name) else set()


def test_F5_nothing_in_the_package_opens_code():
    for path in sorted((ROOT / "src" / "dendrax").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not unsafe(node), f"{path}:{node.lineno}"


@pytest.mark.parametrize(
    "source", ["import pickle", "from joblib import load", "np.load(x)", "eval(x)", "import socket"]
)
def test_what_opens_code_is_found(source):
    assert any(unsafe(node) for node in ast.walk(ast.parse(source)))


def test_security_names_only_tests_that_exist_and_the_limits_as_they_are():
    text = (ROOT / "SECURITY.md").read_text()
    named = re.findall(r"`(tests/[a-z_/]+\.py)(?:::(\w+))?`", text)
    assert len(named) > 10
    for path, test in named:
        source = (ROOT / path).read_text()
        assert not test or f"def {test}(" in source, f"{path} has no {test}"
    for limit in LIMITS.values():
        assert f"| {limit.words} | {limit.most:,} |" in text

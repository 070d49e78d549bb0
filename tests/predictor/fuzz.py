"""A fuzzer of the reader of model files: whatever the bytes, a model or one `ModelFileError`.

python tests/predictor/fuzz.py 100000          so many executions; prints findings and the rate
python tests/predictor/fuzz.py 100000 --seed 7

It damages valid files in four ways: bits and bytes (flipped, cut, spliced, repeated), the text of the header, the
description as a tree (values exchanged for odd ones, names removed, doubled, exchanged), and the arrays (shape, type,
values, names). Nearly all of them get a checksum that fits, so that what lies behind it is reached. What is read must
also answer a row and be described, with no error but a `ValueError`.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import itertools
import json
import random
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
from forging import compact, forged, signed, table_of

from dendrax import LinearClassifier, LinearRegressor, NeuralClassifier, NeuralRegressor, load
from dendrax.basis import Fourier, Gaussian, Powers
from dendrax.cli.info import summary
from dendrax.core.sealed import unseal
from dendrax.data.kinds import Category
from dendrax.data.tables import Table
from dendrax.layers import Dropout, LayerNorm, Residual
from dendrax.predictor.file import FORMAT, KIND, ModelFileError
from dendrax.predictor.predictor import Predictor

GOLDEN = Path(__file__).parent / "golden"
FUNCTIONS = {"wave": jnp.sin, "quartic": lambda y, a: ((y - a) ** 4).sum()}  # those of the golden files
Parts = tuple[Any, dict[str, np.ndarray]]
ODD: list[Any] = [
    None, True, False, 0, 1, -1, 2, 3, 255, 2**24, 2**31, 2**63, 2**64, 10**99, 0.0, -0.0, 0.5, 1.0, 3.0, -1.5, 1e-320,
    1e308, "", "x", "relu", "softmax", "Dense", "Columns", "Lambda", "classes", "numbers", "<i8", "<U3", "|O", "V8",
    "é", "\ud800", "\0", "a\nb", "x" * 5000, [], {}, [[]], [None], [1, 2], ["a", "a"], {"a": 1}, {"": {}}, [0] * 100,
    {"layer": "Dense", "units": 3, "activation": "tanh"}, {"mapping": [["a", 1.0]]}, {"kind": "number"}, [[[[[[[]]]]]]],
    {"function": "wave"}, {"function": "quartic"}, {"function": "a b"}, {"function": 1}, [{"function": "other"}],
]  # fmt: skip
TRICKS = [
    "NaN", "-Infinity", "1e999", "9" * 5000, "[" * 2000, '{"a":' * 2000, '"\\ud800"', "1.0", "01", "+1", "0x10",
    "1_000", "'a'", "//", "\\", "\0", "\u2028", ",", "}", "]", " ", "\n", '""', "null", "true", "-0", "1e5", "1E5",
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the path of every value in a tree."""
    each = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *itertools.chain.from_iterable(places(v, (*path, k)) for k, v in each)]


def valid_files(path: Path) -> list[bytes]:
    """Give the golden files of the present format, and a model of arrays of every kind."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3))
    y, classes = X @ [1.0, -2.0, 0.5], rng.integers(3, size=40)
    models = [
        NeuralRegressor([3], max_epochs=2, random_state=0).fit(X, np.stack([y, -y], axis=1)),
        NeuralClassifier([2], max_epochs=2, random_state=0, prepare=None).fit(X, y > 0),
        NeuralClassifier([], max_epochs=2, random_state=0, class_weight={0: 1.0, 1: 2.0, 2: 1.0}).fit(X, classes),
        LinearRegressor().fit(X, y),
        LinearClassifier().fit(X, classes),
        LinearRegressor(Powers(2) + Gaussian(3, columns=[0]) + Fourier(2, columns=[1])).fit(X, y),
        NeuralClassifier([3, Residual([3, Dropout(0.1)]), LayerNorm()], max_epochs=2, random_state=0).fit(
            X, np.eye(3, dtype=int)[classes]
        ),
    ]
    contents = [golden.read_bytes() for golden in sorted(GOLDEN.glob(f"format_{FORMAT}_*.dendrax"))]
    for model in models:
        model.save(path)
        contents.append(path.read_bytes())
    return contents


class Fuzzer:
    """Damages files; the same seed, the same damage."""

    def __init__(self, corpus: list[bytes], seed: int) -> None:
        self.corpus, self.chance = corpus, random.Random(seed)
        self.parts: list[Parts] = [unseal(content, KIND, FORMAT) for content in corpus]

    def case(self) -> bytes:
        """Make one damaged file."""
        way = self.chance.choices((self.bytes_, self.text, self.tree, self.arrays), (2, 2, 5, 3))[0]
        content = way()
        return content if self.chance.random() < 0.05 else signed(content)

    def bytes_(self) -> bytes:
        content = bytearray(self.chance.choice(self.corpus))
        for _ in range(self.chance.choice((1, 1, 2, 8))):
            i, j = sorted(self.chance.randrange(len(content) + 1) for _ in range(2))
            other = self.chance.choice(self.corpus)
            match self.chance.randrange(7):
                case 0 if content:
                    content[min(i, len(content) - 1)] ^= 1 << self.chance.randrange(8)
                case 1:
                    del content[i:]
                case 2:
                    del content[i : min(j, i + 16)]
                case 3:
                    content[i:j] = other[i:j]
                case 4:
                    content[i:i] = content[i : min(j, i + 64)]
                case 5:
                    content[i : i + 8] = self.chance.randbytes(8)
                case _:
                    content[:8] = self.chance.choice((0, 1, 8, 2**31, 2**63, len(content))).to_bytes(8, "little")
        return bytes(content)

    def text(self) -> bytes:
        """Damage the text of the description or of the table of arrays, or of the whole header."""
        described, arrays = self.chance.choice(self.parts)
        entries, data = table_of(arrays)
        description, table = compact(described), compact(entries)
        trick, whole = self.chance.choice(TRICKS), self.chance.randrange(3)
        if whole == 0:
            description = self._spliced(description, trick)
        elif whole == 1:
            table = self._spliced(table, trick)
        content = forged(description, table, data)
        if whole == 2:
            size = int.from_bytes(content[:8], "little")
            header = self._spliced(content[8 : 8 + size].decode(), trick).encode("utf-8", "surrogatepass")
            content = len(header).to_bytes(8, "little") + header + data
        return content

    def _spliced(self, text: str, trick: str) -> str:
        i = self.chance.randrange(len(text) + 1)
        return text[:i] + trick + text[i + self.chance.choice((0, 1, len(trick), 5)) :]

    def tree(self) -> bytes:
        described, arrays = copy.deepcopy(self.chance.choice(self.parts))
        for _ in range(self.chance.choice((1, 1, 1, 2, 4))):
            described = self._changed(described)
        entries, data = table_of(arrays)
        return forged(json.dumps(described, separators=(",", ":")), entries, data)

    def _changed(self, tree: Any) -> Any:
        path = self.chance.choice(places(tree))
        if not path:
            return self.chance.choice(ODD) if self.chance.random() < 0.1 else tree
        parent = tree
        for step in path[:-1]:
            parent = parent[step]
        last, way = path[-1], self.chance.randrange(6)
        if way == 0:
            del parent[last]
        elif way == 1 and isinstance(parent, list):
            parent.insert(last, copy.deepcopy(self.chance.choice(parent)))
        elif way == 1:
            parent[self.chance.choice(("__class__", "more", "units", "", "é", last * 2))] = parent.pop(last)
        elif way == 2 and isinstance(parent[last], (int, float)):
            parent[last] += self.chance.choice((-1, 1, 0.5))
        elif way == 3:
            other, _ = self.chance.choice(self.parts)
            parent[last] = copy.deepcopy(self._at(other, self.chance.choice(places(other))))
        else:
            parent[last] = copy.deepcopy(self.chance.choice(ODD))
        return tree

    def _at(self, tree: Any, path: tuple[Any, ...]) -> Any:
        for step in path:
            tree = tree[step]
        return tree

    def arrays(self) -> bytes:
        described, kept = self.chance.choice(self.parts)
        arrays = {name: array.copy() for name, array in kept.items()}
        name = self.chance.choice([*arrays])
        array, way = arrays[name], self.chance.randrange(7)
        if way == 0:
            del arrays[name]
        elif way == 1:
            arrays[self.chance.choice(("weights", "0.weights", "9.biases", "fitted.x", "fitted.rate_curve", "a/b"))] = (
                array
            )
        elif way == 2:
            arrays[name] = array.reshape(-1)[: self.chance.randrange(array.size + 1)].copy()
        elif way == 3 and array.size:
            array.reshape(-1)[self.chance.randrange(array.size)] = self.chance.choice(
                (np.nan, np.inf, -np.inf, 0, 1e30)
            )
        elif way == 4:
            arrays[name] = array.astype(self.chance.choice(("<f8", "<f4", "<i4", "|b1", "|u1")))
        elif way == 5:
            arrays[name] = np.ascontiguousarray(array.T)
        entries, data = table_of(arrays)
        return forged(compact(described), self._entries(entries) if way == 6 else entries, data)

    def _entries(self, entries: dict[str, Any]) -> dict[str, Any]:
        entry = self.chance.choice([*entries.values()])
        field = self.chance.choice([*entry])
        value = entry[field]
        if isinstance(value, list) and value and self.chance.random() < 0.7:
            value[self.chance.randrange(len(value))] = self.chance.choice((*ODD[:18], -8, 8))
        else:
            entry[field] = self.chance.choice(ODD)
        return entries


def functions_for(content: bytes) -> dict[str, Any]:
    """Give the functions that a file seems to name."""
    return {name: f for name, f in FUNCTIONS.items() if name.encode() in content}


def judged(content: bytes, path: Path) -> str:
    """Read a file; say "read", "refused", or what came out that must not."""
    path.write_bytes(content)
    try:
        with np.errstate(all="raise"):
            used(load(path, functions=functions_for(content))._predictor)
    except ModelFileError as error:
        words = str(error)
        return "refused" if words.isprintable() and len(words) < 600 else f"a message of {words[:200]!r}"
    except BaseException as error:  # everything else is a finding
        return f"{type(error).__name__}: {error}"[:300]
    return "read"


def used(predictor: Predictor) -> None:
    """Describe a model and let it answer an empty row: a `ValueError` at most."""
    json.dumps(summary(predictor), allow_nan=False)
    encoder = predictor.encoder
    if encoder is None or not encoder.named:
        rows: Any = np.zeros((1, 3 if encoder is None else len(encoder.columns)))
    else:
        empty = {Category: np.array([None], object)}
        rows = Table({column.name: empty.get(type(column), np.array([np.nan])) for column in encoder.columns})
    with contextlib.suppress(ValueError), np.errstate(all="ignore"):
        predictor.predict(rows)


def fuzz(corpus: list[bytes], executions: int, seed: int, path: Path) -> tuple[Counter[str], list[tuple[str, bytes]]]:
    """Damage and read files; count how they ended, and keep the findings."""
    fuzzer, counts, findings = Fuzzer(corpus, seed), Counter[str](), []
    for _ in range(executions):
        content = fuzzer.case()
        words = judged(content, path)
        counts[words if words in ("read", "refused") else "finding"] += 1
        if words not in ("read", "refused"):
            findings.append((words, content))
    return counts, findings


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuzz the reader of model files.")
    parser.add_argument("executions", type=int)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = valid_files(Path(folder) / "m.dendrax")
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        counts, findings = fuzz(corpus, chosen.executions, chosen.seed, Path(folder) / "m.dendrax")
    seconds = time.perf_counter() - start
    print(dict(counts), f"{chosen.executions / seconds:.0f} executions a second")
    for words, content in findings[:20]:
        path = Path(f"finding-{abs(hash(content)):x}.dendrax")
        path.write_bytes(content)
        print(path, words)


if __name__ == "__main__":
    main()

"""A short run of the fuzzer; a long one is started by hand (see fuzz.py)."""

from __future__ import annotations

import numpy as np
import pytest
from fuzz import Fuzzer, fuzz, judged, valid_files

from dendrax.predictor import file
from dendrax.predictor.file import ModelFileError

EXECUTIONS = 2000


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return valid_files(tmp_path_factory.mktemp("corpus") / "m")


def test_whatever_the_bytes_a_model_or_one_error(corpus, tmp_path):
    counts, findings = fuzz(corpus, EXECUTIONS, seed=0, path=tmp_path / "m")
    assert [words for words, _ in findings] == []
    assert counts["refused"] > EXECUTIONS / 2
    assert counts["read"] > 0


def test_valid_files_are_read(corpus, tmp_path):
    assert {judged(content, tmp_path / "m") for content in corpus} == {"read"}


def test_the_fuzzer_reaches_every_part_of_the_reader(corpus):
    """Most of what it makes gets past the checksum, and is refused for many reasons."""
    fuzzer, reasons = Fuzzer(corpus, 1), []
    for _ in range(1000):
        try:
            file.read_content(fuzzer.case())
        except ModelFileError as error:
            reasons.append(str(error))
    assert sum("checksum" not in reason for reason in reasons) > len(reasons) / 2
    for part in ("layer", "target", "encoder", "column", "array", "about the model", "one form", "header", "labels"):
        assert any(part in reason for reason in reasons), part


def test_the_same_seed_makes_the_same_files(corpus):
    one, other = (Fuzzer(corpus, 5) for _ in range(2))
    assert [one.case() for _ in range(50)] == [other.case() for _ in range(50)]


@pytest.mark.parametrize("error", [KeyError("x"), RecursionError(), MemoryError(), ModelFileError("two\nlines")])
def test_a_finding_is_found(corpus, tmp_path, monkeypatch, error):
    def broken(*_):
        raise error

    monkeypatch.setattr(file, "predictor_from_json", broken)
    monkeypatch.setattr(file, "one_line", str)
    monkeypatch.setattr("dendrax.estimators.saving.one_line", str)
    assert judged(corpus[0], tmp_path / "m") not in ("read", "refused")


def test_a_model_that_cannot_be_used_is_found(corpus, tmp_path, monkeypatch):
    monkeypatch.setattr("dendrax.predictor.predictor.Predictor.predict", lambda *_: np.zeros(1)[5])
    assert judged(corpus[0], tmp_path / "m").startswith("IndexError")

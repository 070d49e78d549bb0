import numpy as np
import pytest

import dendrax as package


def test_json_says_what_the_model_is(dendrax, species):
    model = package.load(species.model)
    found = dendrax("info", species.model, "--json").json
    assert found["estimator"] == "NeuralClassifier"
    assert found["parameters"] == sum(a.size for a in (*model.coefs_, *model.intercepts_))
    inputs, *units = [w.shape[0] for w in model.coefs_] + [3]
    relus = " → ".join(f"{n} relu" for n in units[:-1])
    assert found["network"] == f"{inputs} inputs → {relus} → 3 softmax"
    assert (found["target"], found["classes"]) == ("species", ["Adelie", "Chinstrap", "Gentoo"])
    assert (found["epochs"], found["stopped_because"]) == (20, "epochs")
    assert found["test_scores"] == species.said.json["test"]["this network"]
    assert [(c["name"], c["kind"]) for c in found["columns"]] == [
        ("island", "category"),
        ("bill_length_mm", "number"),
        ("bill_depth_mm", "number"),
        ("flipper_length_mm", "number"),
        ("body_mass_g", "number"),
        ("sex", "category"),
        ("year", "number"),
    ]


def test_a_person_reads_the_same(dendrax, species):
    said = dendrax("info", species.model)
    assert (said.code, said.err) == (0, "")
    found = dendrax("info", species.model, "--json").json
    for words in (found["estimator"], found["network"], f"{found['parameters']:,} parameters", "Adelie, Chinstrap"):
        assert words in said.out
    assert all(column["name"] in said.out for column in found["columns"])


def test_a_model_of_numbers_has_no_classes(dendrax, mass):
    found = dendrax("info", mass.model, "--json").json
    assert (found["estimator"], found["target"], found["classes"]) == ("NeuralRegressor", "mass", None)
    assert found["network"].endswith("8 tanh → 1 identity")
    assert set(found["test_scores"]) == {"r2", "rmse"}


@pytest.mark.parametrize("labels", [np.array([0, 1, 2]), np.array(["a", "b", "c"])])
def test_a_linear_model_from_python(dendrax, tmp_path, labels):
    X = np.arange(24.0).reshape(12, 2)
    package.LinearClassifier().fit(X, labels[np.arange(12) % 3]).save(tmp_path / "l.dendrax")
    found = dendrax("info", tmp_path / "l.dendrax", "--json").json
    assert (found["estimator"], found["network"], found["parameters"]) == ("LinearClassifier", "linear, softmax", 9)
    assert (found["target"], found["classes"], found["test_scores"]) == (None, labels.tolist(), None)
    assert dendrax("info", tmp_path / "l.dendrax").code == 0


def test_columns_are_listed_only_where_a_table_was_prepared(dendrax, tmp_path):
    X = np.arange(24.0).reshape(12, 2)
    package.NeuralRegressor([], prepare=None, max_epochs=1).fit(X / 24, X[:, 0] / 24).save(tmp_path / "bare.dendrax")
    assert not dendrax("info", tmp_path / "bare.dendrax", "--json").json["columns"]
    said = dendrax("info", tmp_path / "bare.dendrax")
    assert (said.code, said.err) == (0, "")
    assert "NeuralRegressor" in said.out
    assert "kind" not in said.out

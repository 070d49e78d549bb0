import pytest

from dendrax import NeuralClassifier
from dendrax.cli.settings import parse_layers, parse_settings, parse_value
from dendrax.core.constraints import HyperparameterError
from dendrax.layers import Dense


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("auto", "auto"),
        (" AUTO ", "auto"),
        ("none", []),
        ("[]", []),
        ("", []),
        ("64", [Dense(64, "relu")]),
        ("64 relu, 32 tanh", [Dense(64, "relu"), Dense(32, "tanh")]),
        ("  7   Sigmoid,1", [Dense(7, "sigmoid"), Dense(1, "relu")]),
    ],
)
def test_layers_are_read(text, layers):
    assert parse_layers(text) == layers


@pytest.mark.parametrize("text", ["relu", "relu 64", "64 relu tanh", "64,", ",64", "-3", "6.5", "1e3", "٣", "64;32"])
def test_a_layer_that_cannot_be_read_is_refused(text):
    with pytest.raises(HyperparameterError, match=r'^--layers must be like "64 relu, 32 tanh": .*; got '):
        parse_layers(text)


def test_a_layer_that_cannot_be_is_refused_in_the_words_of_the_layer():
    with pytest.raises(HyperparameterError, match=r"^units must be .*; got 0$"):
        parse_layers("0 relu")
    with pytest.raises(HyperparameterError, match=r"^activation must be .*; got 'rulu'$"):
        parse_layers("8 rulu")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-3", -3),
        ("1e-3", 0.001),
        (" 0.5 ", 0.5),
        ("true", True),
        ("False", False),
        ("None", None),
        ("adam", "adam"),
        ("auto", "auto"),
        ("1_000", "1_000"),
        ("1,25", (1, 25)),
        ("1,", "1,"),
        ("٣", "٣"),
        ("", ""),
    ],
)
def test_values_are_read_in_their_own_type(text, value):
    read = parse_value(text)
    assert read == value
    assert type(read) is type(value)


def test_settings_become_hyperparameters():
    known = set(NeuralClassifier().get_params())
    settings = parse_settings(["max_epochs=3", " learning_rate = 1e-2", "batch_size=none", "max_epochs=4"], known)
    assert settings == {"max_epochs": 4, "learning_rate": 0.01, "batch_size": None}
    assert NeuralClassifier(**settings).max_epochs == 4


@pytest.mark.parametrize("setting", ["max_epochs", "epochs=3", "=3", "", "Max_Epochs=3"])
def test_a_setting_without_a_known_name_is_refused_with_the_names(setting):
    with pytest.raises(HyperparameterError, match=r"a name among loss, max_epochs; got ") as raised:
        parse_settings([setting], {"max_epochs", "loss"})
    assert str(raised.value).endswith(repr(setting))

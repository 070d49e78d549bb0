import itertools
import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from dendrax.core import random
from dendrax.core.random import bits_at, fold, key, mix, normal, seed_of, shuffled, uniform

N = 50_000
RARE = 1e-4  # of a test statistic under the law; the seeds are fixed, so nothing is flaky


def a_key(seed: int) -> jax.Array:
    return jnp.asarray(key(seed))


def many_keys(seed: int, n: int) -> jax.Array:
    return jax.vmap(lambda i: fold(a_key(seed), i))(jnp.arange(n))


def mixed(h: int) -> int:
    """The formula of the module, in Python's whole numbers."""
    h = (h ^ (h >> 16)) * 0x7FEB352D % 2**32
    h = (h ^ (h >> 15)) * 0x846CA68B % 2**32
    return h ^ (h >> 16)


NUMBERS = [0, 1, 2, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xDEADBEEF, 0xFFFFFFFF]


def test_mix_and_bits_follow_their_formulas():
    h = np.array(NUMBERS, np.uint32)
    assert mix(jnp.asarray(h)).tolist() == [mixed(n) for n in NUMBERS]
    assert mix(h).tolist() == [mixed(n) for n in NUMBERS]
    k0, k1 = (int(word) for word in key(5))
    bits = bits_at(a_key(5), jnp.asarray(h))
    assert bits.tolist() == [mixed((mixed(n ^ k0) + k1) % 2**32) for n in NUMBERS]


def test_the_bits_of_a_key_never_repeat():
    bits = np.asarray(bits_at(a_key(3), jnp.arange(2**18, dtype=jnp.uint32)))
    assert len(np.unique(bits)) == len(bits)


def test_every_bit_is_fair_and_independent_of_the_others():
    bits = np.asarray(bits_at(a_key(3), jnp.arange(N, dtype=jnp.uint32)))
    ones = (bits[:, None] >> np.arange(32, dtype=np.uint32)) & 1
    assert np.abs(ones.mean(axis=0) - 0.5).max() < 5 * 0.5 / math.sqrt(N)
    correlation = np.corrcoef(ones.T) - np.eye(32)
    assert np.abs(correlation).max() < 5 / math.sqrt(N)


def test_a_seed_of_64_bits_counts_whole():
    seeds = [0, 1, 2, 2**32 - 1, 2**32, 2**32 + 1, 2**40, 2**63, -1]
    assert len({tuple(key(seed).tolist()) for seed in seeds}) == len(seeds)
    assert (key(-1) == key(2**64 - 1)).all()
    assert (key(2**64 + 3) == key(3)).all()


def test_neighbouring_seeds_draw_unrelated_numbers():
    draws = np.array([np.asarray(uniform(a_key(seed), (4096,))) for seed in range(8)])
    for one, other in itertools.combinations(draws, 2):
        assert len(np.intersect1d(one, other)) < 12  # by chance: 4096² / 2²⁴ = 1
        assert abs(np.corrcoef(one, other)[0, 1]) < 5 / math.sqrt(4096)


def test_the_children_of_a_key_are_unrelated():
    draws = np.asarray(jax.vmap(lambda k: uniform(k, (512,)))(many_keys(0, 64)))
    correlation = np.corrcoef(draws) - np.eye(64)
    assert np.abs(correlation).max() < 5.5 / math.sqrt(512)
    assert len(np.unique(np.asarray(many_keys(0, N)), axis=0)) == N


def test_uniform_numbers_are_uniform():
    drawn = np.asarray(uniform(a_key(1), (N,)), np.float64)
    assert drawn.min() >= 0.0
    assert drawn.max() < 1.0
    assert stats.kstest(drawn, "uniform").pvalue > RARE
    assert abs(drawn.mean() - 1 / 2) < 5 * math.sqrt(1 / 12 / N)
    assert abs(drawn.var() - 1 / 12) < 5 * math.sqrt(1 / 180 / N)
    assert abs(np.corrcoef(drawn[1:], drawn[:-1])[0, 1]) < 5 / math.sqrt(N)


def test_uniform_numbers_keep_to_their_range_and_shape():
    drawn = np.asarray(uniform(a_key(1), (50, 20, 3), -2.0, 6.0), np.float64)
    assert drawn.shape == (50, 20, 3)
    assert drawn.min() >= -2.0
    assert drawn.max() < 6.0
    assert stats.kstest(drawn.ravel(), "uniform", (-2, 8)).pvalue > RARE
    assert uniform(a_key(1), ()).shape == ()
    assert uniform(a_key(1), (0, 4)).shape == (0, 4)


def test_normal_numbers_are_normal():
    drawn = np.asarray(normal(a_key(2), (N,)), np.float64)
    assert np.isfinite(drawn).all()
    assert stats.kstest(drawn, "norm").pvalue > RARE
    for power, expected, spread in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs((drawn**power).mean() - expected) < 5 * math.sqrt(spread / N)
    assert abs(np.corrcoef(drawn[1:], drawn[:-1])[0, 1]) < 5 / math.sqrt(N)


def test_the_tests_of_the_laws_can_fail():
    drawn = np.asarray(normal(a_key(2), (N,)), np.float64)
    assert stats.kstest(drawn + 0.05, "norm").pvalue < RARE
    assert stats.kstest(drawn * 1.05, "norm").pvalue < RARE
    assert stats.kstest(np.asarray(uniform(a_key(1), (N,)), np.float64) ** 1.05, "uniform").pvalue < RARE


def drawn_all(k: jax.Array) -> dict[str, jax.Array]:
    return {
        "bits": bits_at(k, jnp.arange(33, dtype=jnp.uint32)),
        "fold": fold(k, 9),
        "uniform": uniform(k, (7, 3)),
        "range": uniform(k, (7, 3), -0.3, 0.7),
        "normal": normal(k, (7, 3)),
        "shuffled": shuffled(k, jnp.arange(40), jnp.int32(37)),
    }


def test_jit_and_vmap_give_the_same_bits():
    keys = many_keys(4, 5)
    together = jax.jit(jax.vmap(drawn_all))(keys)
    for i, k in enumerate(keys):
        alone, compiled = drawn_all(k), jax.jit(drawn_all)(k)
        for name in alone:
            np.testing.assert_array_equal(compiled[name], together[name][i], err_msg=name)
            if name not in ("range", "normal"):  # eager, these round between operations that are fused in a program
                np.testing.assert_array_equal(alone[name], together[name][i], err_msg=name)
            else:
                np.testing.assert_allclose(alone[name], together[name][i], rtol=1e-5, atol=1e-6)


def test_an_index_may_be_a_tracer():
    traced = jax.jit(lambda i: fold(a_key(0), i))
    assert [traced(i).tolist() for i in (0, 1, 7)] == [fold(a_key(0), i).tolist() for i in (0, 1, 7)]
    assert traced._cache_size() == 1


def test_a_shuffle_is_a_bijection_and_leaves_the_places_beyond_alone():
    places = jnp.arange(256)
    orders = jax.jit(jax.vmap(lambda n: shuffled(fold(a_key(0), n), places, n)))(jnp.arange(1, 201))
    for n, order in enumerate(np.asarray(orders), start=1):
        assert sorted(order[:n]) == list(range(n))
        assert order[n:].tolist() == list(range(n, 256))


@pytest.mark.parametrize("n", [2**16 - 1, 2**16, 100_003, 2**20])
def test_a_large_shuffle_is_a_bijection_that_moves_nearly_everything(n: int):
    order = np.asarray(shuffled(a_key(n), jnp.arange(n), jnp.int32(n)))
    assert (np.bincount(order, minlength=n) == 1).all()
    assert (order == np.arange(n)).sum() < 40  # 1 is expected
    assert abs(np.corrcoef(order, np.arange(n))[0, 1]) < 5 / math.sqrt(n)


def test_a_shuffle_reaches_the_largest_counts():
    n = 2**31 - 1
    places = jnp.asarray([0, 1, n // 2, n - 2, n - 1], jnp.int32)
    order = np.asarray(shuffled(a_key(0), places, jnp.int32(n)))
    assert len(set(order.tolist())) == 5
    assert order.min() >= 0
    assert order.max() < n


def test_nothing_to_shuffle():
    assert shuffled(a_key(0), jnp.arange(3), jnp.int32(0)).tolist() == [0, 1, 2]


def unevenness_of_orders(samples: int) -> float:
    """The p-value of Pearson's χ² over the 120 orders of five places."""
    keys = many_keys(11, samples)
    orders = np.asarray(jax.jit(jax.vmap(lambda k: shuffled(k, jnp.arange(5), jnp.int32(5))))(keys))
    counts = np.unique(orders @ 5 ** np.arange(5), return_counts=True)[1]
    return float(stats.chisquare(np.pad(counts, (0, 120 - len(counts)))).pvalue)


def test_all_orders_of_five_are_equally_likely():
    assert unevenness_of_orders(24_000) > RARE


def test_the_test_of_the_orders_sees_too_few_rounds(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(random, "ROUNDS", 5)
    assert unevenness_of_orders(24_000) < RARE


@pytest.mark.parametrize("n", [12, 100])
def test_where_two_neighbours_go_is_independent(n: int):
    keys = many_keys(12, 30_000)
    pair = np.asarray(jax.jit(jax.vmap(lambda k: shuffled(k, jnp.asarray([3, 4]), jnp.int32(n))))(keys))
    apart = (pair[:, 1] - pair[:, 0]) % n
    assert (apart > 0).all()
    assert stats.chisquare(np.bincount(apart, minlength=n)[1:]).pvalue > RARE
    assert stats.chisquare(np.bincount(pair[:, 0], minlength=n)).pvalue > RARE


def test_an_int_is_its_own_seed():
    assert seed_of(0) == 0
    assert seed_of(np.int64(7)) == 7
    assert seed_of(2**40) == 2**40


def test_a_generator_or_random_state_draws_a_seed_and_moves_on():
    for make in (np.random.RandomState, np.random.default_rng):
        one, other = make(5), make(5)
        seeds = [seed_of(one) for _ in range(200)]
        assert seeds == [seed_of(other) for _ in range(200)]
        assert len(set(seeds)) == 200
        assert min(seeds) >= 0
        assert 2**31 < max(seeds) < 2**32


def test_none_draws_from_numpys_global_state():
    before = np.random.get_state()
    try:
        np.random.seed(3)
        first, second = seed_of(None), seed_of(None)
        np.random.seed(3)
        assert seed_of(None) == first != second
        assert first == seed_of(np.random.RandomState(3))
    finally:
        np.random.set_state(before)


@pytest.mark.parametrize("wrong", [-1, 1.5, "7", (1, 2), np.float64(3)])
def test_another_random_state_is_refused(wrong: object):
    with pytest.raises(ValueError, match=r"^random_state must be an int of 0 or more, .* or None; got"):
        seed_of(wrong)  # type: ignore[arg-type]

"""The benchmark of training runs on small data, and prints numbers that fit together."""

import re

import numpy as np
import pytest

from tools import bench_training
from tools.experiments import races, step_cost


@pytest.fixture(autouse=True)
def few_digits(monkeypatch):
    """Put 512 random pictures in MNIST's place; let threads be as they are."""
    rng = np.random.default_rng(0)

    def digits_for(network):
        shape = races.NETWORKS[network]
        x = rng.random((512, *shape), "float32")
        return [(x, rng.integers(0, 10, 512)), (x[:100], rng.integers(0, 10, 100))]

    for module in (races, step_cost):
        monkeypatch.setattr(module, "digits_for", digits_for)
    monkeypatch.setattr(step_cost, "ROWS", 512)
    monkeypatch.setattr(step_cost, "use_threads", lambda count: None)


def test_recipes_print_seconds_and_their_ratio(capsys):
    bench_training.bench_recipes(scale=0.02)
    rows = capsys.readouterr().out.splitlines()[-2:]
    assert [row.split(",")[0] for row in rows] == ["MLP", "CNN"]
    for row in rows:
        article, before, ours, after, ratio = map(float, re.findall(r"\d+\.\d+", row))
        assert ratio == pytest.approx(article / ours, rel=0.5)
        assert 0 <= before <= 1
        assert 0 <= after <= 1


def test_steps_print_every_way(capsys):
    bench_training.bench_steps(batch_sizes=(128,))
    numbers = re.findall(r"\d+\.\d+", capsys.readouterr().out.splitlines()[-1])
    *seconds, ratio = map(float, numbers)
    assert len(seconds) == len(step_cost.WAYS)
    assert all(second > 0 for second in seconds)
    assert ratio == pytest.approx(seconds[0] / seconds[-1], rel=0.1, abs=0.01)


def test_interact_takes_some_time(capsys):
    assert bench_training.bench_interact(moves=3) > 1
    assert "ms (p50)" in capsys.readouterr().out

"""Every case of the self-exciting benchmark fits the same model to the same made-up city."""

from __future__ import annotations

import pytest

from benchmarks import self_exciting


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("self-exciting")
    self_exciting.make(1_000, folder)
    data = self_exciting.load(1_000, folder)
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(self_exciting, "RULES", self_exciting.PointRules(iterations=5))
    answers = {case.name: case.run(case.prepare(data)).values for case in self_exciting.BENCHMARK.cases}
    monkeypatch.undo()
    return answers


def of_model(found, model):
    return [(float(values["theta"][0]), float(values["other"][0])) for name, values in found.items() if name.startswith(model)]


def test_all_ways_to_fit_the_grid_model_find_the_same(found):
    first, *others = of_model(found, "grid")
    assert len(others) == 2
    assert 0.01 < first[0] < 0.5
    for other in others:
        assert other == pytest.approx(first, rel=1e-9)


def test_both_ways_to_fit_the_continuous_model_find_about_the_same_from_other_lots(found):
    ours, tables = of_model(found, "continuous")
    assert 0.1 < ours[0] < 0.6
    assert tables == pytest.approx(ours, rel=0.3)

"""Every case of the benchmark of made-up people runs on a few, and those that do the same make the same people; no clock."""

from __future__ import annotations

import pytest

from benchmarks import made_up_people as benchmark

PEOPLE = 500
SAME = ("make people", "make and ask a fiftieth", "make and write all tables")


@pytest.fixture(scope="module")
def counts(tmp_path_factory):
    given = (PEOPLE, tmp_path_factory.mktemp("people"))
    return {case.name: case.run(given).values["counts"].tolist() for case in benchmark.BENCHMARK.cases}


def test_every_case_makes_people_with_records(counts):
    assert [name for name, (rows, offences) in counts.items() if not rows or not offences] == []


def test_asking_and_writing_change_nothing(counts):
    assert len({tuple(counts[name]) for name in SAME}) == 1


def test_fewer_years_hold_fewer_records(counts):
    assert counts["make people, five years"][0] < counts["make people"][0]


def test_every_size_is_named():
    assert benchmark.BENCHMARK.size_named(1_000_000) == "1,000,000 people, 10 years"

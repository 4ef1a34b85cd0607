"""The large register: its made-up records are in order, and every case reads all of them."""

from __future__ import annotations

import pytest

from benchmarks.register_load import BENCHMARK, QUERIES
from evenhand.register.checks import check
from evenhand.register.reading import read_register

SYSTEMS = 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("register")
    BENCHMARK.make(SYSTEMS, made)
    return made


def test_the_made_up_records_have_no_errors(folder):
    register, problems = read_register(folder / f"records-{SYSTEMS}")
    assert [str(problem) for problem in [*problems, *check(register)] if problem.level == "error"] == []
    assert sum(len(system.claims) for system in register.systems.values()) == 20 * SYSTEMS


@pytest.mark.parametrize("case", BENCHMARK.cases, ids=lambda case: case.name)
def test_every_case_reads_all_the_claims(case, folder):
    answer = case.run(BENCHMARK.load(SYSTEMS, folder))
    claims = int(answer.values["claims"][0])
    expected = {"read and list the gaps": claims, "search": 0}.get(case.name, 20 * SYSTEMS)
    assert claims == expected
    assert len(QUERIES) > 5

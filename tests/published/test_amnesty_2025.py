"""Amnesty International UK (2025), Automated Racism: each checkable number held against its own parts.

The 42 checks, and three more, are in amnesty_2025.yml, with the section each stands in. Where the report
names a verdict for a check by its words, such as "almost five times", the rules are those of decision 19.
"""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import yaml

from evenhand.audit.published import Statement, check

CHECKS = yaml.safe_load((Path(__file__).parent / "amnesty_2025.yml").read_text(encoding="utf-8"))


def statement(row):
    given = {key: row[key] for key in ("statement", "kind", "printed", "words", "note") if key in row}
    return Statement(**given, parts=tuple(row.get("parts", ())), where=f"Amnesty 2025, section {row['where']}")


@pytest.mark.parametrize("row", CHECKS, ids=lambda row: f"{row['check']} {row['statement']}")
def test_amnesty_2025_figures_follow_from_their_parts_as_listed(row):
    checked = check(statement(row))
    assert checked.verdict == row["verdict"], checked.says
    if "value" in row:
        assert float(checked.value) == pytest.approx(row["value"], rel=2e-3)
    if "range" in row:
        low, high = row["range"]
        assert float(checked.allowed.low) == pytest.approx(low, rel=2e-3)
        assert float(checked.allowed.high) == (pytest.approx(high, rel=2e-3) if math.isfinite(high) else high)


def test_every_check_of_the_list_is_there():
    assert {row["check"] for row in CHECKS} == set(range(1, 46))


def test_the_violence_harm_assessments_percentages_were_cut_off_not_rounded():
    """Six of the nine cannot come from rounding, and cutting off explains all nine."""
    shares = [check(statement(row)) for row in CHECKS if row["statement"].startswith("VHA") and row["kind"] == "percent"]
    assert [one.verdict for one in shares].count("follows if truncated") == 6
    for one in shares:
        assert math.floor(one.value * 10) == float(one.statement.printed) * 10

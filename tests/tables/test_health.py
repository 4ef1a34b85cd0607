"""Health notes warn, and refuse only the audit they name."""

import pytest

from evenhand.tables.errors import CannotAnswer
from evenhand.tables.health import HealthNote, HealthReport, month_gaps, months_between, share_missing


def test_a_whole_span_of_months_is_fine() -> None:
    notes = month_gaps({"2024-01": 100, "2024-02": 90, "2024-03": 110}, first="2024-01", last="2024-03")
    assert [note.level for note in notes] == ["fine"]


def test_an_absent_month_is_named_and_not_taken_for_zero() -> None:
    (note,) = month_gaps({"2019-06": 100, "2019-08": 90}, first="2019-06", last="2019-08")
    assert note.level == "warn"
    assert "2019-07" in note.says
    assert "unknown, not zero" in note.says


def test_a_month_of_zero_rows_counts_as_absent() -> None:
    assert "absent: 2024-02" in month_gaps({"2024-01": 10, "2024-02": 0}, first="2024-01", last="2024-02")[0].says


def test_an_implausibly_low_month_is_warned_of() -> None:
    notes = month_gaps({"2024-01": 1000, "2024-02": 1100, "2024-03": 90}, first="2024-01", last="2024-03")
    assert ["2024-03 (90)" in note.says for note in notes] == [True]


def test_a_refusal_stops_only_the_audit_it_names() -> None:
    note = share_missing(730, 1000, "officer-defined ethnicity", refuse_above=0.5, blocks=("disparity:officer_defined_ethnicity",))
    report = HealthReport("stops", "a force", 1000, (note,))
    report.refuse_if_blocked("exposure")
    with pytest.raises(CannotAnswer, match="73.0 %"):
        report.refuse_if_blocked("disparity:officer_defined_ethnicity")


def test_warnings_are_what_a_finding_must_carry() -> None:
    report = HealthReport("stops", "a force", 10, (HealthNote("months", "fine", "fine"), HealthNote("missing", "much is missing", "warn")))
    assert report.warnings == ("much is missing",)


def test_months_run_over_the_turn_of_the_year() -> None:
    assert months_between("2023-12", "2024-01") == ["2023-12", "2024-01"]

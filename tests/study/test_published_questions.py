"""The two questions put to published figures, by settings and by table; and a study's claim held against its own parts."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import ValidationError

from evenhand.study.claims import check_claims
from evenhand.study.declaration import Claim, OwnParts
from evenhand.study.question import Asked
from evenhand.study.questions import metric_consistency, published
from evenhand.tables import printed_metrics, statements
from evenhand.tables.errors import CannotAnswer


def asked(question, tables=None, **settings):
    return question.ask(Asked(tables or {}, {}, {**question.defaults, **settings}, source="a report"))


def test_a_statement_named_by_settings_is_checked():
    (found,) = asked(published.QUESTION, kind="percent", parts=("942; 1,413",), printed="66.6", statement="VHA, May 2024: Black").findings
    assert found.group == "VHA, May 2024: Black"
    assert found.caveats[0].startswith("Follows if truncated.")


def test_statements_of_a_table_are_each_checked_and_counted():
    rows = pd.DataFrame(
        {
            "statement": ["almost five times", "no parts"],
            "kind": ["ratio", "percent"],
            "parts": ["10.3; 2.3", None],
            "words": ["almost five times", None],
            "printed": [None, "17"],
            "where": ["section 3.1.2", None],
        }
    )
    found = asked(published.QUESTION, {"statements": statements.TABLE.check(rows)}).findings
    assert [one.settings.get("verdict") for one in found] == ["overstates", "cannot be derived", None]
    assert [one.source for one in found[:2]] == ["section 3.1.2", "a report"]


def test_metrics_named_by_settings_are_held_against_each_other():
    found = asked(metric_consistency.QUESTION, accuracy="0.9925", precision="0.7550", recall="0.3391", mcc="0.7116").findings
    assert found[0].value == 0
    assert {one.group for one in found if one.measure == "implied_metric"} >= {"base rate", "Matthews’ correlation"}


def test_metrics_of_a_table_are_held_against_each_other_model_by_model():
    printed = {"accuracy": ["0.9", "0.99"], "precision": ["0.5", None], "base_rate": [None, "0.4"], "recall": [None, "0.5"]}
    rows = pd.DataFrame({"model": ["a", "b"], **printed, "people": [40, None]})
    found = asked(metric_consistency.QUESTION, {"printed_metrics": printed_metrics.TABLE.check(rows)}).findings
    assert {one.group: one.value for one in found if one.measure == "metrics_fit_together"} == {"a": 1, "b": 0}


@pytest.mark.parametrize("question", [published.QUESTION, metric_consistency.QUESTION])
def test_nothing_given_is_said_so(question):
    with pytest.raises(CannotAnswer, match="was given"):
        asked(question)


def test_a_studys_claim_says_whether_it_follows_from_its_own_parts():
    own = OwnParts(kind="percent", parts=["942", "1,413"], printed="66.6")
    (checked,) = check_claims([Claim(statement="Two thirds", by="a report", says="Other data.", own_parts=own)], [])
    assert checked.says.startswith("Other data. By its own parts (942, 1,413): follows if truncated.")
    (plain,) = check_claims([Claim(statement="Two thirds", by="a report", says="Other data.")], [])
    assert plain.says == "Other data."


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"kind": "odds", "parts": ["1", "2"]}, "is not known"),
        ({"kind": "ratio", "parts": ["1"]}, "takes 2 parts"),
        ({"kind": "ratio", "parts": ["ten", "2"]}, "no printed number"),
        ({"kind": "ratio", "parts": [10.3, 2.3]}, "valid string"),
    ],
)
def test_parts_that_cannot_be_checked_are_named_when_the_study_is_read(own, message):
    with pytest.raises(ValidationError, match=message):
        OwnParts.model_validate(own)

"""Findings keep their order, and what is absent is null."""

import json
import math

import jsonschema
import pytest
from pydantic import ValidationError

from evenhand.tables.findings import FIELDS, Finding, as_frame, as_json, json_schema

ONE = Finding(question="exposure", measure="exposure_ratio", group="Black", value=2.0, low=1.5, high=math.inf, level=0.95, unit="ratio", n=5_140)


def test_fields_stand_in_the_order_of_the_contract() -> None:
    promised = "question measure group reference place period value low high level unit n null_model p_value method caveats settings source"
    assert tuple(promised.split()) == FIELDS
    assert list(json.loads(as_json([ONE]))[0]) == list(FIELDS)
    assert list(as_frame([ONE]).columns) == list(FIELDS)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_null(number: float) -> None:
    assert ONE.model_copy().high is None
    assert Finding(question="q", measure="m", value=number).value is None


def test_absent_is_null_never_zero_or_empty() -> None:
    bare = json.loads(as_json([Finding(question="q", measure="m")]))[0]
    assert {name for name, value in bare.items() if value in (0, "")} == set()
    assert bare["value"] is None


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError):
        Finding(question="q", measure="m", valeu=1)


def test_the_schema_describes_the_file() -> None:
    jsonschema.validate(json.loads(as_json([ONE])), json_schema())

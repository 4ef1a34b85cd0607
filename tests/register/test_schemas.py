"""Schemas take what the reader takes, as far as a schema can tell, and say what to write."""

from __future__ import annotations

import jsonschema
import pytest

from evenhand.register.schemas import SINGULAR, schemas
from tests.register.made_up import files


def is_valid(kind, record) -> bool:
    return jsonschema.Draft202012Validator(schemas()[kind]).is_valid(record)


@pytest.mark.parametrize("name", [name for name in files() if not name.startswith("notes/")])
def test_a_record_that_is_read_is_valid(name):
    assert is_valid(SINGULAR[name.split("/")[0]], files()[name])


def test_what_the_reader_takes_for_short_the_schema_takes():
    system = files()["systems/street-map"]
    assert is_valid("system", system | {"evidence": [system["evidence"]]})
    assert is_valid("system", system | {"evidence": {"source": "report", "section": 4.2, "note": [1, 2]}})
    assert is_valid("statistic", files()["statistics/people-by-group"] | {"about": "crystal-ball", "as_of": 2024})
    assert is_valid("flow", files()["flows/ball-to-prisons"] | {"from": {"body": "x"}}), "keys are as a file has them"


@pytest.mark.parametrize("change", [{"colour": "red"}, {"kind": "oracle"}, {"nations": []}, {"evidence": {"source": "A B"}}, {"title": "x" * 301}])
def test_what_the_reader_refuses_the_schema_refuses(change):
    assert not is_valid("system", files()["systems/street-map"] | change)


def test_every_key_is_described():
    for name, schema in schemas().items():
        for part in [schema, *schema.get("$defs", {}).values()]:
            lacking = [key for key, value in part.get("properties", {}).items() if "description" not in value]
            assert not lacking, f"{name}: {part.get('title')}: {lacking}"

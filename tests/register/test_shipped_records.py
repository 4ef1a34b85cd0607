"""The records that ship are as their schemas say, and nothing of them is lost on the way. That they fit together is a house rule."""

from __future__ import annotations

import json

import jsonschema
import pytest

from evenhand.register import lined_yaml
from evenhand.register.flat import entries
from evenhand.register.reading import read_register, read_texts, shipped_records
from evenhand.register.register import FOLDERS
from evenhand.register.schemas import SINGULAR, schemas
from tests.house.tree import none_of
from tests.register.made_up import PROPERTIES, as_yaml

FOLDER = shipped_records()


@pytest.fixture(scope="module")
def shipped():
    return read_register()


@pytest.mark.parametrize("kind", SINGULAR)
def test_every_record_is_as_its_schema_says(kind):
    validator = jsonschema.Draft202012Validator(schemas()[SINGULAR[kind]])
    offenders = []
    for file in sorted((FOLDER / kind).glob("*.yml")):
        held = json.loads(json.dumps(lined_yaml.read(file).value))  # keys of JSON are text
        offenders += [f"{kind}/{file.name} {error.json_path}: {error.message[:150]}" for error in validator.iter_errors(held)]
    none_of(offenders, "Records that their schema refuses.")


def test_the_list_of_properties_is_as_its_schema_says():
    held = lined_yaml.read(FOLDER / "properties.yml").value
    jsonschema.Draft202012Validator(schemas()["properties"]).validate(held)


def test_the_crosswalk_names_fields_that_the_standards_have(shipped):
    from evenhand.register.atrs import ATTRIBUTES
    from evenhand.register.dutch import FIELDS

    offenders = [
        f"{slug}: {field}"
        for slug, one in shipped[0].properties.items()
        for standard, known in (("atrs", ATTRIBUTES), ("dutch", FIELDS))
        for field in getattr(one, standard)
        if field not in known
    ]
    none_of(offenders, "Fields of properties.yml that no standard has.")


def test_no_entry_has_a_property_that_hides_another_key(shipped):
    alone = {"id", "title", "name", "aliases", "kind", "kind_title", "also", "summary", "nations", "reconstruction", "operators", "makers", "vendors"}
    others = {"related", "parameters", "dates", "claims", "statistics", "contradictions", "refusals", "flows", "requests", "evidence", "systems", "answers"}
    none_of(sorted({slug.replace("-", "_") for slug in shipped[0].properties} & (alone | others)), "Properties whose key an entry uses for something else.")


def test_every_shipped_claim_is_in_the_entries(shipped):
    held = entries(shipped[0])
    assert [entry["id"] for entry in held["claims"]] == [claim_id for claim_id, _, _ in shipped[0].claims()]
    assert json.dumps(held, allow_nan=False)


@pytest.mark.parametrize("kind", [kind for kind in FOLDERS if kind != "notes"])
def test_a_record_written_anew_from_what_was_read_says_the_same(shipped, kind):
    held = getattr(shipped[0], kind)
    anew = {f"{kind}/{slug}.yml": as_yaml(record.model_dump(mode="json", by_alias=True, exclude_defaults=True)) for slug, record in held.items()}
    again, problems = read_texts(anew | {"properties.yml": PROPERTIES})
    none_of(list(map(str, problems)), "Records that cannot be written anew.")
    none_of([slug for slug, record in held.items() if getattr(again, kind)[slug] != record], "Records that say something else when written anew.")

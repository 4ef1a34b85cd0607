"""JSON Schema (draft 2020-12) of each kind of record, for editors, other programs and contributors: the descriptions say what to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from .claim import Property
from .register import FOLDERS
from .words import as_many, as_text

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import core_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SINGULAR = {
    "systems": "system", "bodies": "body", "sources": "source", "notes": "notes", "statistics": "statistic", "contradictions": "contradiction",
    "refusals": "refusal", "flows": "flow", "requirements": "requirement",
}  # fmt: skip


class _AsWritten(GenerateJsonSchema):
    """Schemas of what a file may hold, before it is read: one thing where a list is meant, a number where text is."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        inner = super().function_before_schema(schema)
        function: Any = schema["function"].get("function")
        if function is as_many and "items" in inner:
            return {"anyOf": [inner, inner["items"]]}
        if function is as_text:
            return {"anyOf": [inner, {"type": "number"}]}
        return inner


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of each kind of record, by its name in the singular.

    What no schema can say is left to `evenhand register check`: that a known claim has a value, that slugs exist.

    Example:
        >>> schemas()["claim"]["properties"]["state"]["default"]
        'known'
    """
    from .claim import Claim

    found = {SINGULAR[folder]: model.model_json_schema(schema_generator=_AsWritten) for folder, model in FOLDERS.items()}
    found["claim"] = Claim.model_json_schema(schema_generator=_AsWritten)
    found["properties"] = TypeAdapter(dict[str, Property]).json_schema(schema_generator=_AsWritten)
    found["properties"]["title"] = "Properties"
    return {name: {"$schema": DIALECT, "$id": f"{name}.json", **schema} for name, schema in sorted(found.items())}

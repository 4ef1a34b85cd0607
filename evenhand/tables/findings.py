"""A finding: one number with all that is needed to quote it, doubt it and compute it again."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


class Finding(BaseModel):
    """One row of `findings.json`. Absent is null, never 0 or "". The order of fields is part of the contract.

    Example:
        >>> one = Finding(question="exposure", measure="exposure_ratio", group="Black", reference="White", value=2.1, low=1.4, high=2.9, level=0.95)
        >>> one.p_value is None
        True
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str = Field(description="The audit that asked: exposure, accuracy, disparity, stability.")
    measure: str = Field(description="What was measured, in snake case, as docs/measures.md lists it.")
    group: str | None = Field(default=None, description="Whom or what the number is about: an ethnic group, a deprivation band, a system.")
    reference: str | None = Field(default=None, description="Whom or what it is compared with.")
    place: str | None = Field(default=None, description="Where, in words.")
    period: str | None = Field(default=None, description="When: a month, or first to last month.")
    value: float | None = Field(default=None, description="The number. Null with a caveat that says why when it cannot be given.")
    low: float | None = Field(default=None, description="Lower end of the interval at `level`.")
    high: float | None = Field(default=None, description="Upper end of the interval at `level`; null when unbounded or unknown.")
    level: float | None = Field(default=None, description="Coverage of the interval, 0 to 1.")
    unit: str | None = Field(default=None, description="ratio, share, people, per 1,000 residents, spots, …")
    n: float | None = Field(default=None, description="The denominator: people, stops, crimes or cells the number is a share of or rests on.")
    null_model: str | None = Field(default=None, description="What `p_value` compares with: how the world would be if nothing were going on.")
    p_value: float | None = Field(default=None, description="Two-sided unless `null_model` says otherwise.")
    method: str | None = Field(default=None, description="How value and interval were computed, in a sentence.")
    caveats: tuple[str, ...] = Field(default=(), description="What a reader must know before quoting it.")
    settings: dict[str, Any] = Field(default_factory=dict, description="Settings that made it; under `readings`, the range over all readings swept.")
    source: str | None = Field(default=None, description="The data it rests on.")

    @field_validator("value", "low", "high", "n", "p_value", mode="before")
    @classmethod
    def _absent_is_null(cls, number: Any) -> float | None:
        if number is None:
            return None
        plain = float(number)
        return plain if math.isfinite(plain) else None


FIELDS = tuple(Finding.model_fields)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a list of findings."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Evenhand findings", "type": "array", "items": Finding.model_json_schema()}


def as_json(findings: Sequence[Finding]) -> str:
    """Findings as JSON text: fields in the declared order, numbers at full precision, one trailing newline."""
    return json.dumps([finding.model_dump(mode="json") for finding in findings], indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_frame(findings: Sequence[Finding]) -> pd.DataFrame:
    """Findings as a frame, one row each, columns in the declared order."""
    import pandas as pd

    return pd.DataFrame([finding.model_dump() for finding in findings], columns=list(FIELDS))


def as_csv(findings: Sequence[Finding]) -> str:
    """Findings as CSV text: columns in the declared order, several caveats joined by " | ", settings as JSON, absent left empty."""
    frame = as_frame(findings)
    frame["caveats"] = [" | ".join(finding.caveats) for finding in findings]
    frame["settings"] = [json.dumps(finding.settings, ensure_ascii=False, default=str) for finding in findings]
    return str(frame.to_csv(index=False, lineterminator="\n"))

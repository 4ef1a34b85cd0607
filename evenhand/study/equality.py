"""What a public body must be able to show, as data: `records/equality/evidence.yml`, read and checked. Nothing legal stands in code."""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..register.reading import shipped_records
from ..tables.errors import BadStudy
from .strict_yaml import read_mapping


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Authority(_Strict):
    """Where it is asked: act, judgment or guidance."""

    text: str = Field(description="Author, title, section or paragraph: enough to find it.")
    url: str = Field(description="Where it stands; empty where no lasting address is known.")
    mark: Literal["known", "recalled"] = Field(description="Read there, or from the literature and not read again.")


class Characteristic(_Strict):
    """One protected characteristic, and the names under which data may carry it."""

    slug: str = Field(description="Its name in file names and links.")
    name: str = Field(description="As a reader would call it.")
    columns: list[str] = Field(description="Names of columns that hold it.")
    note: str = Field(default="", description="What is particular about it.")


class Section(_Strict):
    """One thing that is asked."""

    slug: str = Field(description="Its name in links.")
    title: str = Field(description="As a heading.")
    asks: str = Field(description="What is asked, in our own plain words.")
    audits: list[str] = Field(description="Names of the audits whose findings bear on it; empty where none can.")
    body_says: list[str] = Field(description="What only the body can say: slugs of `body`.")
    sources: list[Authority] = Field(min_length=1, description="Who asks it.")


class BodyField(_Strict):
    """Something only the body itself can say."""

    slug: str = Field(description="Its key in the form.")
    asks: str = Field(description="The question put to the body.")


class Requirements(_Strict):
    """The whole file."""

    reviewed_by_lawyer: bool = Field(description="Whether a lawyer has reviewed it; shown in every document.")
    read_on: datetime.date = Field(description="When its sources were last read.")
    characteristics: list[Characteristic] = Field(min_length=1, description="The protected characteristics.")
    sections: list[Section] = Field(min_length=1, description="What is asked, in the order shown.")
    body: list[BodyField] = Field(min_length=1, description="What only the body can say.")


@lru_cache
def requirements() -> Requirements:
    """The requirements that ship.

    Raises:
        BadStudy: the file is not there or does not hold what it should.

    Example:
        >>> [section.slug for section in requirements().sections][:2]
        ['duty', 'disadvantage']
    """
    file = shipped_records() / "equality" / "evidence.yml"
    if not file.is_file():
        raise BadStudy("The file records/equality/evidence.yml is not here, so no evidence can be laid out. Install Evenhand again.")
    try:
        found = Requirements.model_validate(read_mapping(file))
    except ValidationError as wrong:
        raise BadStudy(f"{file} does not hold what it should: {wrong.errors()[0]['loc']}: {wrong.errors()[0]['msg']}") from None
    known = {field.slug for field in found.body}
    unknown = sorted({slug for section in found.sections for slug in section.body_says} - known)
    if unknown:
        raise BadStudy(f"{file} names fields of the body that it does not list: {', '.join(unknown)}.")
    return found

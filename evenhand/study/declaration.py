"""A study's declaration: `study.yml`, read strictly. A misspelt key stops the reading and is named."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ..tables.errors import BadStudy, EvenhandError
from .strict_yaml import read_mapping

Audit = Literal["exposure", "accuracy", "stability", "disparity"]
MOST_MISTAKES = 20
AUDITS: tuple[Audit, ...] = ("exposure", "accuracy", "stability", "disparity")
Words = Annotated[str, Field(min_length=1)]
Listed = str | Annotated[list[Words], Field(min_length=1)]
Choices = Annotated[list[Any], Field(min_length=1, max_length=50)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="A month, as 2024-01.")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlaceDeclared(_Strict):
    """Which areas make up the place."""

    name: Words = Field(description="Name of the place, as it stands in every finding.")
    authority: Listed | None = Field(None, description="Keep the areas of these local authorities (codes such as E06000033). Left out: every area of the file.")
    names_starting: str | None = Field(default=None, description="Or keep the areas whose name starts so, such as 'Bristol '.")
    wider: Listed | None = Field(default=None, description="Neighbouring authorities, for asking whether the answer hangs on where the outline runs.")


class Periods(_Strict):
    """First and last month, inclusive, of each span."""

    learn: tuple[Month, Month] = Field(description="Months the system learns from.")
    test: tuple[Month, Month] = Field(description="Months it is held against; after the months learnt from.")
    stops: tuple[Month, Month] | None = Field(default=None, description="Months of stops to use; left out: all in the file.")

    @model_validator(mode="after")
    def _in_order(self) -> Periods:
        for name, span in (("learn", self.learn), ("test", self.test), ("stops", self.stops)):
            if span and span[0] > span[1]:
                raise ValueError(f"periods.{name} runs backwards: {span[0]} is after {span[1]}")
        if self.test[0] <= self.learn[1]:
            raise ValueError(
                f"the test months begin in {self.test[0]}, before the months learnt from "
                f"end ({self.learn[1]}); a system must not be tested on what it has learnt"
            )
        return self


class TableDeclared(_Strict):
    """Where a table comes from."""

    path: Listed = Field(description="A file, a list of files, or a folder of monthly police.uk files; relative to the study's folder.")
    source: str | None = Field(default=None, description="Whose shape the file has, such as police-uk-street; left out: recognised by its columns.")
    columns: dict[str, str] = Field(default_factory=dict, description="For a table of your own: declared column -> its name in your file.")
    groups: dict[str, str] = Field(default_factory=dict, description="For residents with one column per group: group -> its column.")
    force: str | None = Field(default=None, description="For stops whose file holds several forces: the force's slug, such as essex.")
    vintage: Literal["lsoa-2011", "lsoa-2021", "own"] | None = Field(default=None, description="For areas of your own: which set of codes they carry.")

    fetch: str | None = Field(default=None, description="For files that may not be passed on: the slug of the source that fetches them; no endings in `path`.")

    @property
    def paths(self) -> list[str]:
        """The path or paths, as a list."""
        return [self.path] if isinstance(self.path, str) else self.path


class Tables(_Strict):
    """The tables a study rests on."""

    areas: TableDeclared = Field(description="Boundaries of the areas that residents are published for.")
    recorded_crime: TableDeclared = Field(description="Recorded crimes: points, months and kinds.")
    residents: TableDeclared = Field(description="Residents by area and group.")
    deprivation: TableDeclared | None = Field(default=None, description="Deprivation by area. Left out: nothing is said about it.")
    stops: TableDeclared | None = Field(default=None, description="Stops and searches. Left out: nothing is said about them.")
    lookup: TableDeclared | None = Field(default=None, description="Lookup between area codes of 2011 and 2021, where the tables mix them.")
    features: TableDeclared | None = Field(default=None, description="Points of interest, for systems that learn from the built environment.")
    area_features: TableDeclared | None = Field(default=None, description="Points of interest counted by area, where their points are not at hand.")
    police_activity: TableDeclared | None = Field(default=None, description="Arrests, calls, intelligence, searches by month and point.")

    def given(self) -> dict[str, TableDeclared]:
        """The tables that are declared, by name."""
        return {name: getattr(self, name) for name in type(self).model_fields if getattr(self, name) is not None}


class SystemDeclared(_Strict):
    """The system under audit."""

    name: str = Field(default="harm-spots", description="Slug of a system; `evenhand systems list` shows them.")
    settings: dict[str, Any] = Field(default_factory=dict, description="Readings of its card that differ from the default.")


class OwnParts(_Strict):
    """The published figures a claim rests on; all in quotes, since the digits printed are what they say."""

    kind: Words = Field(description="How the figure comes from its parts: ratio, percent, sum, …; `evenhand audit published --help` lists them.")
    parts: Annotated[list[Words], Field(min_length=1)] = Field(description="The figures it rests on, as printed and in quotes, such as ['10.3', '2.3'].")
    printed: str | None = Field(default=None, description="Its figure as printed, in quotes.")
    words: str | None = Field(default=None, description="How it puts the figure in words, such as 'almost five times'.")

    @model_validator(mode="after")
    def _can_be_checked(self) -> OwnParts:
        from .claims import verdict_on

        try:
            verdict_on(self)
        except EvenhandError as wrong:
            raise ValueError(str(wrong)) from None
        return self


class Claim(_Strict):
    """A published statement to set beside our figures."""

    statement: str = Field(description="The claim in your own words, or at most a dozen of theirs.")
    by: str = Field(description="Who said it, where, when.")
    printed: float | None = Field(default=None, description="The figure as printed.")
    unit: str = Field(default="", description="Unit of that figure.")
    measure: str | None = Field(default=None, description="Measure of the finding to set beside it.")
    group: str | None = Field(default=None, description="Group of that finding.")
    says: str = Field(description="How far the two can be compared.")
    own_parts: OwnParts | None = Field(default=None, description="The published figures it rests on; then the report says whether it follows from them.")


class Declared(_Strict):
    """What every kind of study declares; the folder it stands in is `folder`, that of data which may not be passed on is `data`."""

    kind: str = Field(default="places", description="What is studied: places, questions, replay, comparison or people.")
    title: Words = Field(description="Title of the report.")
    question: Words = Field(description="One plain sentence.")
    published_claims: list[Claim] = Field(default=[], description="Published statements to set beside the figures.")
    limits: list[str] = Field(default=[], description="What this study cannot show, beyond what holds for every study.")
    seed: int = Field(default=1, ge=0, le=2**63, strict=True, description="Start of the random draws; the same seed gives the same bytes.")
    replicates: int = Field(default=1000, ge=100, le=20_000, strict=True, description="Redraws behind each interval.")
    slug: str = Field(default="", exclude=True)
    folder: Path = Field(Path(), exclude=True)
    data: Path | None = Field(default=None, exclude=True)

    @field_validator("question")
    @classmethod
    def _one_question(cls, text: str) -> str:
        return " ".join(text.split())


class OfPlace(Declared):
    """What studies of a place declare, whether of one system or of several."""

    place: PlaceDeclared = Field(description="Which areas make up the place.")
    periods: Periods = Field(description="First and last month of each span.")
    tables: Tables = Field(description="The tables the study rests on.")
    group: str = Field(default="Black", description="The group the answer and the first map speak of.")
    reference: str = Field(default="White", description="The group compared with.")
    baseline: str = Field(default="count-map", description="The plain baseline shown beside the system.")

    @model_validator(mode="after")
    def _two_groups(self) -> OfPlace:
        if self.group == self.reference:
            raise ValueError(f"`group` and `reference` are both {self.group!r}; a group is compared with another one")
        return self


class Study(OfPlace):
    """A declared study of places."""

    kind: Literal["places"] = Field(default="places", description="What is studied: places, questions, replay, comparison or people.")
    system: SystemDeclared = Field(default_factory=SystemDeclared, description="The system under audit.")
    audits: list[Audit] = Field(default_factory=lambda: list(AUDITS), min_length=1, description="The questions to ask; left out: all four.")
    readings: dict[str, Choices] | None = Field(
        default=None, description="Settings to vary, each with its choices, such as `cell_m: [100, 150]`; left out: all readings of the system's card."
    )
    notes: dict[Audit, list[str]] = Field(default_factory=dict, description="Sentences shown beside an audit's figures.")


def read_study(path: Path, *, data: Path | None = None) -> Any:
    """Read a study's declaration.

    Args:
        path: the study's folder, or its study.yml.
        data: the folder of files that may not be passed on with a study.

    Returns:
        A `Study` for a study of places, else the declaration of its own kind.

    Raises:
        BadStudy: no such file, not YAML, a misspelt or missing key, or a value that cannot be right; all mistakes are listed at once.
    """
    file = path / "study.yml" if path.is_dir() else path
    if not file.is_file():
        raise BadStudy(
            f"There is no study at {path}: no file {file}.\n`evenhand study list` shows the studies that ship; `evenhand study new` makes one of your own."
        )
    from .kinds import kind_of

    written = read_mapping(file)
    home = file.parent.resolve()
    model = kind_of(written, file).Study
    try:
        return model.model_validate({**_own_keys(written, file), "slug": home.name, "folder": home, "data": data})
    except ValidationError as wrong:
        found = [_mistake(error, model) for error in wrong.errors(include_url=False)]
        more = f"\n- and {len(found) - MOST_MISTAKES} more." if len(found) > MOST_MISTAKES else ""
        mistakes = "\n".join(f"- {mistake}" for mistake in dict.fromkeys(found[:MOST_MISTAKES]))
        raise BadStudy(f"{file} cannot be followed:\n{mistakes}{more}") from None


def _own_keys(written: dict[str, Any], file: Path) -> dict[str, Any]:
    """The keys, once those that the folder decides are known not to be among them."""
    for key in ("slug", "folder", "data"):
        if key in written:
            raise BadStudy(f"{file} cannot be followed:\n- `{key}` is not a key here: a study goes by the name of its folder. Remove it.")
    return {str(key): value for key, value in written.items()}


def _mistake(error: Any, declaration: Any) -> str:
    """One mistake in words: where it stands, what is wrong, what was likely meant."""
    steps = [step for step in error["loc"] if step not in _ALTERNATIVES]
    at = ".".join(str(step) for step in steps)
    if error["type"] == "extra_forbidden":
        known = _keys_beside(error["loc"], declaration)
        near = difflib.get_close_matches(str(error["loc"][-1]), known, n=1)
        return f"`{at}` is not a key here.{f' Did you mean `{near[0]}`?' if near else ''} Known: {', '.join(known)}."
    if error["type"] == "missing":
        return f"`{at}` is missing."
    if error["type"] == "string_pattern_mismatch":
        return f"`{at}`: {error['input']!r} is not a month. Write it as 2024-01."
    if error["type"] == "string_type" and error["loc"][0] == "periods":
        return f"`{at}`: {str(error['input'])!r} is not a month. Write it as 2024-01."
    if len(steps) < len(error["loc"]):
        return f"`{at}` must be text, or a list of texts, not {_shortened(error['input'])}."
    if error["type"] in ("too_short", "string_too_short"):
        return f"`{at}` must not be empty."
    if error["type"] in _KINDS:
        return f"`{at}` must be {_KINDS[error['type']]}, not {_shortened(error['input'])}."
    said = str(error["msg"]).removeprefix("Value error, ").replace("Input should be", "it must be")
    return f"`{at}`: {said}." if at else f"{said}."


_ALTERNATIVES = ("str", "list[constrained-str]", "list[str]")
"""How the checker names the two ways to write one value or several; no reader needs them."""
_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "list_type": "a list",
    "tuple_type": "a first and a last, such as [2024-01, 2024-02]",
    "dict_type": "keys with values",
    "model_type": "keys with values",
}
"""What the checker calls a mistake -> what was wanted, in words."""


def _shortened(value: Any) -> str:
    """A value as it was written, cut where it is long."""
    shown = "nothing" if value is None else repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def _keys_beside(steps: tuple[int | str, ...], declaration: Any) -> list[str]:
    """The keys that are known where an unknown one stands."""
    model = declaration
    for step in steps[:-1]:
        if isinstance(step, str) and step in getattr(model, "model_fields", {}):
            model = _model_in(model.model_fields[step].annotation) or model
    return [key for key in model.model_fields if key not in ("slug", "folder", "data")]


def _model_in(annotation: Any) -> Any:
    """The model a field holds, looking through unions and lists."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _model_in(part)
        if found is not None:
            return found
    return None

"""A study's declaration: `study.yml`, read strictly. A misspelt key stops the reading and is named."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ..tables.errors import BadStudy

AUDITS = ("exposure", "accuracy", "stability", "disparity")
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="A month, as 2024-01.")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlaceDeclared(_Strict):
    """Which areas make up the place."""

    name: str = Field(description="Name of the place, as it stands in every finding.")
    authority: str | list[str] | None = Field(
        None, description="Keep the areas of these local authorities (codes such as E06000033). Left out: every area of the file."
    )
    names_starting: str | None = Field(None, description="Or keep the areas whose name starts so, such as 'Bristol '.")
    wider: str | list[str] | None = Field(None, description="Neighbouring authorities, for asking whether the answer hangs on where the outline runs.")


class Periods(_Strict):
    """First and last month, inclusive, of each span."""

    learn: tuple[Month, Month] = Field(description="Months the system learns from.")
    test: tuple[Month, Month] = Field(description="Months it is held against; after the months learnt from.")
    stops: tuple[Month, Month] | None = Field(None, description="Months of stops to use; left out: all in the file.")

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

    path: str | list[str] = Field(description="A file, a list of files, or a folder of monthly police.uk files; relative to the study's folder.")
    source: str | None = Field(None, description="Whose shape the file has, such as police-uk-street; left out: recognised by its columns.")
    columns: dict[str, str] = Field(default_factory=dict, description="For a table of your own: declared column -> its name in your file.")
    groups: dict[str, str] = Field(default_factory=dict, description="For residents with one column per group: group -> its column.")
    force: str | None = Field(None, description="For stops whose file holds several forces: the force's slug, such as essex.")
    vintage: Literal["lsoa-2011", "lsoa-2021", "own"] | None = Field(None, description="For areas of your own: which set of codes they carry.")

    @property
    def paths(self) -> list[str]:
        """The path or paths, as a list."""
        return [self.path] if isinstance(self.path, str) else self.path


class Tables(_Strict):
    """The tables a study rests on."""

    areas: TableDeclared
    recorded_crime: TableDeclared
    residents: TableDeclared
    deprivation: TableDeclared | None = None
    stops: TableDeclared | None = None
    lookup: TableDeclared | None = None

    def given(self) -> dict[str, TableDeclared]:
        """The tables that are declared, by name."""
        return {name: getattr(self, name) for name in type(self).model_fields if getattr(self, name) is not None}


class SystemDeclared(_Strict):
    """The system under audit."""

    name: str = Field("harm-spots", description="Slug of a system; `evenhand systems list` shows them.")
    settings: dict[str, Any] = Field(default_factory=dict, description="Readings of its card that differ from the default.")


class Claim(_Strict):
    """A published statement to set beside our figures."""

    statement: str = Field(description="The claim in your own words, or at most a dozen of theirs.")
    by: str = Field(description="Who said it, where, when.")
    printed: float | None = Field(None, description="The figure as printed.")
    unit: str = ""
    measure: str | None = Field(None, description="Measure of the finding to set beside it.")
    group: str | None = Field(None, description="Group of that finding.")
    says: str = Field(description="How far the two can be compared.")


class Study(_Strict):
    """A declared study; the folder it stands in is `folder`."""

    title: str
    question: str = Field(description="One plain sentence.")
    place: PlaceDeclared
    periods: Periods
    tables: Tables
    group: str = Field("Black", description="The group the answer and the first map speak of.")
    reference: str = Field("White", description="The group compared with.")
    system: SystemDeclared = SystemDeclared()
    baseline: str = Field("count-map", description="The plain baseline shown beside the system.")
    audits: list[Literal["exposure", "accuracy", "stability", "disparity"]] = Field(default=list(AUDITS))
    readings: dict[str, list[Any]] | None = Field(None, description="Readings to vary; left out: all of the system's card.")
    published_claims: list[Claim] = []
    notes: dict[Literal["exposure", "accuracy", "stability", "disparity"], list[str]] = Field(
        default_factory=dict, description="Sentences shown beside an audit's figures."
    )
    limits: list[str] = Field(default=[], description="What this study cannot show, beyond what holds for every study.")
    seed: int = 1
    replicates: int = Field(1000, ge=100, le=100_000, description="Redraws behind each interval.")
    slug: str = Field("", exclude=True)
    folder: Path = Field(Path(), exclude=True)

    @field_validator("question")
    @classmethod
    def _one_question(cls, text: str) -> str:
        return " ".join(text.split())


def read_study(path: Path) -> Study:
    """Read a study's declaration.

    Args:
        path: the study's folder, or its study.yml.

    Raises:
        BadStudy: no such file, not YAML, a misspelt or missing key, or a value that cannot be right; all mistakes are listed at once.
    """
    import yaml

    file = path / "study.yml" if path.is_dir() else path
    if not file.is_file():
        raise BadStudy(
            f"There is no study at {path}: no file {file}.\n`evenhand study list` shows the studies that ship; `evenhand study new` makes one of your own."
        )
    try:
        written = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        where = getattr(wrong, "problem_mark", None)
        raise BadStudy(
            f"{file} is not YAML{f', line {where.line + 1}, column {where.column + 1}' if where else ''}: {getattr(wrong, 'problem', None) or wrong}"
        ) from None
    if not isinstance(written, dict):
        raise BadStudy(f"{file} holds no keys. A study file begins with `title:`; `evenhand study new` writes one to start from.")
    try:
        return Study.model_validate({**written, "slug": file.parent.resolve().name, "folder": file.parent.resolve()})
    except ValidationError as wrong:
        mistakes = "\n".join(f"- {_mistake(error)}" for error in wrong.errors())
        raise BadStudy(f"{file} cannot be followed:\n{mistakes}") from None


def _mistake(error: Any) -> str:
    """One mistake in words: where it stands, what is wrong, what was likely meant."""
    at = ".".join(str(step) for step in error["loc"])
    if error["type"] == "extra_forbidden":
        known = _keys_beside(error["loc"])
        near = difflib.get_close_matches(str(error["loc"][-1]), known, n=1)
        return f"`{at}` is not a key here.{f' Did you mean `{near[0]}`?' if near else ''} Known: {', '.join(known)}."
    if error["type"] == "missing":
        return f"`{at}` is missing."
    if error["type"] == "string_pattern_mismatch":
        return f"`{at}`: {error['input']!r} is not a month. Write it as 2024-01."
    return f"`{at}`: {str(error['msg']).removeprefix('Value error, ')}." if at else f"{str(error['msg']).removeprefix('Value error, ')}."


def _keys_beside(steps: tuple[int | str, ...]) -> list[str]:
    """The keys that are known where an unknown one stands."""
    model: Any = Study
    for step in steps[:-1]:
        if isinstance(step, str) and step in getattr(model, "model_fields", {}):
            model = _model_in(model.model_fields[step].annotation) or model
    return [key for key in model.model_fields if key not in ("slug", "folder")]


def _model_in(annotation: Any) -> Any:
    """The model a field holds, looking through unions and lists."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _model_in(part)
        if found is not None:
            return found
    return None

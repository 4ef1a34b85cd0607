"""The declaration is read strictly, and its page describes every key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import PydanticUndefined

from evenhand.study.declaration import Study, _model_in, read_study
from evenhand.study.shipped import shipped_studies
from evenhand.tables.errors import BadStudy
from tests.house.tree import ROOT, none_of

PAGE = ROOT / "docs" / "bring-your-own.md"
TABLES = ("areas", "recorded_crime", "residents", "deprivation", "stops", "lookup")


def keys(model: Any = Study, above: str = "") -> Iterator[tuple[str, str, str]]:
    """Every key with whether it is needed and what it means; the six tables share their keys."""
    for name, field in model.model_fields.items():
        if field.exclude:
            continue
        inner = _model_in(field.annotation)
        default = "" if field.default is PydanticUndefined else field.default
        shown = f"`{default}`" if isinstance(default, (str, int)) and default != "" else "left out"
        yield f"{above}{name}", "needed" if field.is_required() else shown, str(field.description)
        if inner is not None and not (above == "tables." and name != "areas"):
            yield from keys(inner, "tables.…." if above == "tables." else f"{above}{name}.")


def lines() -> list[str]:
    """The page's table of keys."""
    return [f"| `{key}` | {needed} | {says} |" for key, needed, says in keys()]


def test_every_key_stands_in_its_page_as_the_model_describes_it():
    written = PAGE.read_text(encoding="utf-8").splitlines()
    none_of([line for line in lines() if line not in written], f"Lines that {PAGE.name} lacks.")


def test_the_page_describes_no_key_that_is_not_there():
    known = {key for key, *_ in keys()}
    section = PAGE.read_text(encoding="utf-8").split("## Every key", 1)[1].split("\n## ", 1)[0]
    described = {line.split("`")[1] for line in section.splitlines() if line.startswith("| `")}
    none_of(sorted(described - known), "Keys that do not exist.")


def test_every_key_says_what_it_means():
    none_of([key for key, _, says in keys() if says in ("None", "")], "Keys without a description.")


@pytest.mark.parametrize("slug", sorted(shipped_studies()))
def test_every_study_that_ships_is_read_from_its_folder_or_its_file(slug):
    folder = shipped_studies()[slug]
    assert read_study(folder) == read_study(folder / "study.yml")
    assert read_study(folder).slug == slug


def test_all_mistakes_are_told_at_once(tmp_path):
    (tmp_path / "study.yml").write_text("titel: x\nplace: {nme: A}\nseed: lucky\n")
    with pytest.raises(BadStudy) as told:
        read_study(tmp_path)
    for fragment in ("`titel`", "`title` is missing", "`place.nme`", "`place.name` is missing", "`tables` is missing", "`seed` must be"):
        assert fragment in str(told.value)


def test_a_hundred_mistakes_are_not_a_hundred_lines(tmp_path):
    (tmp_path / "study.yml").write_text("".join(f"odd_{number}: 1\n" for number in range(100)))
    with pytest.raises(BadStudy, match="and 85 more") as told:
        read_study(tmp_path)
    assert len(str(told.value).splitlines()) < 30


def test_aliases_that_stand_for_little_are_read(tmp_path):
    shipped = (shipped_studies()["southend-harm-spots"] / "study.yml").read_text(encoding="utf-8")
    (tmp_path / "study.yml").write_text(shipped.replace("test: [2024-03, 2024-03]", "test: [&m 2024-03, *m]"), encoding="utf-8")
    assert read_study(tmp_path).periods.test == ("2024-03", "2024-03")


def test_a_mark_at_the_beginning_of_the_file_is_no_part_of_a_key(tmp_path: Path):
    shipped = (shipped_studies()["southend-harm-spots"] / "study.yml").read_bytes()
    (tmp_path / "study.yml").write_bytes(b"\xef\xbb\xbf" + shipped)
    assert read_study(tmp_path).title.startswith("Who lives")

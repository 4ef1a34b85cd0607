"""Every study that ships can be followed, and its data carry their licence."""

from __future__ import annotations

import pytest

from tests.house.tree import ROOT, files, name, none_of

STUDIES = sorted({path.parent for path in files("studies") if path.name == "study.yml"})
MOST_BYTES = 30_000_000


@pytest.mark.parametrize("folder", STUDIES, ids=lambda folder: folder.name)
def test_every_declaration_can_be_followed(folder):
    from evenhand.study.declaration import read_study

    assert read_study(folder).slug == folder.name
    assert (folder / "README.md").is_file(), "a study says in prose what it is about"


@pytest.mark.parametrize("folder", STUDIES, ids=lambda folder: folder.name)
def test_every_data_file_has_its_licence(folder):
    data = [path for path in files("studies") if path.is_relative_to(folder / "data") and path.name != "README.md"]
    if not data:
        pytest.skip("this study brings no data")
    said = (folder / "data" / "README.md").read_text(encoding="utf-8")
    assert "licence" in said.lower()
    none_of([name(path) for path in data if path.name not in said], "Data that no README speaks of.")


def test_the_studies_folder_stays_small():
    assert sum(path.stat().st_size for path in files("studies")) <= MOST_BYTES


def test_there_is_a_study_to_check():
    assert ROOT / "studies" / "southend-harm-spots" in STUDIES

"""docs/first-crime-map.md: its Python runs as it stands and prints what the page says; its picture is what the page draws."""

from __future__ import annotations

import doctest
import re

import pandas as pd
import yaml

from evenhand.study.declaration import read_study
from evenhand.study.shipped import find_study
from evenhand.systems.catalogue import system_named
from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "first-crime-map.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)


def test_the_pages_python_prints_what_the_page_says_and_draws_its_picture(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    session = doctest.DocTestParser().get_doctest("\n".join(BLOCKS), {}, PAGE.name, str(PAGE), 0)
    said: list[str] = []
    doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE).run(session, out=said.append)
    assert "".join(said) == ""
    assert len(session.examples) > 20
    shipped = ROOT / "docs" / "images" / "first-crime-map.svg"
    assert (tmp_path / "first-crime-map.svg").read_text(encoding="utf-8") == shipped.read_text(encoding="utf-8")


def test_every_block_is_a_session_so_that_none_goes_untested():
    assert len(BLOCKS) == 9
    assert all(block.startswith(">>> ") for block in BLOCKS)


def test_the_pages_study_lines_make_a_study(tmp_path):
    declared = yaml.safe_load((find_study("made-up-town") / "study.yml").read_text(encoding="utf-8"))
    (added,) = re.findall(r"```yaml\n(.*?)```", TEXT, flags=re.DOTALL)
    (tmp_path / "study.yml").write_text(yaml.safe_dump({**declared, **yaml.safe_load(added)}), encoding="utf-8")
    assert system_named(read_study(tmp_path).system.name).CARD.slug == "crime-atlas"


def test_the_figures_of_1833_that_the_page_quotes_are_those_printed():
    """The three correlations are held to the page by tests/published/test_guerry_1833.py."""
    printed = pd.read_csv(ROOT / "tests" / "published" / "guerry_1833.csv").set_index("department")["property"]
    for department, figure in (("Seine", "1,368"), ("Creuse", "20,235"), ("Gironde", "7,423"), ("Manche", "7,424")):
        assert f"{printed[department]:,}" == figure
        assert figure in TEXT
    for figure in ("−0.07", "−0.38", "0.23"):
        assert f"| {figure} |" in TEXT

"""The page: well formed, self-contained, every picture with its table, nothing unescaped."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from evenhand.report.numbers import value_of
from evenhand.report.page import render
from evenhand.report.pictures import all_pictures
from evenhand.tables.findings import Finding

VOID = {"meta", "br", "link", "img", "input", "hr", "col"}


class Reader(HTMLParser):
    """Checks nesting and collects what the tests ask about."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.scopes: list[str | None] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        self.ids += [named["id"]] if "id" in named else []
        self.links += [named["href"]] if tag == "a" else []
        self.fetched += [value for name, value in attrs if name in ("src", "srcset", "data", "poster") or (name == "href" and tag != "a")]
        self.scopes += [named.get("scope")] if tag == "th" else []

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.fixture(scope="module")
def page(contents):
    return render(contents)


@pytest.fixture(scope="module")
def read(page):
    reader = Reader()
    reader.feed(page)
    return reader


def test_the_page_is_well_formed_and_in_british_english(page, read):
    assert page.startswith("<!DOCTYPE html>")
    assert '<html lang="en-GB">' in page
    assert read.wrong == []
    assert read.open == []


def test_ids_are_unique_and_every_link_inside_the_page_lands(read):
    assert len(read.ids) == len(set(read.ids))
    assert not [link for link in read.links if link.startswith("#") and link[1:] not in read.ids]


def test_nothing_is_fetched_from_anywhere(page, read):
    assert read.fetched == []
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_the_ten_sections_stand_in_order(read):
    wanted = ["answer", "maps", "exposure", "accuracy", "disparity", "basis", "claims", "method", "limits", "sources"]
    assert [name for name in read.ids if name in wanted] == wanted


def test_every_picture_is_followed_by_its_table_inside_the_same_figure(page, contents):
    figures = re.findall(r'<figure id="([^"]+)".*?</figure>', page, flags=re.DOTALL)
    assert figures == [picture.slug for picture in all_pictures(contents)]
    for figure in re.findall(r'<figure id="[^"]+".*?</figure>', page, flags=re.DOTALL):
        assert "<details" in figure
        assert "<table" in figure
        assert "<caption>" in figure
        assert figure.index("<svg") < figure.index("<table")


def test_tables_behind_pictures_hold_the_findings_exactly(page, contents):
    for picture in all_pictures(contents):
        figure = re.search(rf'<figure id="{picture.slug}".*?</figure>', page, flags=re.DOTALL).group()
        for finding in picture.findings:
            if finding.value is not None:
                assert f'data-value="{finding.value}">{value_of(finding)}' in figure


def test_header_cells_have_a_scope(read):
    assert set(read.scopes) <= {"col", "row", "rowgroup"}


def test_maps_have_title_and_description(page):
    maps = re.findall(r'<svg class="map.*?</svg>', page, flags=re.DOTALL)
    assert len(maps) == 7
    assert all("<title id=" in one and "<desc id=" in one and 'role="img"' in one for one in maps)


def test_hostile_names_and_raw_html_in_prose_stay_text(page):
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "<b>Not bold" not in page
    assert "<img" not in page
    assert page.count("<script>") == 1


def test_hostile_words_anywhere_stay_text(made, one):
    bad = "<img src=x onerror=alert(1)>"
    finding = one(
        "exposure",
        "exposure_ratio",
        2.0,
        group=bad,
        reference=bad,
        low=1.1,
        high=3.0,
        caveats=(bad,),
        unit=bad,
        n=1,
        method=bad,
        source=bad,
        null_model=bad,
        p_value=0.5,
    )
    page = render(made(findings=(finding,), title=bad, question=bad, place=bad, limits=(bad,), prose=bad, notes={"exposure": (bad,)}, settings={bad: bad}))
    assert "<img" not in page


def test_same_contents_same_bytes(made):
    assert render(made()) == render(made())


def test_clock_times_of_the_manifest_are_left_out(made):
    assert render(made(manifest={"seed": 1, "duration_s": 1.0})) == render(made(manifest={"seed": 1, "duration_s": 2.0}))


def test_a_guess_opens_the_answer(made, contents):
    guess = {"readings": {"low": 0.7, "high": 3.0, "n_readings": 12, "survives": False, "says": "It turns with the bandwidth."}}
    main, *rest = contents.findings
    page = render(made(findings=(main.model_copy(update={"settings": guess}), *rest)))
    assert page.index("This conclusion depends on a guess") < page.index("times as likely")


def test_refusals_are_shown_with_their_reason_beside_the_section_and_in_the_basis(page):
    assert page.count("holds only two of five values") == 2
    assert "by ethnicity as the officer saw it" in page


def test_notes_stand_right_beside_the_figures_they_concern(page):
    figure = re.search(r'<figure id="stop-rate-ratios".*?</figure>', page, flags=re.DOTALL).group()
    assert "Stops are from 2019 and 2020" in figure


def test_health_levels_are_said_in_words_beside_the_symbol(page):
    for word in ("fine", "worth knowing", "weakens conclusions", "stops an audit"):
        assert f"</span> {word}</td>" in page


def test_readings_of_the_card_are_shown_with_default_and_alternatives(page):
    assert "How far does one record reach?" in page
    assert "100 m, 300 m, 550 m" in page


def test_a_report_without_any_findings_or_areas_still_stands(made, contents):
    page = render(
        made(
            findings=(),
            areas=contents.areas.iloc[:0],
            cells=contents.cells.iloc[:0],
            readings=contents.readings.iloc[:0],
            health=(),
            claims=(),
            sources=(),
            refused=(),
            manifest={},
        )
    )
    assert "We cannot say" in page
    assert "<figure" not in page


def test_absent_shares_and_deciles_leave_their_maps_out(made, contents):
    slugs = [picture.slug for picture in all_pictures(made(areas=contents.areas.drop(columns=["decile", "share_Black"])))]
    assert "map-deprivation" not in slugs
    assert "map-group" not in slugs
    assert "map-reference" in slugs


def test_a_place_with_no_flagged_spot_is_drawn(made, contents):
    cells = contents.cells.assign(is_flagged=False)
    assert "flagged spot (0)" in render(made(cells=cells))


def test_findings_of_a_new_measure_appear_in_the_table_of_every_figure(made, contents):
    new = Finding(question="exposure", measure="quite_new_measure", group="Black", value=3.25, unit="ratio")
    assert "Quite new measure" in render(made(findings=(*contents.findings, new)))


def test_the_page_is_small(page):
    assert len(page.encode()) < 2_500_000

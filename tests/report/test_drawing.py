"""Charts, maps, terminal and notebook."""

from __future__ import annotations

import io
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from shapely.geometry import MultiPolygon, Polygon, box

from evenhand.report import charts, maps, terminal
from evenhand.report.pictures import all_pictures, pictures


@pytest.mark.parametrize("values", [[0.5, 2.0], [1.2], [0.02, 40.0], [0.97, 1.04], [], [None, 3.0], [900.0], [0.0, 2.0]])
def test_a_ratio_scale_holds_one_and_leaves_room_between_its_ticks(values):
    scale = charts.ratio_scale(values)
    places = [scale.at(tick) for tick in scale.ticks]
    assert 1.0 in scale.ticks
    assert all(0 <= place <= 100 for place in places)
    assert all(np.diff(places) >= charts.ROOM)


@pytest.mark.parametrize("values", [[0.0], [0.012, 0.047], [-0.03, 0.01], [0.5, 1.0], [], [None]])
def test_a_plain_scale_holds_nought_and_every_value(values):
    scale = charts.plain_scale(values, "share")
    known = [value for value in values if value is not None]
    assert scale.low <= min([0, *known])
    assert scale.high >= max([0, *known])
    assert 2 <= len(scale.ticks) <= 7


def test_twice_and_half_stand_equally_far_from_equal():
    scale = charts.ratio_scale([0.4, 2.6])
    assert scale.at(2) - scale.at(1) == pytest.approx(scale.at(1) - scale.at(0.5))


def test_an_unknown_end_is_an_arrow_and_a_known_end_a_stop():
    row = charts.Row("x", "", (charts.Mark(1.5, 1.2, None),))
    assert charts.strip(row, charts.ratio_scale([1.5]), 1.0).count('class="arrow main"') == 1


def test_a_row_without_value_draws_no_dot():
    assert 'class="dot' not in charts.strip(charts.Row("x", "", (charts.Mark(None),)), charts.ratio_scale([1.5]), 1.0)


def test_bounds_are_drawn_unlike_an_interval():
    strip = charts.strip(charts.Row("x", "", (charts.Mark(1.5, 1.2, 1.8),), band=(1.0, 3.0)), charts.ratio_scale([1.0, 3.0]), 1.0)
    assert 'class="band"' in strip
    assert 'class="interval main"' in strip


def test_no_mark_leaves_its_strip(contents):
    for picture in all_pictures(contents):
        places = [float(place) for place in re.findall(r'(?:x|x1|x2)="(-?[\d.]+)%"', picture.drawing)]
        assert all(0 <= place <= 100 for place in places)


def outline(path: str) -> list[tuple[int, int]]:
    """Read path data back into points, slowly and plainly."""
    x = y = 0
    points = []
    for kind, numbers in re.findall(r"([Mlhv])([^Mlhvz]*)", path):
        given = [int(number) for number in re.findall(r"-?\d+", numbers)]
        while given:
            if kind == "M":
                x, y, given = given[0], given[1], given[2:]
            elif kind == "l":
                x, y, given = x + given[0], y + given[1], given[2:]
            elif kind == "h":
                x, given = x + given[0], given[1:]
            else:
                y, given = y + given[0], given[1:]
            points.append((x, y))
    return points


def test_a_path_read_back_is_the_polygon_in_whole_metres():
    shape = Polygon([(0.2, 0), (100, 0), (100, 50), (130.4, 80.6), (60, 90), (60, 20), (0, 40)])
    expected = [(round(x), round(100 - y)) for x, y in shape.exterior.coords[:-1]]
    assert outline(maps.path_of(shape, 0, 100)) == expected


def test_holes_and_parts_each_start_anew():
    holed = Polygon([(0, 0), (90, 0), (90, 90), (0, 90)], [[(10, 10), (20, 10), (20, 20)]])
    assert maps.path_of(MultiPolygon([holed, box(200, 0, 210, 10)]), 0, 100).count("M") == 3


def test_every_area_falls_in_one_class_and_classes_cover_all_values():
    shares = pd.Series([0.004, 0.011, np.nan, 0.024, 0.031, 0.052, 0.118, 0.118])
    classes = maps.classes_of_shares(shares)
    assert classes.of_area[2] == -1
    assert {index for index in classes.of_area if index >= 0} <= set(range(len(classes.labels)))
    assert classes.labels[0].startswith("0.4")
    assert classes.labels[-1].endswith("11.8\u00a0%")


@pytest.mark.parametrize("values", [[0.2, 0.2, 0.2], [0.0, 0.0, 0.5], [np.nan, np.nan], [0.1]])
def test_few_or_equal_values_still_make_classes(values):
    classes = maps.classes_of_shares(pd.Series(values))
    assert len(classes.of_area) == len(values)


def test_the_most_deprived_have_the_strongest_shade():
    classes = maps.classes_of_deciles(pd.Series([1, 10, None]))
    assert [classes.shade(index) for index in classes.of_area] == ["q5", "q1", "unknown"]


def test_areas_that_overlap_are_drawn_all_the_same():
    areas = gpd.GeoDataFrame({"area_code": ["a", "b"]}, geometry=[box(0, 0, 1000, 1000), box(500, 0, 1500, 1000)], crs="EPSG:27700")
    cells = gpd.GeoDataFrame({"is_flagged": [], "is_baseline_flagged": []}, geometry=[], crs="EPSG:27700")
    assert all(maps.base_of(areas, cells).areas)


def test_the_side_by_side_map_shows_the_same_spots_thrice(contents):
    picture = next(picture for picture in pictures(contents)["maps"] if picture.slug == "maps-side-by-side")
    views = re.findall(r'viewBox="([^"]+)" role', picture.drawing)
    assert len(views) == 3
    assert len(set(views)) == 1


def test_a_terminal_of_60_columns_is_not_overrun(contents):
    console = Console(width=60, file=io.StringIO(), color_system=None)
    terminal.show(contents.findings, "/somewhere/report.html", console)
    text = console.file.getvalue()
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 60
    assert "2.07" in text
    assert "1.40 to 2.91" in text
    assert "/somewhere/report.html" in text


def test_a_wide_terminal_shows_test_and_denominator(contents):
    console = Console(width=130, file=io.StringIO(), color_system=None)
    terminal.show(contents.findings, "report.html", console)
    assert "p = 0.031" in console.file.getvalue()
    assert "3,912 residents of the group" in console.file.getvalue()


def test_square_brackets_in_names_are_text_at_the_terminal(one):
    console = Console(width=80, file=io.StringIO(), color_system=None)
    terminal.show([one("exposure", "exposure_ratio", 1.0, group="[bold]x[/bold]", unit="ratio")], "[red]r.html", console)
    assert "[bold]x[/bold]" in console.file.getvalue()
    assert "[red]r.html" in console.file.getvalue()


def test_a_picture_renders_in_a_notebook_with_its_table(contents):
    for picture in all_pictures(contents):
        html = picture._repr_html_()
        assert html.startswith("<iframe")
        assert "&lt;table" in html
        assert "<script" not in html

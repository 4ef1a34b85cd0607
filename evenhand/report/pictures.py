"""All pictures of a report by the section they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import finding_pictures as charts
from .accuracy_pictures import capture_of_cells
from .place_pictures import map_pictures
from .plain_pictures import forest

if TYPE_CHECKING:
    from ..tables.findings import Finding
    from .contents import Contents
    from .picture import Picture


def pictures(contents: Contents) -> dict[str, tuple[Picture, ...]]:
    """Pictures by section: maps, exposure, accuracy, disparity, basis. What has no findings is not drawn."""
    readings = (
        charts.readings(
            contents, "exposure_ratio", slug="readings-exposure", title="The exposure ratio under each plausible reading", measure="exposure_ratio"
        ),
        charts.readings(
            contents,
            "crime_captured_share",
            slug="readings-accuracy",
            title="The share of later recorded crime captured under each plausible reading",
            measure="crime_captured_share",
        ),
    )
    chosen = {
        "maps": map_pictures(contents),
        "exposure": (
            charts.exposure_by_group(contents),
            charts.exposed_share(contents),
            charts.exposed_by_deprivation(contents),
            charts.exposure_at_like_deprivation(contents),
        ),
        "accuracy": (charts.accuracy(contents), capture_of_cells(contents), charts.stability(contents)),
        "disparity": (charts.stop_ratios(contents), charts.no_further_action(contents)),
        "basis": (*factors(contents), *readings),
    }
    return {section: tuple(picture for picture in drawn if picture is not None) for section, drawn in chosen.items()}


def factors(contents: Contents) -> tuple[Picture | None, ...]:
    """The factors a map of risk terrain rests on, and how steady their choice is."""

    def label(finding: Finding) -> str:
        return f"{finding.group}, {finding.settings['operationalisation']} {finding.settings['distance_m']:,.0f} m"

    values = [one for one in contents.findings if one.measure == "relative_risk_value"]
    shares = [one for one in contents.findings if one.measure == "factor_chosen_share"]
    axis = "times as much recorded crime; 1 is no difference"
    return (
        forest(values, slug="factors", title="What the map rests on: relative risk values", axis=axis, label=label),
        forest(shares, slug="factors-chosen", title="How often each is chosen when records are drawn anew", axis="share of redraws"),
    )


def all_pictures(contents: Contents) -> tuple[Picture, ...]:
    """The same in one row, in the report's order."""
    return tuple(picture for drawn in pictures(contents).values() for picture in drawn)

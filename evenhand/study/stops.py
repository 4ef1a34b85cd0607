"""The disparity audit of a study: its stops, counted once, set beside its residents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..audit.disparity import PARTS, both_fields
from ..audit.stop_counts import count_months, count_stops
from ..report.contents import Refusal
from ..tables import engine
from ..tables.errors import CannotAnswer
from ..tables.stops import OFFICER_DEFINED

if TYPE_CHECKING:
    import pandas as pd

    from ..tables.findings import Finding
    from .declaration import Study
    from .inputs import Inputs


def audit_stops(study: Study, inputs: Inputs) -> tuple[list[Finding], list[Refusal]]:
    """Stops by group, for both ethnicity fields; a field that cannot answer is refused with its reason and the other goes on.

    Raises:
        CannotAnswer: the study has no stops, or none in its place.
    """
    if inputs.stops is None or inputs.stop_points is None:
        raise CannotAnswer("The study declares no table of stops, so nothing is said about who is stopped.")
    if inputs.stop_points.empty:
        raise CannotAnswer(f"No stop with a location lies in {study.place.name}, so nothing is said about who is stopped there.")
    _require_alike(inputs.outline.residents)
    counts = count_stops(inputs.stops, areas_of_points=inputs.stop_points)
    found, refused = both_fields(
        counts,
        _long(inputs.outline.residents),
        reference=study.reference,
        groups=tuple(str(group) for group in inputs.outline.residents.columns),
        place=study.place.name,
        period=_spelt(stop_span(study, inputs)),
        source="; ".join(used.title for used in inputs.sources if used.table in ("stops", "residents")),
        seed=study.seed,
        replicates=study.replicates,
        health=inputs.health["stops"],
        parts=PARTS,
        months=count_months(inputs.stops, areas_of_points=inputs.stop_points),
        notes=[*study.notes.get("disparity", []), *other_months(study, inputs)],
        residents_as_of=_census_year(inputs),
    )
    return found, refusals(refused)


def refusals(refused: dict[str, str]) -> list[Refusal]:
    """What `both_fields` could not answer, as a report shows it.

    Example:
        >>> refusals({"self_defined_ethnicity": "More than half is missing."})[0].audit
        'disparity by self defined ethnicity'
    """
    return [Refusal(f"disparity by {field.replace('_', ' ')}", reason) for field, reason in refused.items()]


def other_months(study: Study, inputs: Inputs) -> list[str]:
    """A sentence where the stops are from other months than the recorded crimes, unless the study says so itself.

    The study is taken to say so where its own notes name every year concerned.
    """
    if inputs.stops is None or inputs.stop_points is None or inputs.stop_points.empty:
        return []
    stops, crimes = stop_span(study, inputs), (study.periods.learn[0], study.periods.test[1])
    if crimes[0] <= stops[0] and stops[1] <= crimes[1]:
        return []
    years = {month[:4] for month in (*stops, *crimes)}
    if all(year in " ".join(study.notes.get("disparity", [])) for year in years):
        return []
    apart = stops[1] < crimes[0] or crimes[1] < stops[0]
    differ = "no month is in both" if apart else "they overlap only in part"
    return [
        f"The stops are from {_spelt(stops)}, the recorded crimes from {_spelt(crimes)}: {differ}. "
        "These figures stand beside the spots; they do not say who was stopped in them."
    ]


def _require_alike(residents: pd.DataFrame) -> None:
    groups = sorted(map(str, residents.columns))
    if groups != sorted(OFFICER_DEFINED):
        raise CannotAnswer(
            f"Residents are counted in the groups {', '.join(groups)}, stops in {', '.join(sorted(OFFICER_DEFINED))}, "
            "so the one cannot be divided by the other. Residents in these five groups would answer it."
        )


def _long(residents: pd.DataFrame) -> pd.DataFrame:
    """Residents as the declared table: one row per area and group."""
    return residents.reset_index(names="area_code").melt(id_vars="area_code", var_name="group", value_name="residents")


def stop_span(study: Study, inputs: Inputs) -> tuple[str, str]:
    """First and last month the stops are from, as declared or as found.

    Raises:
        CannotAnswer: no stop has a date.
    """
    if study.periods.stops:
        return study.periods.stops
    months = [month for month in engine.counts(inputs.stops, by=["month"])["month"] if isinstance(month, str)]
    if not months:
        raise CannotAnswer("No stop has a date, so it cannot be said when these stops were.")
    return min(months), max(months)


def _spelt(span: tuple[str, str]) -> str:
    """A span as it stands in a finding: one month, or first to last.

    Example:
        >>> _spelt(("2024-01", "2024-01")), _spelt(("2024-01", "2024-03"))
        ('2024-01', '2024-01 to 2024-03')
    """
    return span[0] if span[0] == span[1] else f"{span[0]} to {span[1]}"


def _census_year(inputs: Inputs) -> str | None:
    """When the residents were counted, where their source is a census."""
    title = next(used.title for used in inputs.sources if used.table == "residents")
    return "March 2021" if title.startswith("Census 2021") else None

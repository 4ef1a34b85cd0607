"""The disparity audit of a study: its stops, counted once, set beside its residents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..audit.disparity import both_fields
from ..audit.stop_counts import count_stops
from ..report.contents import Refusal
from ..tables import engine
from ..tables.errors import CannotAnswer

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
    counts = count_stops(inputs.stops, areas_of_points=inputs.stop_points)
    found, refused = both_fields(
        counts,
        _long(inputs.outline.residents),
        reference=study.reference,
        groups=tuple(str(group) for group in inputs.outline.residents.columns),
        place=study.place.name,
        period=_months(study, inputs),
        source="; ".join(used.title for used in inputs.sources if used.table in ("stops", "residents")),
        seed=study.seed,
        replicates=study.replicates,
        health=inputs.health["stops"],
        notes=study.notes.get("disparity", []),
        residents_as_of=_census_year(inputs),
    )
    return found, [Refusal(f"disparity by {field.replace('_', ' ')}", reason) for field, reason in refused.items()]


def _long(residents: pd.DataFrame) -> pd.DataFrame:
    """Residents as the declared table: one row per area and group."""
    return residents.reset_index(names="area_code").melt(id_vars="area_code", var_name="group", value_name="residents")


def _months(study: Study, inputs: Inputs) -> str:
    """The months the stops are from, as declared or as found."""
    if study.periods.stops:
        first, last = study.periods.stops
    else:
        months = [month for month in engine.counts(inputs.stops, by=["month"])["month"] if isinstance(month, str)]  # type: ignore[arg-type]
        first, last = min(months), max(months)
    return first if first == last else f"{first} to {last}"


def _census_year(inputs: Inputs) -> str | None:
    """When the residents were counted, where their source is a census."""
    title = next(used.title for used in inputs.sources if used.table == "residents")
    return "March 2021" if title.startswith("Census 2021") else None

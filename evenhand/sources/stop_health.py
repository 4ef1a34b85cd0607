"""What is odd about stop and search records, from counts by force.

The traps that real files hold: ethnicity that was lost in publication, so that only two of the five
officer-defined groups are left; "Not stated" in a third of rows; columns a force never fills; months
of which only a part was published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tables.errors import EmptyTable
from ..tables.health import HealthNote, share_missing
from ..tables.stops import OFFICER_DEFINED, OUTCOMES, SELF_DEFINED
from . import police_uk_rows as shared

if TYPE_CHECKING:
    import ibis
    import pandas as pd

NOT_STATED = tuple(label for label, group in SELF_DEFINED.items() if group is None)
ENOUGH_ROWS = 500
"""From this many stops on, a force with none of the White or Black group has lost them, not met none."""
TOO_MUCH_MISSING = 0.5
ENOUGH_LACKING = 20
"""Stops of a group that months without any of it should have held, before chance is ruled out as the reason."""
FIELDS = {"officer_defined_ethnicity": "officer-defined ethnicity", "self_defined_ethnicity": 'self-defined ethnicity (or "Not stated")'}


def stop_notes(rows: ibis.Table, *, months: shared.Span | None = None, where: str = "", tell: shared.Tell | None = None) -> tuple[int, list[HealthNote]]:
    """How many rows there are, and what is odd about them.

    Args:
        rows: the table stops, whole or a selection; a column `row` (a fingerprint) tells repeats more sharply.
        months: first and last month wanted.
        where: the file to name when a cell cannot be understood.
        tell: what to say of such cells; see `refuse_unreadable`.
    """
    by_force = _counted(rows)
    total = by_force.drop(columns="force").sum()
    shared.refuse_unreadable(total, where=where, tell=tell)
    n = int(total["rows"])
    if n == 0:
        raise EmptyTable(f"{where or 'The table stops'} has no rows, so nothing can be computed from it.")
    notes = [
        share_missing(int(total["no point"]), n, "coordinates"),
        *(_ethnicity_note(total, field) for field in FIELDS),
        share_missing(int(total["no gender"]), n, "gender"),
        share_missing(int(total["no outcome"]), n, "outcome; unknown is not 'no further action'"),
        _linked_note(total),
        share_missing(int(total["no time"]), n, "date, so they belong to no month"),
        shared.repeats(n, int(total["distinct"])),
        *_categories_note(total),
        *_worst_forces(by_force),
        *_groups_used_for_a_time(rows),
    ]
    return n, notes + _level_notes(rows, months)


def _counted(rows: ibis.Table) -> pd.DataFrame:
    """One scan: everything the notes rest on, by force."""
    import ibis

    from ..tables.engine import fetched

    if "force" not in rows.columns:
        rows = rows.mutate(force=ibis.null("string"))
    if "row" not in rows.columns:
        rows = rows.mutate(row=shared.fingerprint(rows, rows.columns))
    lacking = {"no gender": "gender", "no outcome": "outcome", "no time": "stopped_at", "no link": "is_outcome_linked"}
    sums: dict[str, Any] = {
        "rows": rows.count(),
        "distinct": rows.row.nunique(),
        "no point": (rows.longitude.isnull() | rows.latitude.isnull()).sum(),
        "no officer_defined_ethnicity": rows.officer_defined_ethnicity.isnull().sum(),
        "no self_defined_ethnicity": (rows.self_defined_ethnicity.isnull() | rows.self_defined_ethnicity.isin(NOT_STATED)).sum(),
        "linked": rows.is_outcome_linked.sum() if "is_outcome_linked" in rows.columns else ibis.literal(0),
    }
    sums |= {name: rows[column].isnull().sum() if column in rows.columns else rows.count() for name, column in lacking.items()}
    sums |= {f"officer {group}": (rows.officer_defined_ethnicity == group).sum() for group in OFFICER_DEFINED}
    sums |= {f"self {group}": rows.self_defined_ethnicity.isin([label for label, of in SELF_DEFINED.items() if of == group]).sum() for group in OFFICER_DEFINED}
    sums |= {f"outcome {outcome}": (rows.outcome == outcome).sum() for outcome in OUTCOMES}
    sums |= {name: rows[name].sum() for name in rows.columns if name.startswith("unreadable ")}
    counted = fetched(rows.group_by("force").agg(**sums).order_by("force"))
    return shared.as_numbers(counted, list(sums))


def _ethnicity_note(counted: pd.Series, field: str) -> HealthNote:
    """How much of a field is missing, and whether what is left can carry a comparison at all."""
    n, missing = int(counted["rows"]), int(counted[f"no {field}"])
    blocks = (f"disparity:{field}",)
    note = share_missing(missing, n, FIELDS[field], refuse_above=TOO_MUCH_MISSING, blocks=blocks)
    lost = _lost(counted, field)
    if lost:
        left = [group for group in OFFICER_DEFINED if counted[f"{field.split('_')[0]} {group}"]]
        says = (
            f"{note.says} No row is {' or '.join(lost)}: only {' and '.join(left) or 'none'} occur, so groups were "
            "lost in recording or publication and no comparison of groups can be made from it."
        )
        return HealthNote("missing", says, "refuse", note.value, "share", blocks)
    return note


def _lost(counted: pd.Series, field: str) -> list[str]:
    if counted["rows"] < ENOUGH_ROWS:
        return []
    return [group for group in ("White", "Black") if not counted[f"{field.split('_')[0]} {group}"]]


def _unusable(counted: pd.Series, field: str) -> bool:
    return bool(_lost(counted, field)) or counted[f"no {field}"] > TOO_MUCH_MISSING * counted["rows"]


def _linked_note(counted: pd.Series) -> HealthNote:
    n, missing, linked = int(counted["rows"]), int(counted["no link"]), int(counted["linked"])
    what = "word on whether the outcome was linked to what was looked for"
    if missing == n:
        return HealthNote("missing", f"The column is never filled: none of {n:,} rows has a {what}.", "warn", 1.0, "share")
    note = share_missing(missing, n, what)
    if not linked:
        return HealthNote(
            "missing", f"{note.says} Where there is one it is always 'no', which is more likely a default than an answer.", "warn", note.value, "share"
        )
    return note


def _categories_note(counted: pd.Series) -> list[HealthNote]:
    unused = [outcome for outcome in OUTCOMES if not counted[f"outcome {outcome}"]]
    groups = [group for group in OFFICER_DEFINED if not counted[f"officer {group}"]]
    notes = []
    if unused:
        notes.append(
            HealthNote("categories", f"{len(unused)} of {len(OUTCOMES)} outcomes never occur: {', '.join(unused)}.", "note", float(len(unused)), "categories")
        )
    if groups:
        notes.append(HealthNote("categories", f"Officer-defined groups that never occur: {', '.join(groups)}.", "note", float(len(groups)), "categories"))
    return notes or [HealthNote("categories", "All outcomes and all officer-defined groups occur.", "fine", 0.0, "categories")]


def _groups_used_for_a_time(rows: ibis.Table) -> list[HealthNote]:
    """Officer-defined groups that whole months do without, though others show that they would have occurred.

    Essex Police used "Mixed" only from September 2020: over two years its rate looks like an eighth of the truth.
    """
    from ..tables.engine import counts

    counted = counts(rows.filter(rows.officer_defined_ethnicity.notnull() & rows.month.notnull()), by=["month", "officer_defined_ethnicity"])
    if counted.empty:
        return []
    by_month = counted.pivot(index="month", columns="officer_defined_ethnicity", values="n").fillna(0)
    notes = []
    for group in by_month.columns:
        used = by_month[group] > 0
        rate = by_month.loc[used, group].sum() / by_month[used].to_numpy().sum()
        lacking = rate * by_month[~used].to_numpy().sum()
        if lacking >= ENOUGH_LACKING:
            months = list(by_month.index[used])
            says = (
                f"By officer-defined ethnicity '{group}' is used in only {len(months)} of {len(by_month)} months (first {months[0]}, last {months[-1]}). "
                f"At that rate the others would hold about {lacking:,.0f} such stops, so its rate over all "
                "months is too low and those of other groups may be too high."
            )
            notes.append(HealthNote("categories", says, "warn", float(len(months)), "months"))
    return notes


def _worst_forces(by_force: pd.DataFrame) -> list[HealthNote]:
    """Among several forces, which lie behind the totals."""
    if len(by_force) < 2:
        return []
    notes = []
    for field, what in FIELDS.items():
        bad = by_force[[_unusable(row, field) for _, row in by_force.iterrows()]]
        if len(bad):
            says = (
                f"In {len(bad)} of {len(by_force)} forces {what} cannot carry a comparison (over half "
                f"missing, or no row White or Black): {_shares(bad, f'no {field}')}."
            )
            notes.append(HealthNote("missing", says, "warn", float(len(bad)), "forces"))
    for name, what in (("no point", "coordinates"), ("no gender", "gender"), ("no link", "word on whether the outcome was linked")):
        bad = by_force[by_force[name] > TOO_MUCH_MISSING * by_force["rows"]]
        if len(bad):
            notes.append(
                HealthNote(
                    "missing",
                    f"{len(bad)} of {len(by_force)} forces have no {what} in over half of their rows: {_shares(bad, name)}.",
                    "warn",
                    float(len(bad)),
                    "forces",
                )
            )
    return notes


def _shares(forces: pd.DataFrame, column: str, *, most: int = 6) -> str:
    share = (forces[column] / forces["rows"]).set_axis(forces["force"].fillna("no force named")).sort_values(ascending=False, kind="stable")
    shown = ", ".join(f"{force} ({100 * missing:.0f} %)" for force, missing in share.head(most).items())
    return shown + (f" and {len(share) - most} more" if len(share) > most else "")


def _level_notes(rows: ibis.Table, months: shared.Span | None) -> list[HealthNote]:
    import ibis

    from ..tables.engine import counts

    if "force" not in rows.columns:
        rows = rows.mutate(force=ibis.null("string"))
    return shared.month_notes(shared.no_row_lost(counts(rows, by=["force", "month"]), "force"), months)

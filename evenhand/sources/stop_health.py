"""What is odd about stop and search records, from counts by force.

The traps that real files hold: ethnicity that was lost in publication, so that only two of the five
officer-defined groups are left; "Not stated" in a third of rows; columns a force never fills; months
of which only a part was published; minutes that are alike for a whole month; dates that read as midnights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tables.errors import EmptyTable
from ..tables.health import HealthNote, share_missing
from ..tables.stop_times import commonest_minutes, dates_among
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
ENOUGH_FOR_TIMES = 100
"""Stops with a time from which on anything is said of how times are written."""
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
        *_time_notes(rows),
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


def _time_notes(rows: ibis.Table) -> list[HealthNote]:
    """Minutes that say nothing, and midnights that are dates.

    Worth knowing, and no warning: questions of the time of day alone are weakened, and they look for it themselves and say in
    their findings what they left out.
    """
    import ibis

    from ..tables.engine import counts

    if "stopped_at" not in rows.columns:
        return []
    force = rows.force if "force" in rows.columns else ibis.null("string")
    timed = rows.filter(rows.stopped_at.notnull())
    timed = timed.mutate(force=force.fill_null(""), minute=timed.stopped_at.minute(), of_day=timed.stopped_at.hour())
    by_minute = counts(timed, by=["force", "month", "minute"]).rename(columns={"n": "stops"})
    if by_minute["stops"].sum() < ENOUGH_FOR_TIMES:
        return []
    sharp = timed.filter(timed.minute == 0)
    on_the_hour = counts(sharp.mutate(day=sharp.stopped_at.date().cast("string")), by=["force", "day", "of_day"])
    return [*_minutes_note(by_minute), *_midnights_note(on_the_hour, by_minute.groupby("force")["stops"].sum())]


def _minutes_note(by_minute: pd.DataFrame) -> list[HealthNote]:
    """Whether most stops of a month share one minute."""
    top = commonest_minutes(by_minute.assign(month=by_minute["month"].fillna("")))
    alike, stops = top[top["says_nothing"]], int(top["stops"].sum())
    if alike.empty:
        return [HealthNote("times", "In no month do two in five stops share one minute of the hour.", "fine", 0.0, "share")]
    shown = alike.iloc[0]
    at_it = int(alike["at_it"].sum())
    says = (
        f"{at_it:,} of {stops:,} timed stops ({100 * at_it / stops:.1f} %), in {len(alike)} of {len(top)} months, share one minute with most others of "
        f"their month (such as {shown['month']}: {int(shown['at_it']):,} of {int(shown['stops']):,} at minute {int(shown['minute'])}). Such a minute says "
        f"nothing; at most the hour is known.{_named(alike, 'at_it')}"
    )
    return [HealthNote("times", says, "note", at_it / stops, "share")]


def _midnights_note(on_the_hour: pd.DataFrame, stops: pd.Series) -> list[HealthNote]:
    """Whether far more stops are timed at exactly midnight than at any other full hour."""
    import pandas as pd

    # Rows of no stops stand for the stops that are timed at other minutes: dates are judged by their share of all.
    others = pd.DataFrame({"force": stops.index, "day": "1970-01-01", "of_day": 12, "n": 0, "stops": stops.to_numpy()})
    rows = pd.concat([on_the_hour.assign(stops=0), others])
    at = (pd.to_datetime(rows["day"]) + pd.to_timedelta(rows["of_day"].astype("int64"), unit="h")).to_numpy().astype("datetime64[s]").astype("int64")
    dates = rows[dates_among(at, exact=rows["n"], stops=rows["stops"], force=rows["force"])]
    total, all_stops = int(dates["n"].sum()), int(stops.sum())
    if not total:
        return [HealthNote("times", "Midnight does not stand out among the full hours at which stops are timed.", "fine", 0.0, "share")]
    says = (
        f"{total:,} of {all_stops:,} timed stops ({100 * total / all_stops:.1f} %) are timed at exactly midnight, far more than at any other full hour: "
        f"most of these are probably dates without a time.{_named(dates, 'n')}"
    )
    return [HealthNote("times", says, "note", total / all_stops, "share")]


def _named(rows: pd.DataFrame, column: str, *, most: int = 6) -> str:
    """The forces behind a number, where forces are named."""
    by_force = rows.groupby("force")[column].sum().sort_values(ascending=False, kind="stable")
    if list(by_force.index) == [""]:
        return ""
    shown = ", ".join(f"{force or 'no force named'} ({int(n):,})" for force, n in by_force.head(most).items())
    return f" By force: {shown}{f' and {len(by_force) - most} more' if len(by_force) > most else ''}."


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

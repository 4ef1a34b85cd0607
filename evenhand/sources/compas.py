"""COMPAS scores with two-year outcomes, Broward County, as ProPublica gathered them.

The publisher's file names people and gives their dates of birth and case numbers. None of that is kept: fetching writes only
the columns of `KEPT`, the month of screening instead of its day, and leaves no other copy behind; reading a file that still
holds names leaves them unread. The result is cells of people, not a list of them.

Steps, in order:  fetch -> cut;  tidy: cut -> filter -> flagged, bands -> cells of people -> health
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadFile, BadSetting, EmptyTable
from ..tables.health import HealthNote, HealthReport
from .card import SourceCard, Tidied
from .reading import PLAIN, Files, Shape, columns_of, named, numbers, paths_of, pick

if TYPE_CHECKING:
    import pandas as pd

    from .fetching import Progress

CARD = SourceCard(
    slug="compas",
    title="COMPAS scores and two-year outcomes, Broward County",
    publisher="ProPublica",
    licence="none stated by the publisher; public records, not shipped with Evenhand",
    attribution="Larson, Mattu, Kirchner & Angwin (2016), ProPublica, compas-analysis.",
    table="score_outcomes",
    vintage="",
    url="https://github.com/propublica/compas-analysis",
    care="The outcome is a charge recorded within two years. People screened from April 2014 on are there only if it was recorded, so base rates are too high.",
)

COMMIT = "bafff5da3f2e45eca6c2d5055faad269defd135a"
BASE = "https://raw.githubusercontent.com/propublica/compas-analysis"
FILES = {"compas-scores-two-years.csv": 7_214, "compas-scores-two-years-violent.csv": 4_743}
"""The publisher's files, and the rows of each."""

IDENTIFYING = ("name", "first", "last", "dob", "c_case_number", "r_case_number", "vr_case_number")
"""Never read, whatever file they stand in."""
KEPT = (
    "sex", "age_cat", "race", "priors_count", "days_b_screening_arrest", "c_charge_degree", "is_recid", "decile_score", "score_text",
    "v_decile_score", "v_score_text", "two_year_recid",
)  # fmt: skip
"""Columns kept as they are; beside them `screening_month`, and for the violent file `two_year_violent_recid` in place of the last."""
_READ = {name: name for name in KEPT}
_OTHERS = (
    "id", "age", "juv_fel_count", "juv_misd_count", "juv_other_count", "c_jail_in", "c_jail_out", "c_offense_date", "c_arrest_date", "c_days_from_compas",
    "c_charge_desc", "r_charge_degree", "r_days_from_arrest", "r_offense_date", "r_charge_desc", "r_jail_in", "r_jail_out", "violent_recid",
    "is_violent_recid", "vr_charge_degree", "vr_offense_date", "vr_charge_desc", "type_of_assessment", "decile_score.1", "screening_date",
    "v_type_of_assessment", "v_screening_date", "in_custody", "out_custody", "priors_count.1", "start", "end", "event", "two_year_recid.1",
)  # fmt: skip

SHAPES = (
    Shape("the publisher's file, or a copy without names", {**_READ, "compas_screening_date": "screening_month"}, unread=(*IDENTIFYING, *_OTHERS)),
    Shape("as fetched, general", {**_READ, "screening_month": "screening_month"}),
    Shape("as fetched, violent", {**{n: n for n in KEPT[:-1]}, "two_year_violent_recid": "two_year_recid", "screening_month": "screening_month"}),
)

FULL_FOLLOW_UP = "2014-03"
"""Last month of screening after which those without the outcome are no longer in the file."""
STRATA = ("priors", "charge", "none")
FLAGS = {"medium": ("Medium", "High"), "high": ("High",)}


def matches(columns: list[str]) -> bool:
    """Whether a file with these columns is of this source.

    Example:
        >>> matches([*KEPT, "screening_month"]), matches(["race", "sex"])
        (True, False)
    """
    return any(shape.fits(columns) for shape in SHAPES)


def fetch(*, folder: Path | str, progress: Progress | None = None, base: str = BASE) -> list[Path]:
    """Fetch both files, and keep of them only what `KEPT` names.

    Args:
        folder: where the cut files shall lie, under the publisher's names.
        progress: told of the bytes so far and the total.
        base: the publisher's address, or that of a copy.

    Returns:
        The cut files. What came from the publisher is removed, also when something fails.

    Raises:
        FetchFailed: see fetching.py.
        BadFile, MissingColumn, UnknownColumn: the file is not what the publisher's was.
    """
    from .fetching import already, fetch_file, mendable, remember, write_whole

    kept = []
    for name in FILES:
        path, url = Path(folder) / name, f"{base}/{COMMIT}/{name}"
        with mendable(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            if not already(path, url):
                with TemporaryDirectory() as elsewhere:
                    rows = _cut(fetch_file(url, Path(elsewhere) / name, progress=progress))
                write_whole(path, _as_csv(rows))
                remember(path, url)
        kept.append(path)
    return kept


def tidy(
    files: Files,
    *,
    engine: Any = None,
    flag: str = "medium",
    published_filter: bool = False,
    only_full_follow_up: bool = False,
    stratum: str = "priors",
) -> Tidied:
    """One of the publisher's files, or a cut copy of it, as the table score_outcomes.

    Args:
        files: one file: general (the general score and outcome) or violent (the violent ones).
        engine: not needed; the file is small.
        flag: "medium" (bands Medium and High count as flagged, as ProPublica has it) or "high" (High alone).
        published_filter: only the rows of ProPublica's regression (6,172 of the general file): charge within 30 days of
            screening, an ordinary offence, a known score.
        only_full_follow_up: only people screened until March 2014, whose two years have passed whatever they did.
        stratum: "priors" (none, 1 to 3, 4 or more), "charge" (felony, misdemeanour) or "none".

    Returns:
        Cells of people with `people` each, and what is odd about the file.

    Raises:
        BadFile, MissingColumn, UnknownColumn, UnknownCategory, BadValue, EmptyTable.
        BadSetting: a flag or stratum that is none.
    """
    from ..tables.score_outcomes import TABLE

    if flag not in FLAGS or stratum not in STRATA:
        raise BadSetting(f"flag={flag!r}, stratum={stratum!r}: flag is one of {', '.join(FLAGS)}, stratum one of {', '.join(STRATA)}.")
    paths = paths_of(files, endings=PLAIN)
    if len(paths) > 1:
        raise BadFile(f"{named(paths)}: read the general and the violent file one at a time; they hold the same people twice.")
    rows = _cut(paths[0])
    is_violent = "two_year_violent_recid" in rows.columns
    notes = _notes(rows, is_violent, columns=_header(paths[0]))
    kept = _selected(rows, published_filter=published_filter, only_full_follow_up=only_full_follow_up)
    if kept.empty:
        raise EmptyTable(f"{paths[0]}: no row is left after the filters.")
    checked = TABLE.check(_cells(kept, is_violent, FLAGS[flag], stratum), where=str(paths[0]))
    if len(kept) < len(rows):
        notes.append(HealthNote("selection", f"{len(kept):,} of {len(rows):,} people are kept by the filters asked for.", "note", float(len(kept)), "people"))
    return Tidied(checked, HealthReport("score_outcomes", f"{CARD.title}: {paths[0]}", len(rows), tuple(notes)))


def _header(path: Path) -> list[str]:
    """Column names; the publisher repeats some, and the second is told apart by `.1`, as loaders do."""
    if not path.name.endswith(".csv"):
        return columns_of(path)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return _told_apart(next(csv.reader(lines), []))


def _told_apart(header: list[str]) -> list[str]:
    return [name if name not in header[:at] else f"{name}.1" for at, name in enumerate(header)]


def _cut(path: Path) -> pd.DataFrame:
    """The columns kept, as text; nothing else of the file is read into the frame."""
    import pandas as pd

    from ..tables.engine import fetched, read_files

    columns = _header(path)
    shape = pick(SHAPES, columns, where=str(path), title=CARD.title)
    wanted = shape.renames(columns)
    if path.name.endswith(".csv"):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines)
            next(reader)
            places = [columns.index(name) for name in wanted]
            found = [[row[place] or None for place in places] for row in _whole(reader, len(columns), path)]
        rows = pd.DataFrame(found, columns=list(wanted), dtype="string")
    else:
        rows = fetched(read_files([path]).select(*wanted)).astype("string")
    rows = rows.rename(columns=wanted)[[*KEPT, "screening_month"]]
    rows["screening_month"] = rows["screening_month"].str[:7]
    is_violent = "two_year_recid.1" in columns or "two_year_violent_recid" in columns
    return rows.rename(columns={"two_year_recid": "two_year_violent_recid"}) if is_violent else rows


def _whole(reader: Iterable[list[str]], columns: int, path: Path) -> Iterator[list[str]]:
    for at, row in enumerate(reader, start=2):
        if len(row) != columns:
            raise BadFile(f"{path}, line {at}, has {len(row)} cells where the header has {columns}. The file is cut or malformed. Fetch it again.")
        yield row


def _as_csv(rows: pd.DataFrame) -> str:
    text = io.StringIO()
    rows.to_csv(text, index=False, lineterminator="\n")
    return text.getvalue()


def _selected(rows: pd.DataFrame, *, published_filter: bool, only_full_follow_up: bool) -> pd.DataFrame:
    if published_filter:
        days = numbers(rows["days_b_screening_arrest"], column="days_b_screening_arrest", where=CARD.title)
        recid = numbers(rows["is_recid"], column="is_recid", where=CARD.title)
        ordinary = (rows["c_charge_degree"] != "O").fillna(False) & (rows["score_text"] != "N/A").fillna(False)
        rows = rows[days.between(-30, 30).fillna(False) & (recid != -1) & ordinary]
    return rows[(rows["screening_month"] <= FULL_FOLLOW_UP).fillna(False)] if only_full_follow_up else rows


def _cells(rows: pd.DataFrame, is_violent: bool, flagged: tuple[str, ...], stratum: str) -> pd.DataFrame:
    import pandas as pd

    prefix, outcome = ("v_", "two_year_violent_recid") if is_violent else ("", "two_year_recid")
    band = rows[f"{prefix}score_text"].mask(rows[f"{prefix}score_text"] == "N/A")
    made = pd.DataFrame(
        {
            "group": rows["race"],
            "sex": rows["sex"],
            "age_band": rows["age_cat"],
            "score": numbers(rows[f"{prefix}decile_score"], column=f"{prefix}decile_score", where=CARD.title),
            "band": band,
            "is_flagged": band.isin(flagged),
            "outcome": numbers(rows[outcome], column=outcome, where=CARD.title) == 1,
        }
    )
    if stratum != "none":
        made["stratum"] = _priors(rows) if stratum == "priors" else rows["c_charge_degree"].map({"F": "felony", "M": "misdemeanour"})
    return made.groupby(list(made.columns), dropna=False, observed=True).size().rename("people").reset_index()


def _priors(rows: pd.DataFrame) -> pd.Series:
    import pandas as pd

    count = numbers(rows["priors_count"], column="priors_count", where=CARD.title)
    bands = pd.cut(count.astype(float), [-1, 0, 3, float("inf")], labels=["no prior offence", "1 to 3 prior offences", "4 or more prior offences"])
    return bands.astype("string")


def _notes(rows: pd.DataFrame, is_violent: bool, *, columns: list[str]) -> list[HealthNote]:
    """The traps of this data, with their figures."""
    expected = FILES["compas-scores-two-years-violent.csv" if is_violent else "compas-scores-two-years.csv"]
    is_whole = len(rows) == expected
    says = f"{len(rows):,} people, as published." if is_whole else f"{len(rows):,} people, where the publisher's file has {expected:,}: the copy is cut."
    notes = [HealthNote("totals", says, "fine" if is_whole else "warn", float(len(rows)), "people"), _two_year_note(rows, is_violent)]
    named_here = [name for name in IDENTIFYING if name in columns]
    if named_here:
        says = f"The file holds {', '.join(named_here)}, which are left unread. Keep only the columns that fetching keeps."
        notes.append(HealthNote("personal", says, "note", float(len(named_here)), "columns"))
    if is_violent:
        says = "ProPublica counts 6,454 people for the violent score, from files built in another way; this file does not give those figures."
        notes.append(HealthNote("other files", says, "note"))
    return notes


def _two_year_note(rows: pd.DataFrame, is_violent: bool) -> HealthNote:
    outcome = numbers(rows["two_year_violent_recid" if is_violent else "two_year_recid"], column="two_year_recid", where=CARD.title) == 1
    late = (rows["screening_month"] > FULL_FOLLOW_UP).fillna(False)
    if not late.any() or late.all():
        return HealthNote("follow-up", "Everybody was screened early enough for two years to have passed.", "fine")
    says = (
        f"{int(late.sum()):,} of {len(rows):,} people were screened from April 2014 on, and the outcome is recorded for all but "
        f"{int((late & ~outcome).sum()):,} of them, against {100 * float(outcome[~late].mean()):.0f} % before. Those without it had been left out, so "
        "base rates and predictive values are too high; only_full_follow_up leaves out the rest of them."
    )
    return HealthNote("follow-up", says, "warn", float(late.mean()), "share")

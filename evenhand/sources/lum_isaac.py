"""Oakland's recorded drug crimes, 2009 to 2011, and what PredPol would have foreseen: the replication files of Lum & Isaac.

Three files: the crimes, each with the number of the square ("bin") it lies in; the rates that the authors' run gave each of
661 squares on each of 368 days; and the crimes counted likewise. `tidy` reads the first as place_events, and the second, given by
itself, as forecasts; `published` reads the last two as they stand.
The squares themselves are not among them, so nothing here can be laid on a map, or over residents.

Steps, in order:  fetch -> (files) -> tidy: columns known? -> days read -> counted by square and day -> table checked -> health
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import BadFile, BadSetting, BadValue
from ..tables.health import HealthNote, HealthReport, month_gaps, share_missing
from .card import SourceCard, Tidied
from .reading import PLAIN, Files, Shape, named, numbers, paths_of, read_small

if TYPE_CHECKING:
    import pandas as pd

    from .fetching import Progress

CARD = SourceCard(
    slug="lum-isaac",
    title="Recorded drug crimes in Oakland, and PredPol's rates (Lum & Isaac 2016)",
    publisher="Human Rights Data Analysis Group, from crime data of the City of Oakland; here from a public copy of its replication files",
    licence="None stated: the files may be fetched and studied, and are not shipped with Evenhand",
    attribution="Source: replication files of Lum & Isaac (2016), To predict and serve?, Significance 13(5), 14-19.",
    table="place_events",
    vintage="",
    url="https://github.com/arun-ramamurthy/pred-pol",
    care=(
        "Drug crimes that police recorded, which is where police looked for them, not where drugs were used. "
        "Squares are numbers without a place on the map, and who lives in them is not in the files."
    ),
)

EVENTS = Shape(
    name="drug crimes with bins",
    read={"bin": "place_code", "OCCURRED": "day"},
    unread=("", "Unnamed: 0", "LAG"),  # row numbers, and a lag that no code reads
)
FIRST_RATED, LAST_RATED, PLACES = "2010-12-28", "2011-12-30", tuple(str(number) for number in range(1, 662))
"""Days and squares of the published rates."""
RATED_DAYS = tuple(str(day) for day in np.arange(FIRST_RATED, np.datetime64(LAST_RATED) + 1, dtype="datetime64[D]"))
MATRIX = Shape(name="rates or counts by bin and day", read={"bin": "place_code", **{day: day for day in RATED_DAYS}})
SHAPES = (EVENTS, MATRIX)
PUBLISHED = {"rates": "predpol_drug_predictions", "counts": "predpol_drug_observed"}

COPY = "arun-ramamurthy/pred-pol/9cb3e836a09df283bf922ed62a41ebb75f0bf28e"
FILES = (
    "01_import/input/drug_crimes_with_bins.csv",
    "02_run_predictive_policing/output/predpol_drug_predictions.csv",
    "02_run_predictive_policing/output/predpol_drug_observed.csv",
)
BASE, LARGE = "https://raw.githubusercontent.com", "https://media.githubusercontent.com/media"
POINTER = b"version https://git-lfs"
"""How a file begins that only points to the real one, which is then under LARGE."""


def matches(columns: list[str]) -> bool:
    """Whether a file with these columns is of this source.

    Example:
        >>> matches(["", "bin", "OCCURRED", "LAG"]), matches(["bin", "date"])
        (True, False)
    """
    return any(shape.fits(columns) for shape in SHAPES)


def tidy(files: Files, *, engine: Any = None) -> Tidied:
    """The crimes, counted by square and day, as the table place_events; or the published rates as the table forecasts.

    Args:
        files: the file of crimes, or the folder of all three; the file of rates by itself gives the forecasts.
        engine: an Ibis connection; default an embedded one.

    Raises:
        BadFile, MissingColumn, UnknownColumn, BadValue, EmptyTable.
    """
    from ..tables.place_events import TABLE

    paths = paths_of(files, endings=PLAIN, within="*drug_crimes_with_bins*")
    if all(PUBLISHED["rates"] in path.name for path in paths):
        return _forecasts(paths, engine)
    frame, where, _ = read_small(paths, [EVENTS], title=CARD.title, engine=engine)
    days = _days(frame["day"], where)
    squares = _squares(frame["place_code"], where)
    known = squares.notna()
    counted = frame[known].assign(place_code=squares[known].astype("Int64").astype("string"), day=days[known])
    events = counted.groupby(["place_code", "day"], sort=False).size().rename("events").reset_index()
    events = events.sort_values(["day", "place_code"], key=lambda column: column.astype(int) if column.name == "place_code" else column, kind="stable")
    checked = TABLE.check(events.reset_index(drop=True), where=where)
    report = HealthReport("place_events", f"{CARD.title}: {where}", len(frame))
    return Tidied(checked, report.with_notes(*_notes(days, known, counted)))


def _forecasts(paths: list[Path], engine: Any) -> Tidied:
    """The published rates, one row a square and day."""
    import pandas as pd

    from ..tables.forecasts import TABLE

    rates = published(list(paths), "rates", engine=engine)
    where = named(paths)
    days = np.tile(np.array(RATED_DAYS), len(rates))
    long = pd.DataFrame({"place_code": np.repeat(rates.index.to_numpy(), len(RATED_DAYS)), "from": days, "to": days, "expected": rates.to_numpy().ravel()})
    checked = TABLE.check(long, where=where)
    note = HealthNote("place", f"Rates of {len(PLACES)} squares on each of {len(RATED_DAYS)} days.", "fine", float(len(long)), "rates")
    return Tidied(checked, HealthReport("forecasts", f"{CARD.title}: {where}", len(long), (note,)))


def _days(text: pd.Series, where: str) -> pd.Series:
    """Days as 2011-12-31; the file writes 12/31/11."""
    import pandas as pd

    found = pd.to_datetime(text.astype("string").str.strip(), format="%m/%d/%y", errors="coerce")
    if found.isna().any():
        wrong = text[found.isna()]
        raise BadValue(f"{where}: column 'OCCURRED' holds {len(wrong):,} values that are no days, such as {wrong.iloc[0]!r}. Fetch the file again.")
    return found.dt.strftime("%Y-%m-%d")


def _squares(text: pd.Series, where: str) -> pd.Series:
    """Numbers of squares; missing where the file says NA."""
    plain = text.astype("string").str.strip()
    found = numbers(plain.mask(plain == "NA"), column="bin", where=where)
    wrong = found[found.notna() & ((found % 1 != 0) | (found < 1) | (found > len(PLACES)))]
    if len(wrong):
        raise BadValue(f"{where}: column 'bin' holds {wrong.iloc[0]:g}, and the squares are numbered 1 to {len(PLACES)}. Fetch the file again.")
    return found


def _notes(days: pd.Series, known: pd.Series, counted: pd.DataFrame) -> list[HealthNote]:
    months = {str(month): int(number) for month, number in days.str[:7].value_counts().items()}
    squares, last = counted["place_code"].nunique(), str(days.max())
    is_cut = (np.datetime64(last, "D") + 1).astype("datetime64[M]") == np.datetime64(last[:7], "M")
    cut = HealthNote("months", f"The last month is cut short: the last record is of {last}, and few of that month are in the file.", "note")
    whole = sorted(months)[: -1 if is_cut and len(months) > 1 else None]
    return [
        share_missing(int((~known).sum()), len(known), "square, and are left out"),
        *month_gaps(months, first=whole[0], last=whole[-1]),
        *([cut] if is_cut else []),
        HealthNote("place", f"{squares:,} of {len(PLACES)} squares have a recorded drug crime.", "fine", float(squares), "squares"),
    ]


def published(files: Files, what: str = "rates", *, engine: Any = None) -> pd.DataFrame:
    """The authors' own rates, or counts, one row a square (by number) and one column a day.

    Args:
        files: the file, or the folder of all three.
        what: "rates", what their run gave; or "counts", the crimes they counted.
        engine: an Ibis connection; default an embedded one.

    Raises:
        BadSetting: neither of the two.
        BadFile, MissingColumn, UnknownColumn, BadValue.
    """
    if what not in PUBLISHED:
        raise BadSetting(f"what={what!r} is not among the published files. Known: {', '.join(PUBLISHED)}.")
    frame, where, _ = read_small(paths_of(files, endings=PLAIN, within=f"*{PUBLISHED[what]}*"), [MATRIX], title=CARD.title, engine=engine)
    squares = _squares(frame["place_code"], where)
    table = frame[list(RATED_DAYS)].apply(lambda column: numbers(column, column=str(column.name), where=where)).set_axis(squares, axis=0)
    if sorted(squares) != [float(code) for code in PLACES]:
        raise BadFile(f"{where} does not hold each of the {len(PLACES)} squares once; it has {len(squares)} rows. Fetch the file again.")
    if table.isna().any(axis=None) or (table < 0).any(axis=None):
        raise BadValue(f"{where} holds values that are missing or below zero, and rates and counts are neither. Fetch the file again.")
    table.index = table.index.astype(int).astype(str)
    return table.astype(float).rename_axis("place_code").loc[list(PLACES)]


def fetch(*, folder: Path | str, progress: Progress | None = None, base: str = BASE, large: str = LARGE) -> list[Path]:
    """Fetch the three files.

    Args:
        folder: where they shall lie.
        progress: told of the bytes so far and the total.
        base: the copy's address.
        large: where the copy keeps files that `base` only points to.

    Raises:
        FetchFailed: see fetching.py.
    """
    from .fetching import fetch_file

    paths = []
    for name in FILES:
        path = Path(folder) / Path(name).name
        fetch_file(f"{base}/{COPY}/{name}", path, progress=progress)
        if path.read_bytes().startswith(POINTER):
            fetch_file(f"{large}/{COPY}/{name}", path, progress=progress)
        paths.append(path)
    return paths

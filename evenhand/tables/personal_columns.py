"""What a column of a table about people looks like: is it a name, a birthday, an address, a file number, a picture, free text?

Columns that are not declared are refused in any case. Here is found out what to tell whoever sent one, and whether a value hides in a
declared column that should not be there. A column is judged by its name and by a sample of its values; a value is never repeated.

Read with care: this finds what looks personal. A table without such columns can still lead back to somebody: see anonymity.py.

Steps, in order:  plain_name -> looks_by_name, looks_by_values -> refuse_personal
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from .errors import LooksPersonal, UnknownColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from .schema import Table

SAMPLE = 2_000
"""Values of a column looked at."""
MOST_COLUMNS = 60
"""A table about people with more columns has one for each person, day or incident, or is somebody's whole file."""
MOST_NAMED = 6
"""Columns named in a message."""
HALF = 0.5
"""Share of the values that must look alike; fewer where hardly anything else looks so."""


@dataclass(frozen=True)
class Look:
    """One kind of thing that may tell who somebody is.

    Attributes:
        what: its everyday name, in the plural.
        named: words in a column's name that speak of it.
        valued: what a whole value looks like; "" where a name alone can tell.
        share: share of the values that must look so.
    """

    what: str
    named: str
    valued: str = ""
    share: float = HALF


_STREETS = "street|st|road|rd|avenue|ave|lane|ln|close|drive|dr|way|court|ct|crescent|terrace|place|gardens|grove|hill|square|row|mews|walk"
LOOKS = (
    Look("dates of birth", r"dob|d o b|date of birth|birth date|birthdate|birthday|born on|born"),
    Look("e-mail addresses", r"e ?mails?", r"[^@\s]+@[^@\s]+\.[^@\s]+", 0.1),
    Look("pictures", r"images?|photos?|photographs?|pictures?|mugshots?|portraits?|faces?|fingerprints?|biometrics?|dna",
         r"data:image.*|.*\.(jpe?g|png|gif|bmp|tiff?|webp|heic)", 0.1),
    Look("National Insurance numbers", r"nino|ni|ni number|ni no|national insurance.*",
         r"[a-ceghj-prstw-z][a-ceghj-nprstw-z] ?\d\d ?\d\d ?\d\d ?[a-d]", 0.1),
    Look("PNC or CRO numbers", r"pnc.*|pncid|cro|cro number|cro no|croid", r"(19|20)?\d\d/\d{1,7}[a-z]|\d{1,6}/\d\d[a-z]|sf\d\d/\d{1,6}[a-z]", 0.1),
    Look("vehicle registration marks", r"vrm|vrn|reg mark|registration( mark| number)?|number plates?|licen[cs]e plates?|vehicles?",
         r"[a-z]{2}\d\d ?[a-z]{3}|[a-z]\d{1,3} ?[a-z]{3}|[a-z]{3} ?\d{1,3}[a-z]", 0.3),
    Look("driving licence or passport numbers", r"driving licen[cs]e.*|driver number|passport.*", r"[a-z]{1,5}9{0,4}\d{6}[a-z9]{2}\d[a-z]{2}", 0.1),
    Look("postcodes", r"post ?codes?|post code|zip|zip code|pcd|pcds", r"[a-z]{1,2}\d[a-z\d]? ?\d([a-z]{2})?", 0.3),
    Look("phone numbers", r"phones?|telephones?|mobiles?|tel|msisdn|imei|imsi|phone number",
         r"(\+|00)\d[\d ()-]{7,15}|0\d{2,4}[ -]?\d{3,4}[ -]?\d{3,4}|7\d{9}", 0.3),
    Look("bank details", r"iban|sort code|account number|card number|bank.*", r"[a-z]{2}\d\d[ a-z\d]{11,30}|\d\d-\d\d-\d\d", 0.3),
    Look("internet addresses or user names", r"ip|ip address|mac address|user ?names?|handles?|twitter|instagram|snapchat|facebook|tiktok|url|website",
         r"\d{1,3}(\.\d{1,3}){3}|@[a-z0-9_.]{2,}|https?://.*", 0.1),
    Look("coordinates", r"lat|lon|lng|latitude|longitude|easting|northing|grid ref(erence)?|what3words|uprn|geometry|coordinates?",
         r"-?\d{1,2}\.\d{3,} ?[,; ] ?-?\d{1,3}\.\d{3,}|[a-z]{2} ?\d{3,5} ?\d{3,5}|/{0,3}[a-z]+\.[a-z]+\.[a-z]+", 0.3),
    Look("addresses", r"address(es)?|streets?|roads?|house( number| name| no)?|flat|home",
         rf"(flat |apartment )?\d+[a-z]?,? .*\b({_STREETS})\b.*", 0.1),
    Look("names of people",
         r"(fore|sur|first|last|middle|given|family|full|nick|maiden|known|street|gang)? ?names?|initials|alias(es)?|nominals?|monikers?|title",
         ),  # by their values, see _NAME
    Look("file numbers of people",
         r"nhs|nhs number|nhs no|custody (number|ref(erence)?)|niche.*|nominal (id|ref|number)|crimint.*|upn|ucn|prison number|noms.*"),
    Look("free text", r"notes?|comments?|remarks?|free ?text|texts?|descriptions?|summary|narrative|details|mo|modus operandi|grounds|reasons?|rationale|log"),
)  # fmt: skip
_FULL_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([ t].*)?|\d{1,2}[-/. ](\d{1,2}|[a-z]{3,9})[-/. ]\d{2,4}( .*)?")
_NAME = re.compile(r"[A-Z][a-z'’-]+,? ([A-Z]\.? )?(O'|Mc|Mac|Al-|El-)?[A-Z][a-z'’-]+|[A-Z][A-Z'’-]+,? [A-Z][A-Z'’-]+")
_SAFE_NAME = re.compile(r"(?!(.*[0-9]){4})[A-Za-z][A-Za-z0-9_ .-]{0,39}")


def plain_name(column: object) -> str:
    """A column's name in small letters with single spaces between its words, whatever it was written with.

    Example:
        >>> plain_name("DateOfBirth"), plain_name("Ｆｏｒｅｎａｍｅ_1"), plain_name("NI-Number")
        ('date of birth', 'forename', 'ni number')
    """
    text = unicodedata.normalize("NFKC", str(column))
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return re.sub(r"[^a-z]+", " ", text.lower()).strip()


def looks_by_name(column: object) -> str:
    """What a column is called after, among things that tell who somebody is; "" for none of them.

    Example:
        >>> looks_by_name("suspect_surname"), looks_by_name("DOB"), looks_by_name("harm")
        ('names of people', 'dates of birth', '')
    """
    words = plain_name(column)
    return next((look.what for look in LOOKS if re.search(rf"(^|\s)({look.named})(\s|$)", words)), "")


def looks_by_values(values: pd.Series) -> str:
    """What a sample of a column's values looks like; "" for nothing personal.

    Args:
        values: of any type; missing ones are left aside.

    Example:
        >>> import pandas as pd
        >>> looks_by_values(pd.Series(["SW1A 1AA", "B1 1BB"])), looks_by_values(pd.Series([0.3, 0.7]))
        ('postcodes', '')
    """
    if not _is_plain(values):
        return "pictures or packed data"
    text = _sampled(values)
    if text.size == 0:
        return ""
    lower = np.char.lower(text)
    for look in LOOKS:
        if look.valued and _share(lower, re.compile(look.valued, re.DOTALL)) >= look.share:
            return look.what
    if _share(lower, _FULL_DATE) >= HALF:
        return "full dates"
    if _are_nhs_numbers(text):
        return "NHS numbers"
    if _share(text, _NAME) >= HALF and len(np.unique(text)) > text.size / 10:
        return "names of people"
    return "free text" if _is_free_text(text) else ""


def refuse_personal(frame: pd.DataFrame, table: Table, *, where: str = "") -> None:
    """Raise where a table about people holds a column that is not declared, or one that holds something other than plain values.

    Args:
        frame: the rows, or a sample of them.
        table: the declaration.
        where: the file to name.

    Raises:
        LooksPersonal: a column looks like something that tells who somebody is, or the table is far too wide.
        UnknownColumn: a column is not declared and looks like nothing in particular.

    Example:
        >>> import pandas as pd
        >>> from evenhand.tables import persons
        >>> refuse_personal(pd.DataFrame({"person": ["M1"], "ref": ["943 476 5919"]}), persons.TABLE)
        Traceback (most recent call last):
        ...
        evenhand.tables.errors.LooksPersonal: Table 'persons' has columns that might tell who somebody is: 'ref' (holds NHS numbers, by its looks).
        The values are not shown here, and nothing was kept. Leave these columns out.
        Known: person, birth_month, sex, group, officer_group, area, household.
    """
    refuse_wide(len(frame.columns), table, where=where)
    packed = [name for name in frame.columns if name in table.names and not _is_plain(frame[name])]
    if packed:
        raise LooksPersonal(
            f"Table '{table.name}'{_of(where)}: {shown_names(packed)} holds pictures, lists or packed data instead of plain values. They are not shown here. "
            "Hand over plain CSV or Parquet with one value a cell."
        )
    unknown = [name for name in frame.columns if name not in table.names]
    if unknown:
        refuse_columns([str(name) for name in unknown], table, where=where, values=[frame[name] for name in unknown] if frame.columns.is_unique else None)


def refuse_wide(columns: int, table: Table, *, where: str = "") -> None:
    """Raise where a table about people has more columns than anything declared could have.

    Raises:
        LooksPersonal: it has.
    """
    if columns > MOST_COLUMNS:
        raise LooksPersonal(
            f"Table '{table.name}'{_of(where)} has {columns:,} columns, which are not shown here: it may have one for each person or day, or be a whole file "
            f"on people. One row is {table.one_row_is}. Known: {', '.join(table.names)}."
        )


def refuse_columns(unknown: Sequence[str], table: Table, *, where: str = "", values: Sequence[pd.Series] | None = None) -> NoReturn:
    """Refuse columns that are not declared, with what each looks like.

    Args:
        unknown: their names.
        table: the declaration.
        where: the file to name.
        values: of each, where they are at hand.

    Raises:
        LooksPersonal, UnknownColumn: always one of them.
    """
    told = []
    for at, name in enumerate(unknown):
        named, held = looks_by_name(name), looks_by_values(values[at]) if values is not None else ""
        says = f"named like {named}" if named else f"holds {held}, by its looks" if held else ""
        told += [f"{shown_name(name)} ({says})"] if says else []
    if told:
        raise LooksPersonal(
            f"Table '{table.name}'{_of(where)} has columns that might tell who somebody is: {_listed(told)}.\n"
            f"The values are not shown here, and nothing was kept. Leave these columns out.\nKnown: {', '.join(table.names)}."
        )
    raise UnknownColumn(
        f"Table '{table.name}'{_of(where)} has columns Evenhand does not know: {shown_names(unknown)}.\n"
        f"Unknown columns are refused, so that nothing personal is carried along. Known: {', '.join(table.names)}.\nRemove or rename them."
    )


def shown_name(column: object) -> str:
    """A column's name as a message may give it: one that could itself be a person's number or name is not repeated.

    Example:
        >>> shown_name("harm_score"), shown_name("P00ab91ff02c37d51"), shown_name("ann@example.org")
        ("'harm_score'", 'a column whose name is not repeated', 'a column whose name is not repeated')
    """
    text = str(column)
    is_safe = _SAFE_NAME.fullmatch(text) and not _NAME.fullmatch(text)
    return f"'{text}'" if is_safe else "a column whose name is not repeated"


def shown_names(columns: Sequence[object]) -> str:
    """Several of them."""
    return _listed([shown_name(name) for name in columns])


def _listed(told: Sequence[str]) -> str:
    more = f", and {len(told) - MOST_NAMED:,} more" if len(told) > MOST_NAMED else ""
    return ", ".join(told[:MOST_NAMED]) + more


def _of(where: str) -> str:
    return f" ({where})" if where else ""


def _is_plain(values: pd.Series) -> bool:
    """Whether cells are texts, numbers, yes/no or dates, and nothing that holds more."""
    import pandas as pd

    if values.dtype != object:
        return True
    return pd.api.types.infer_dtype(values, skipna=True) in (
        "string", "integer", "floating", "mixed-integer-float", "boolean", "decimal", "datetime64", "datetime", "date", "empty", "mixed-integer",
    )  # fmt: skip


def _sampled(values: pd.Series) -> np.ndarray:
    """Some values as text in plain letters, evenly from the first to the last."""
    present = values.dropna()
    at = np.unique(np.linspace(0, max(len(present) - 1, 0), min(SAMPLE, len(present))).astype(int))
    text = present.iloc[at].astype("string").str.slice(0, 500)
    return np.array([unicodedata.normalize("NFKC", one).strip() for one in text if one.strip()], dtype=str)


def _share(text: np.ndarray, form: re.Pattern[str]) -> float:
    return float(np.mean([form.fullmatch(one) is not None for one in text.tolist()]))


def _are_nhs_numbers(text: np.ndarray) -> bool:
    """Ten digits whose last one checks the others; of other numbers one in eleven does."""
    digits = [re.sub(r"[ -]", "", one) for one in text.tolist()]
    tens = [[int(digit) for digit in one] for one in digits if re.fullmatch(r"[0-9]{10}", one)]
    if len(tens) < max(1, len(digits) / 2):
        return False
    checks = np.array(tens)
    rest = (11 - (checks[:, :9] * np.arange(10, 1, -1)).sum(axis=1) % 11) % 11
    return bool(np.mean(rest == checks[:, 9]) > HALF)


def _is_free_text(text: np.ndarray) -> bool:
    """Long or many-worded values that seldom repeat."""
    words = np.char.count(text, " ") + 1
    different = len(np.unique(text)) / text.size
    return bool(np.char.str_len(text).max() > 120 or (np.mean(words) >= 4 and different > 0.2 and text.size > 20) or (np.mean(words >= 6) > HALF))

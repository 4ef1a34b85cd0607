"""What an id of a person, a household or an incident may look like, and what no table about people may hold.

Made-up people are numbered: M and digits. Real people come under pseudonyms that somebody else made with a key that is not
here: P and 16 to 64 hexadecimal digits, as a keyed hash gives. Anything else is refused, for it might be a name or a number of theirs,
and so are hexadecimal digits that are no hash by their looks: a number padded with noughts, or a name written in another alphabet.

Read with care: a hash of a name or a file number made without a key has the right form and is no pseudonym: whoever has a list of names
can make the same hashes. That cannot be told from the hash. And whoever calls real people made-up is believed as far as the form goes.
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

import numpy as np

from .errors import BadSetting, BadValue, LooksPersonal
from .person_words import PROVENANCES

if TYPE_CHECKING:
    import pandas as pd

HASH = r"[0-9a-f]{16,64}"
FORMS = {"made-up": r"M[0-9]{1,9}", "pseudonymised": rf"P{HASH}"}
"""Provenance -> what an id must look like, whole. A made-up person has at most nine digits: ten and more are file and phone numbers."""
HOUSEHOLDS = {"made-up": r"[A-Z]{0,2}[0-9]{1,15}", "pseudonymised": rf"[A-Z]?{HASH}"}
INCIDENTS = {"made-up": r"[A-Z]{0,2}[0-9]{1,15}", "pseudonymised": rf"[0-9]{{1,12}}|[A-Z]?{HASH}"}
"""An incident may have a plain number; it is used to find who was in it together, and dropped."""
FEW = 20
"""Ids below which nothing can be said of their digits."""
LETTERS = string.ascii_letters + " \0"
TEXT = LETTERS + string.digits + ",.-'/"
"""What names and addresses are written with. Eight letters in a row are no chance, nor are twelve of these."""
CONSTANT = 2
"""Places of an id at which all may have the same digit; a random UUID has one."""


def require_pseudonyms(ids: pd.Series, *, provenance: str, where: str) -> None:
    """Raise unless every id of a person has the form its provenance declares.

    Raises:
        BadSetting: no such provenance.
        BadValue: an id of another form; it is not repeated in the message.
        LooksPersonal: ids of the right form that are numbers or texts put into hexadecimal digits.

    Example:
        >>> import pandas as pd
        >>> require_pseudonyms(pd.Series(["M1", "M22"]), provenance="made-up", where="persons")
    """
    _require_form(ids, FORMS, provenance=provenance, where=where, what="persons")


def require_households(ids: pd.Series, *, provenance: str, where: str) -> None:
    """Raise unless every id of a household is a pseudonym; missing ones are left aside.

    Raises:
        BadSetting, BadValue, LooksPersonal: as `require_pseudonyms`.
    """
    _require_form(ids.dropna(), HOUSEHOLDS, provenance=provenance, where=where, what="households")


def require_incidents(ids: pd.Series, *, provenance: str, where: str) -> None:
    """Raise unless every id of an incident is a plain number or a pseudonym; missing ones are left aside.

    Raises:
        BadSetting, BadValue, LooksPersonal: as `require_pseudonyms`.
    """
    _require_form(ids.dropna(), INCIDENTS, provenance=provenance, where=where, what="incidents")


def _require_form(ids: pd.Series, forms: dict[str, str], *, provenance: str, where: str, what: str) -> None:
    if provenance not in PROVENANCES:
        raise BadSetting(f"provenance={provenance!r} is not known. Known: {', '.join(PROVENANCES)}.")
    different = ids.drop_duplicates()
    texts = ["" if absent else str(one) for one, absent in zip(different, different.isna(), strict=True)]
    form = re.compile(forms[provenance])
    right = np.array([form.fullmatch(one) is not None for one in texts], dtype=bool)
    if not right.all():
        strange = [one for one, fits in zip(texts, right, strict=True) if not fits]
        wrong = int(ids.isin(different[~right]).sum())
        others = [one for one in PROVENANCES if one != provenance and what == "persons" and any(re.fullmatch(forms[one], each) for each in strange)]
        also = f" Some have the form of {others[0]} ids: people of two provenances are not put together." if others else ""
        raise BadValue(
            f"Table '{where}': {wrong:,} of {len(ids):,} ids of {what} do not have the form of {provenance} ids ({forms[provenance]}), so they might be "
            f"names or numbers of real people. They are not shown here.{also} Put pseudonyms in their place, made with a key that is kept elsewhere."
        )
    if provenance != "made-up":
        _require_hashes(texts, where=where, what=what)
    if what != "persons":
        _refuse_file_numbers(texts, where=where, what=what)


def _require_hashes(texts: list[str], *, where: str, what: str) -> None:
    """Raise where ids of the right form have digits that no hash would have."""
    hashes = [one[1:] if one[0].isupper() else one for one in texts if len(one) >= 16]
    if not hashes:
        return
    width = 24 if min(map(len, hashes)) >= 24 else 16
    digits = [one[:width] for one in hashes]
    places = np.array(digits, dtype=f"U{width}").view("U1").reshape(-1, width)
    values = _values(places)
    plain = int((values[:, :16] < 10).all(axis=1).sum())  # one hash in two thousand has no letter among sixteen digits
    if plain > max(1, 0.02 * len(digits)):
        raise _no_hash(plain, where, what, "numbers with noughts before them")
    letters = values[:, 0::2] * 16 + values[:, 1::2]
    spelt = np.isin(letters, [ord(one) for one in (TEXT if width == 24 else LETTERS)]).all(axis=1)
    if spelt.sum() > len(digits) // 50_000:  # of hashes it happens to a few in a million
        raise _no_hash(int(spelt.sum()), where, what, "texts written in hexadecimal digits")
    if len(digits) >= FEW:
        counts = np.stack([(values == digit).sum(axis=0) for digit in range(16)])
        if (counts.max(axis=0) > 0.6 * len(digits)).sum() > CONSTANT:
            raise _no_hash(len(digits), where, what, "running numbers, for most begin alike")


def _values(places: np.ndarray) -> np.ndarray:
    """Hexadecimal digits as numbers."""
    code = places.view(np.uint32).astype(np.int64).reshape(places.shape)
    return np.where(code >= 97, code - 87, code - 48)


def _no_hash(ids: int, where: str, what: str, looks: str) -> LooksPersonal:
    return LooksPersonal(
        f"Table '{where}': {ids:,} ids of {what} have the form of a pseudonym and look like {looks}, not like a keyed hash. They are not shown here. "
        "Make pseudonyms with a keyed hash (HMAC) or draw them at random, and keep the key or the list elsewhere."
    )


def _refuse_file_numbers(texts: list[str], *, where: str, what: str) -> None:
    """Raise where plain numbers are ten digits with the check digit of NHS numbers, or mobile phones."""
    import pandas as pd

    from .personal_columns import looks_by_values

    looks = looks_by_values(pd.Series([one for one in texts if 10 <= len(one) <= 12 and one.isdigit()], dtype=object))
    if looks in ("NHS numbers", "phone numbers"):
        raise LooksPersonal(f"Table '{where}': ids of {what} look like {looks}. They are not shown here. Number {what} anew, from 1.")

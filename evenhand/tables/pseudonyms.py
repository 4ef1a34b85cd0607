"""What an id of a person may look like, and what no table about people may hold.

Made-up people are numbered: M and digits. Real people come under pseudonyms that somebody else made with a key that is not
here: P and 16 to 64 hexadecimal digits, as a keyed hash gives. Anything else is refused, for it might be a name or a number of theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import BadSetting, BadValue
from .person_words import PROVENANCES

if TYPE_CHECKING:
    import pandas as pd

FORMS = {"made-up": r"M[0-9]{1,12}", "pseudonymised": r"P[0-9a-f]{16,64}"}
"""Provenance -> what an id must look like, whole."""


def require_pseudonyms(ids: pd.Series, *, provenance: str, where: str) -> None:
    """Raise unless every id has the form its provenance declares.

    Raises:
        BadSetting: no such provenance.
        BadValue: an id of another form; it is not repeated in the message.

    Example:
        >>> import pandas as pd
        >>> require_pseudonyms(pd.Series(["M1", "M22"]), provenance="made-up", where="persons")
    """
    if provenance not in PROVENANCES:
        raise BadSetting(f"provenance={provenance!r} is not known. Known: {', '.join(PROVENANCES)}.")
    text = ids.astype("string")
    wrong = int((~text.str.fullmatch(FORMS[provenance]).fillna(False).astype(bool)).sum())
    if wrong:
        raise BadValue(
            f"Table '{where}': {wrong:,} of {len(text):,} ids of persons do not have the form of {provenance} ids ({FORMS[provenance]}), so they might be "
            "names or numbers of real people. They are not shown here. Put pseudonyms in their place, made with a key that is kept elsewhere."
        )

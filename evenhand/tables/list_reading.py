"""From the declared table of a list to entries that can be counted: every rail is passed, and the ids are dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .enough_people import require_enough, require_labels
from .errors import BadValue
from .governed_list import TABLE
from .pseudonyms import require_pseudonyms

if TYPE_CHECKING:
    import pandas as pd

DAYS = ("added", "removed", "last_used", "last_reviewed", "review_due", "retention_until")


def read_list(governed_list: pd.DataFrame, *, provenance: str) -> pd.DataFrame:
    """Entries of a list without their ids, in an order that is nowhere kept.

    Args:
        governed_list: the declared table.
        provenance: "made-up" or "pseudonymised"; decides what form ids must have.

    Raises:
        BadTable, BadSetting: the table is not as declared, an id is no pseudonym, or an entry ends before it begins.
        LooksPersonal: a column or a value might tell who somebody is.
        TooFewPeople: of real people there are fewer than a hundred, or fewer than ten of a group.
    """
    if "person" in governed_list:
        require_pseudonyms(governed_list["person"], provenance=provenance, where=TABLE.name)
    checked = TABLE.check(governed_list)
    for column in ("group", "band"):
        if column in checked:
            require_labels(checked[column], column=column, where=TABLE.name, is_made_up=provenance == "made-up")
    if provenance != "made-up":
        require_enough(checked.drop_duplicates("person"), where=TABLE.name)
    entries = checked.assign(**{name: checked[name].to_numpy(dtype="datetime64[D]", na_value=np.datetime64("NaT")) for name in DAYS if name in checked})
    for name in ("removed", "last_used", "last_reviewed", "review_due", "retention_until"):
        early = int((entries[name] < entries["added"]).sum()) if name in entries else 0
        if early:
            raise BadValue(f"Table '{TABLE.name}': in {early:,} entries '{name}' lies before the day they were added. Mend one of the two.")
    at = np.random.default_rng().permutation(len(entries)) if provenance != "made-up" else np.arange(len(entries))
    return entries.drop(columns="person").iloc[at].reset_index(drop=True)

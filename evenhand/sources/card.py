"""A source's card: who publishes it, under which licence, and what to mind when reading it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from ..tables.health import HealthReport


@dataclass(frozen=True)
class SourceCard:
    """What a reader must know of a published data set.

    Attributes:
        slug: its name in study files and at the terminal, such as "police-uk-street".
        title, publisher, licence, attribution: the last is the sentence the licence asks for.
        table: the declared table it is tidied into.
        vintage: which set of area codes it carries ("lsoa-2011", "lsoa-2021"), "" for none or either.
        url: the publisher's page about it.
        care: how it misleads, in a sentence or two.
    """

    slug: str
    title: str
    publisher: str
    licence: str
    attribution: str
    table: str
    vintage: str
    url: str
    care: str


@dataclass(frozen=True)
class Tidied:
    """A source's rows in the shape of the declared table, and what is odd about them.

    `rows` stays in the engine for row tables (recorded_crime, stops); it is a frame for small ones.
    """

    rows: ibis.Table | pd.DataFrame
    health: HealthReport

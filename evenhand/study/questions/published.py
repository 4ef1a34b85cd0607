"""Does a published figure follow from its own parts?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..question import Answer, Asked, Question, Setting, Wanted

if TYPE_CHECKING:
    from ...audit.published import Statement


def _ask(asked: Asked) -> Answer:
    from fractions import Fraction

    from ...audit.published import check, findings
    from ...tables.errors import CannotAnswer

    given = [*_from_table(asked), *_from_settings(asked)]
    if not given:
        raise CannotAnswer(
            "No statement was given to check. Name one with --statement, --kind, --parts and --printed or --words, or hand over a table with --statements."
        )
    tolerance = Fraction(str(asked.settings["tolerance"]))
    caveat = "Arithmetic on figures as printed. That a figure follows from its parts does not make the parts right."
    # A statement without words or without a figure is no flaw of the table, so what is odd about its cells is not carried along.
    about = asked.about("published", "none", caveats=(caveat,), settings={"tolerance": float(tolerance)})
    return Answer(tuple(findings([check(one, tolerance=tolerance) for one in given], about=about)))


def _from_table(asked: Asked) -> list[Statement]:
    """The rows of the table `statements`."""
    from ...audit.published import Statement

    rows = asked.tables.get("statements")
    if rows is None:
        return []
    texts = rows.astype("object").where(rows.notna(), None).to_dict("records")
    return [
        Statement(
            row["statement"],
            row["kind"],
            parts=_split(row["parts"]),
            printed=row.get("printed"),
            words=row.get("words"),
            where=row.get("where") or "",
            note=row.get("note") or "",
        )
        for row in texts
    ]


def _from_settings(asked: Asked) -> list[Statement]:
    """The statement named by settings, if one is."""
    from ...audit.published import Statement

    settings = asked.settings
    parts = tuple(part for one in settings["parts"] or () for part in _split(str(one)))
    if not (parts or settings["printed"] or settings["words"]):
        return []
    told = settings["statement"] or f"{settings['kind']} of {' and '.join(parts) or 'nothing published'}"
    return [Statement(str(told), settings["kind"], parts, settings["printed"], settings["words"], settings["where"])]


def _split(parts: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (parts or "").split(";") if part.strip())


QUESTION = Question(
    name="published",
    asks="Does a published figure follow from its own parts?",
    says=(
        "Computes the figure from its parts as printed, gives the range that rounding of the parts allows, and says whether it follows, follows only if "
        "digits were cut off, overstates, understates, contradicts its parts, or cannot be derived. It checks arithmetic, not whether the parts are right. "
        "Kinds: ratio, percent, percent-change (to, from), difference, sum, all-parts and some-parts (the whole last), per-1000, density, product, "
        "part-of (per cent, whole), whole-from-part (part, per cent), pai (per cent of crime, per cent of area)."
    ),
    tables=(Wanted("statements", "statements to check, a row each: statement, kind, parts (with ; between), printed, words, where, note", is_needed=False),),
    settings=(
        Setting("statement", "the claim, in your own words"),
        Setting("kind", "how the figure comes from its parts, such as ratio, percent or sum", default="ratio"),
        Setting("parts", "a figure it rests on, as printed: 10.3, 3,292, 45 %, 2.7m, over 12,000; once for each, in order", default=(), is_many=True),
        Setting("printed", "its figure as printed; a per cent for the kind percent"),
        Setting("words", "how it puts the figure, such as “almost five times” or “one in five”"),
        Setting("where", "document and section", default=""),
        Setting("tolerance", "how far “about” and “almost” reach, as a share of the number", default=0.05, kind=float),
    ),
    ask=_ask,
    example='evenhand audit published --kind ratio --parts 10.3 --parts 2.3 --words "almost five times"',
)

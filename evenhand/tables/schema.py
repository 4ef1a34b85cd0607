"""How a table is declared, and how a frame or an engine's rows are held to the declaration.

A declaration is data: columns with meaning, unit and allowed values. pandera does the checking;
this file turns its verdict into one message that says what, where and how to mend it.

Rows that stay in the engine are never pulled out to be checked: one scan takes each column's
distinct categories and its lowest and highest number, and the same declaration is held against
those. A rule of the kind "one of these" or "between these" holds for all rows exactly when it
holds for those few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from .errors import BadTable, BadValue, EmptyTable, MissingColumn, RepeatedKey, UnknownCategory, UnknownColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis
    import pandas as pd

Kind = Literal["text", "whole", "number", "yes/no", "month", "day", "time", "geometry"]

_PANDERA_TYPE: dict[str, Any] = {"text": "string", "whole": "Int64", "number": "Float64", "yes/no": "boolean", "month": "string", "day": "string"}
_MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
_DAY = r"^\d{4}-\d{2}-\d{2}$"


@dataclass(frozen=True)
class Column:
    """One declared column.

    Attributes:
        name: as it stands in the table.
        kind: what a value is; `month` is text of the form 2024-01, `day` of the form 2024-01-31.
        meaning: one line a newcomer understands.
        unit: "" for none.
        allowed: the only values there may be; empty for any.
        low, high: inclusive limits of a number.
        required: the column must be there.
        may_be_missing: single values may be absent. Absent is never zero.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    allowed: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    required: bool = True
    may_be_missing: bool = False


@dataclass(frozen=True)
class Table:
    """A declared table: what one row is, which columns it has, which of them make a row unique.

    Of a table about people (`is_about_people`) no message repeats a value, and a column that is not declared is told by what it looks like.
    """

    name: str
    one_row_is: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    is_about_people: bool = False

    def column(self, name: str) -> Column:
        """The declared column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)

    def check(self, frame: pd.DataFrame, *, where: str = "") -> pd.DataFrame:
        """Hold a frame to the declaration.

        Args:
            frame: the rows.
            where: the file or source to name in a message.

        Returns:
            The frame with its columns in declared order and declared types.

        Raises:
            MissingColumn, UnknownColumn, LooksPersonal, UnknownCategory, BadValue, RepeatedKey, EmptyTable.

        Example:
            >>> import pandas as pd
            >>> from evenhand.tables import residents
            >>> one = pd.DataFrame({"area_code": ["E01015830"], "group": ["White"], "residents": [1412]})
            >>> residents.TABLE.check(one).residents.tolist()
            [1412]
        """
        if self.is_about_people:
            from .personal_columns import refuse_personal

            refuse_personal(frame, self, where=where)
        self.check_names(list(frame.columns), where=where)
        if frame.empty:
            raise EmptyTable(f"Table '{self.name}'{_of(where)} has no rows, so nothing can be computed from it.")
        present = [column for column in self.columns if column.name in frame.columns]
        checked = self._held_to_types(frame, present, where)
        if self.key:
            keys = [name for name in self.key if name in checked.columns]
            repeated = checked[checked.duplicated(keys)]
            if len(repeated):
                example = "" if self.is_about_people else f" (for example {', '.join(str(value) for value in repeated.iloc[0][keys])})"
                raise RepeatedKey(
                    f"Table '{self.name}'{_of(where)} has {len(repeated):,} rows that repeat the same "
                    f"{' and '.join(keys)}{example}. One row there is {self.one_row_is}. Remove or add up the repeats."
                )
        return checked

    def check_names(self, found: list[str], *, where: str = "", left_behind: Sequence[str] = ()) -> None:
        """Raise unless the columns found are declared, and the required ones are all there.

        Args:
            found: the columns.
            where: the file to name.
            left_behind: further columns of the file, which are not read; one of them may be the one that is lacking.
        """
        missing = [c.name for c in self.columns if c.required and c.name not in found]
        if missing:
            there = self._shown([*found, *left_behind])
            raise MissingColumn(
                f"Table '{self.name}'{_of(where)} has no column {_quoted(missing)}.\nColumns found: {there or 'none'}.\n"
                f"Rename your column, or say which it is: in a study file under `columns:` ({missing[0]}: its name in the file), "
                f"at the terminal with --columns {self.name}.{missing[0]}=NAME."
            )
        unknown = [name for name in found if name not in self.names]
        if unknown and self.is_about_people:
            from .personal_columns import refuse_columns

            refuse_columns(unknown, self, where=where)
        if unknown:
            raise UnknownColumn(
                f"Table '{self.name}'{_of(where)} has columns Evenhand does not know: {_quoted(unknown)}.\n"
                f"Unknown columns are refused, so that nothing personal is carried along. Known: {', '.join(self.names)}.\nRemove or rename them."
            )

    def _shown(self, names: Sequence[object]) -> str:
        """Columns' names for a message; in a table about people a name may itself be somebody's."""
        if not self.is_about_people:
            return ", ".join(map(str, names))
        from .personal_columns import shown_names

        return shown_names(names)

    def check_rows(self, rows: ibis.Table, *, where: str = "") -> ibis.Table:
        """Hold an engine's rows to the declaration by one scan; the rows themselves stay where they are."""
        self.check_names(list(rows.columns), where=where)
        from .engine import profile

        listed = [c for c in self.columns if c.name in rows.columns]
        categories = [c.name for c in listed if c.allowed]
        numbers = [c.name for c in listed if c.low is not None or c.high is not None]
        dates = [c.name for c in listed if c.kind in ("month", "day")]
        seen = profile(rows, categories=[*categories, *dates], numbers=numbers)
        if seen.rows == 0:
            raise EmptyTable(f"Table '{self.name}'{_of(where)} has no rows, so nothing can be computed from it.")
        for name in [c.name for c in listed if not c.may_be_missing]:
            if seen.missing.get(name, 0):
                raise BadValue(f"Table '{self.name}'{_of(where)}: column '{name}' is empty in {seen.missing[name]:,} of {seen.rows:,} rows and may not be.")
        for name, frame in seen.distinct.items():
            self._held_to_types(frame, [self.column(name)], where)
        return rows.select(*[c.name for c in listed])

    def _held_to_types(self, frame: pd.DataFrame, present: list[Column], where: str) -> pd.DataFrame:
        import pandera.pandas as pa
        from pandera.errors import SchemaError, SchemaErrors

        schema = pa.DataFrameSchema({c.name: _pandera_column(c) for c in present}, strict="filter", coerce=True)
        try:
            checked: pd.DataFrame = schema.validate(frame, lazy=True)
        except SchemaErrors as wrong:
            raise self._explained(wrong.failure_cases, where) from None
        except (SchemaError, TypeError, ValueError) as wrong:
            told = "they are not shown here." if self.is_about_people else str(wrong).splitlines()[0]
            raise BadValue(f"Table '{self.name}'{_of(where)} holds values of the wrong type: {told}") from None
        return checked[[c.name for c in present]]

    def _explained(self, failures: pd.DataFrame, where: str) -> BadTable:
        first = failures.iloc[0]
        name = str(first["column"])
        column = self.column(name) if name in self.names else None
        same = failures[failures["column"] == first["column"]]
        told = _quoted([str(v) for v in same["failure_case"].drop_duplicates().head(3)])
        examples = f"{len(same):,} of them, which are not shown here" if self.is_about_people else told
        start = f"Table '{self.name}'{_of(where)}, column '{name}'"
        if column is not None and str(first["check"]).startswith("not_nullable"):
            return BadValue(f"{start}: {len(same):,} values are missing and may not be. ({column.meaning})")
        if column is not None and column.allowed and str(first["check"]).startswith("isin"):
            return UnknownCategory(
                f"{start} holds values that are not known: {examples}.\nKnown: {', '.join(column.allowed)}.\n"
                "If the publisher has added a category, it must be declared before it can be counted; if it is a slip, mend the file."
            )
        limits = (
            ""
            if column is None or column.low is None
            else f" It must lie between {column.low:g} and {column.high if column.high is not None else 'any height'}."
        )
        return BadValue(f"{start} holds values that cannot be right: {examples}.{limits} {column.meaning if column else ''}".rstrip())


def _pandera_column(column: Column) -> Any:
    import pandera.pandas as pa

    checks = []
    if column.allowed:
        checks.append(pa.Check.isin(list(column.allowed)))
    if column.low is not None:
        checks.append(pa.Check.ge(column.low))
    if column.high is not None:
        checks.append(pa.Check.le(column.high))
    if column.kind == "month":
        checks.append(pa.Check.str_matches(_MONTH))
    if column.kind == "day":
        checks += [pa.Check.str_matches(_DAY), pa.Check(_in_the_calendar)]
    return pa.Column(_PANDERA_TYPE.get(column.kind), checks, nullable=column.may_be_missing, coerce=column.kind in _PANDERA_TYPE)


def _in_the_calendar(days: pd.Series) -> pd.Series:
    """Whether each day exists: 2024-02-30 has the right form and does not."""
    import pandas as pd

    return pd.to_datetime(days, format="%Y-%m-%d", errors="coerce").notna()


def _of(where: str) -> str:
    return f" ({where})" if where else ""


def _quoted(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)

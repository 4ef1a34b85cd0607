"""What one file cannot show: whether the records fit together. Every problem in one run, each at its line.

    check_references    everything named exists; evidence stands where it says
    check_dates         time runs forward
    check_statements    what excludes each other is a contradiction; quotations are short
    check_figures       printed parts add up
    check_names         one name, one thing; the forces are all there

An error keeps the register from being built; advice is something to look at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .check_dates import check_dates
from .check_figures import check_figures
from .check_names import check_names
from .check_references import check_references
from .check_statements import check_statements
from .found import Found
from .reading import shipped_records

if TYPE_CHECKING:
    from .problem import Problem
    from .register import Register


def check(register: Register, *, is_whole: bool | None = None) -> list[Problem]:
    """Every problem between records, by file and line.

    Args:
        register: what `read_register` gave; its own problems are shown beside these.
        is_whole: whether all 45 territorial forces must be there; unless given, for the records that ship.

    Example:
        >>> from evenhand.register.reading import read_texts
        >>> grip = b"{title: Grip, kind: place, summary: Maps., nations: [england], evidence: {source: amnesty-2052}}"
        >>> register, _ = read_texts({"properties.yml": b"{}", "systems/grip.yml": grip})
        >>> print(check(register)[0])
        systems/grip.yml:1: There is no source `amnesty-2052`. Mend the slug, or write sources/amnesty-2052.yml.
    """
    found = Found(register)
    if is_whole is None:
        home = shipped_records()
        is_whole = any(file.is_relative_to(home) for file, _ in register.files.values())
    check_references(register, found)
    check_dates(register, found)
    check_statements(register, found)
    check_figures(register, found)
    check_names(register, found, is_whole=is_whole)
    return sorted(found.problems)

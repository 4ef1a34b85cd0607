"""docs/measures.md: every measure with its words, the code that computes it, a worked example, how to misread it, and its source.

Write it anew with `python -m evenhand.report.measures_page > docs/measures.md`.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from typing import TYPE_CHECKING

from .measures import measures

if TYPE_CHECKING:
    from ..tables.measure import Measure

PARTS = ("Example", "Read with care", "Source")
"""Parts of a docstring that the index repeats."""


def index_page() -> str:
    """The page's Markdown."""
    by_code: dict[str, list[str]] = {}
    for name, measure in sorted(measures().items()):
        by_code.setdefault(measure.by, []).append(name)
    lines = [
        "# Measures",
        "",
        "Every `measure` that a finding may carry. This page is generated from the code: the words from the `MEASURES` of each file in",
        "`evenhand/audit/`, the rest from the docstring of the function that computes it.",
        "",
        "| measure | in words | its denominator `n` counts | what it says | computed by |",
        "|---|---|---|---|---|",
        *(_row(name, measure) for name, measure in sorted(measures().items())),
        "",
        "## How each is computed",
        "",
    ]
    for by, names in sorted(by_code.items()):
        lines += _entry(by, names)
    return "\n".join(lines).rstrip() + "\n"


def _row(name: str, measure: Measure) -> str:
    anchor = measure.by.replace(".", "").lower()
    return f"| `{name}` | {measure.title} | {measure.of} | {measure.means} | [`{measure.by}`](#{anchor}) |"


def _entry(by: str, names: list[str]) -> list[str]:
    """One function: its file, first sentence, example, caution and source."""
    module, _, title = by.rpartition(".")
    file = importlib.import_module(f"evenhand.audit.{module}")
    said = docstring_parts(inspect.getdoc(getattr(file, title)) or "")
    whole = docstring_parts(file.__doc__ or "")
    for_what = ", ".join(f"`{name}`" for name in names)
    lines = [f"### {by}", "", f"[`evenhand/audit/{module}.py`](../evenhand/audit/{module}.py), for {for_what}.", "", said[""], ""]
    if "Example" in said:
        lines += ["```python", said["Example"], "```", ""]
    for part in PARTS[1:]:
        text = said.get(part) or whole.get(part)
        if text:
            lines += [f"*{part}.* {' '.join(text.split())}", ""]
    return lines


def docstring_parts(text: str) -> dict[str, str]:
    r"""A docstring cut into its opening sentence ("") and the parts of `PARTS` it has.

    Example:
        >>> docstring_parts("Opens.\n\nExample:\n    >>> 1\n    1\n\nSource: Who (1900).")
        {'': 'Opens.', 'Example': '>>> 1\n1', 'Source': 'Who (1900).'}
    """
    parts = {"": " ".join(re.split(r"\n\s*\n", text.strip(), maxsplit=1)[0].split())}
    for part in PARTS:
        indented = re.search(rf"^{part}:[ ]*\n(.*?)(?=^\S|\Z)", text, flags=re.MULTILINE | re.DOTALL)
        running = re.search(rf"^{part}:[ ]*(\S.*?)(?=\n\s*\n|\Z)", text, flags=re.MULTILINE | re.DOTALL)
        if indented:
            parts[part] = inspect.cleandoc(indented[1]).strip()
        elif running:
            parts[part] = inspect.cleandoc(running[1].strip())
    return parts


if __name__ == "__main__":
    sys.stdout.write(index_page())

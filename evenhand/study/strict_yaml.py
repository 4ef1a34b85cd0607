"""YAML read strictly: a key given twice, a text that is not UTF-8 or aliases that swell stop the reading.

YAML lets the second of two like keys win without a word, and lets a few lines of aliases stand for
a billion values. A study file needs neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tables.errors import BadStudy

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 1_000_000
MOST_VALUES = 50_000
"""A declaration is a page or two; what is longer, as it stands or with its aliases written out, is something else."""


def read_mapping(file: Path) -> dict[str, Any]:
    """The keys and values of a YAML file.

    Args:
        file: its path.

    Raises:
        BadStudy: it cannot be opened, is not UTF-8 or not YAML, holds no keys, or gives a key twice.
    """
    import yaml

    text = _text(file)
    try:
        written = yaml.load(text, Loader=_loader())
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        said = getattr(wrong, "problem", None) or getattr(wrong, "reason", None) or str(wrong)
        raise BadStudy(f"{file} is not YAML{where}: {said}. Mend that line.") from None
    except RecursionError:
        raise BadStudy(f"{file} is nested too deeply to be a study. `evenhand study new` writes one to start from.") from None
    except ValueError as wrong:  # a value that looks like a date or a number and is none, such as 2024-13-45
        raise BadStudy(f"{file} holds a value that cannot be read: {wrong}. Put it in quotes, or mend it.") from None
    if not isinstance(written, dict):
        raise BadStudy(f"{file} holds no keys. A study file begins with `title:`; `evenhand study new` writes one to start from.")
    return written


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise BadStudy(f"{file} is {file.stat().st_size / 1e6:,.1f} MB long, so it is no study file. `evenhand study new` writes one to start from.")
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise BadStudy(f"{file} is not UTF-8 text (byte {wrong.start + 1}). Save it again as UTF-8.") from None
    except OSError as wrong:
        raise BadStudy(f"{file} cannot be read: {wrong.strerror or wrong}.") from None


def _loader() -> Any:
    """PyYAML's safe loader, stricter."""
    import yaml

    class Strict(yaml.SafeLoader):
        def get_single_node(self) -> Any:
            node = super().get_single_node()
            if node is not None and _values(node, {}) > MOST_VALUES:
                raise yaml.composer.ComposerError(None, None, "its aliases stand for too many values; write out what is meant", node.start_mark)
            return node

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            seen: dict[str, int] = {}
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if key.value in seen:
                        raise yaml.constructor.ConstructorError(
                            None, None, f"the key `{key.value}` stands in line {seen[key.value] + 1} already; keep one of the two", key.start_mark
                        )
                    seen[key.value] = key.start_mark.line
            return super().construct_mapping(node, deep)

    return Strict


def _values(node: Any, known: dict[int, int]) -> int:
    """How many values a node stands for once its aliases are written out; without end where it holds itself."""
    if id(node) not in known:
        known[id(node)] = MOST_VALUES + 1  # what a node that holds itself counts for
        inner = node.value if isinstance(node.value, list) else []
        parts = [part for one in inner for part in (one if isinstance(one, tuple) else (one,))]
        known[id(node)] = 1 + sum(_values(part, known) for part in parts)
    return known[id(node)]

"""Where studies are: those that ship, and those of the user's own."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ..tables.errors import BadStudy

_PACKAGE = Path(__file__).resolve().parent.parent
_HOMES = (_PACKAGE.parent / "studies", _PACKAGE / "_shipped" / "studies")
"""In a clone studies stand at the top of the repository; in an installed wheel they lie inside the package."""


@lru_cache
def shipped_studies() -> dict[str, Path]:
    """Folders of the studies that ship, by slug."""
    home = next((home for home in _HOMES if home.is_dir()), None)
    if home is None:
        return {}
    return {folder.name: folder for folder in sorted(home.iterdir()) if (folder / "study.yml").is_file()}


def find_study(slug_or_path: str | Path) -> Path:
    """The folder of a study, by the slug of one that ships or by its path.

    Raises:
        BadStudy: neither.
    """
    if isinstance(slug_or_path, str) and slug_or_path in shipped_studies():
        return shipped_studies()[slug_or_path]
    try:
        path = Path(slug_or_path).expanduser()
        if path.exists():
            return path
    except (OSError, ValueError, RuntimeError) as wrong:  # a name no file can have, a folder that may not be looked into, a home nobody has
        raise BadStudy(f"There is no study at {str(slug_or_path)[:200]!r}: {getattr(wrong, 'strerror', None) or wrong}.") from None
    raise BadStudy(
        f"There is no study '{slug_or_path}'.\nStudies that ship: "
        f"{', '.join(shipped_studies()) or 'none'}. A study of your own is given by the path of its folder."
    )

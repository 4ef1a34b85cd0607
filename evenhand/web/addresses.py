"""Where each page of the site stands, below its root.

Records stand alone (`system/SLUG.html`), lists in folders of their own (`systems/index.html`, `systems/kind/person/page-2.html`),
so that no slug can collide with a list. Every address names a file: the site can be read from a disk.
"""

from __future__ import annotations

RECORD_FOLDERS = {
    "systems": "system", "bodies": "body", "sources": "source", "statistics": "statistic", "contradictions": "contradiction", "refusals": "refusal",
    "flows": "flow", "requirements": "requirement",
}  # fmt: skip
"""The folder of a record's page, by the kind of record."""
NOTES_A_PAGE = 60
ROWS_A_PAGE = 100


def address(kind: str, slug: str) -> str:
    """The page of a record.

    Example:
        >>> address("systems", "hart")
        'system/hart.html'
    """
    return f"{RECORD_FOLDERS[kind]}/{slug}.html"


def data_address(kind: str, slug: str) -> str:
    """The record as JSON, beside its page."""
    return f"{RECORD_FOLDERS[kind]}/{slug}.json"


def part_address(kind: str, slug: str, part: str, number: int) -> str:
    """A further page of a record: of its claims, or of a source's notes."""
    return f"{RECORD_FOLDERS[kind]}/{slug}/{part}-{number}.html"


def page_address(folder: str, number: int) -> str:
    """A page of a list.

    Example:
        >>> page_address("systems", 1), page_address("systems/kind/person", 2)
        ('systems/index.html', 'systems/kind/person/page-2.html')
    """
    return f"{folder}/index.html" if number == 1 else f"{folder}/page-{number}.html"


def up(path: str) -> str:
    """What leads from a page to the site's root.

    Example:
        >>> up("index.html"), up("systems/kind/person/index.html")
        ('', '../../../')
    """
    return "../" * path.count("/")


def outside(link: str) -> str:
    """The address behind a link as printed: a DOI may stand without its host."""
    if link.startswith("10."):
        return f"https://doi.org/{link}"
    return f"https://{link}" if link.startswith("doi.org/") else link

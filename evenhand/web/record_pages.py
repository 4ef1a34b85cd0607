"""Pages and lists of the small records: contradictions, refusals, statistics, flows, requirements."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ..register.flat import EACH
from .addresses import address, data_address, up
from .evidence_list import EvidenceList
from .figures import figures
from .flow_picture import MOST_DRAWN, flow_picture
from .knowledge import FIVE, SHORT
from .system_lists import by_title
from .wording import CONTRADICTION_KINDS, MEASURES, REFUSAL_KINDS, REQUIREMENT_KINDS

if TYPE_CHECKING:
    from ..register.register import Register
    from .knowledge import Knowledge
    from .site import Site

FLOWS_A_PAGE = 40
LISTS: dict[str, tuple[str, str, dict[str, str], str]] = {
    "contradictions": ("Contradictions", "kind", CONTRADICTION_KINDS, "Statements that cannot all be right, side by side. The register does not say which is."),
    "refusals": ("Refusals", "kind", REFUSAL_KINDS, "What was asked for and not given: by whom, on what ground, and what came of it."),
    "statistics": ("Statistics", "measure", MEASURES, "Figures as they were published, with what a reader must know before using them."),
    "requirements": ("Requirements", "kind", REQUIREMENT_KINDS, "What the law demands and what is recommended, and how anyone can tell whether it is met."),
}  # fmt: skip
"""Of each kind of record: its title, the field its list is narrowed by, that field's values in words, and what it holds."""


def figure_checks(register: Register) -> dict[str, dict[str, str]]:
    """What the printed-figure checker says of each figure that names its parts, by statistic and figure."""
    from ..study.printed_figures import check_figures

    found: dict[str, dict[str, str]] = {}
    for one in check_figures(register):
        found.setdefault(one.statistic, {})[one.id.partition(".")[2]] = one.checked.says
    return found


def write_records(site: Site, checks: dict[str, dict[str, str]]) -> None:
    """A page and a JSON file for each, and the lists."""
    for kind in LISTS:
        held = getattr(site.register, kind)
        for slug, record in held.items():
            view: dict[str, Any] = {"slug": slug, "one": record, "evidence": EvidenceList(site), "kind": kind, "of": LISTS[kind][0]}
            if kind == "statistics":
                view["shown"] = figures(record, checks.get(slug, {}))
            _write(site, kind, slug, record.title, view)
        _write_list(site, kind, held)
    for slug, flow in site.register.flows.items():
        _write(site, "flows", slug, flow.title, {"slug": slug, "one": flow, "evidence": EvidenceList(site), "kind": "flows", "of": "What goes where"})
    _write_flows(site)
    for kind in (*LISTS, "flows"):
        for entry in EACH[kind](site.register, site.links):
            site.write_json(data_address(kind, entry["id"]), entry)


def _write(site: Site, kind: str, slug: str, title: str, view: dict[str, Any]) -> None:
    shown = {**view, "history": site.history(kind, slug), "data": data_address(kind, slug), "crumbs": ((f"{kind}/index.html", view["of"]),)}
    site.write(address(kind, slug), f"{kind[:-1]}.html.j2", title=title, **shown)


def _write_list(site: Site, kind: str, held: dict[str, Any]) -> None:
    title, by, values, says = LISTS[kind]
    counts = Counter(getattr(one, by) for one in held.values())
    facets = [(kind, "All", len(held))] + [(f"{kind}/{by}/{value}", name, counts[value]) for value, name in values.items() if counts[value]]
    for folder, name, _ in facets:
        value = folder.rpartition("/")[2]
        rows = [(slug, one) for slug, one in held.items() if folder == kind or getattr(one, by) == value]
        named = title if folder == kind else f"{title}: {name}"
        shown: dict[str, Any] = {"kind": kind, "facets": facets, "here": folder, "says": says, "values": values, "by": by}
        site.write_list(folder, "records.html.j2", rows, title=named, description=says, **shown)


def _write_flows(site: Site) -> None:
    flows = list(site.register.flows.items())
    prefix = up("flows/index.html")
    said = "What systems are fed with and who receives their output; the table below says the same"
    drawn = flow_picture(site, flows, lambda target: prefix + target, title=said)
    shown: dict[str, Any] = {"drawn": drawn, "is_all": len(flows) <= MOST_DRAWN}
    site.write_list("flows", "flows.html.j2", flows, title="What goes where", size=FLOWS_A_PAGE, **shown)


def write_minimum(site: Site, known: dict[str, Knowledge]) -> None:
    """Which systems have the five minimum fields, as a table."""
    rows = [(slug, known[slug]) for slug in by_title(site)]
    fields = [field for one in known.values() for field in one.fields]
    counts = [(title, SHORT[key], Counter(field.state for field in fields if field.key == key)) for key, (title, _) in FIVE.items()]
    site.write_list("unknown", "unknown.html.j2", rows, title="What we do not know", counts=counts, short=SHORT, total=len(known))

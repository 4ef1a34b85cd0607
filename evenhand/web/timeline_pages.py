"""What happened when: how much is dated in each year, systems from first date to last, and a page for every year."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from ..register.dates import by_date, earliest
from ..register.gaps import SCORING
from ..register.timeline import timeline
from .addresses import ROWS_A_PAGE, address, page_address, up
from .claims import claim_address
from .drawing import line, linked, rect, svg, text
from .status_picture import Life, status_picture
from .system_pages import last_day
from .wording import EVENTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from markupsafe import Markup

    from ..register.timeline import Event
    from .site import Site

FIRST_DRAWN = 1990
"""Earlier years are few and far between: they stand in the table."""
MOST_LIVES = 50
LIVES = "When systems were tried, used and stopped; the table says the same"
PAGES = {
    "refusal": "refusals", "contradiction": "contradictions", "statistic": "statistics", "flow": "flows", "requirement": "requirements", "source": "sources",
}  # fmt: skip


def write_timeline(site: Site) -> None:
    """The overview and the years."""
    events = timeline(site.register)
    years = defaultdict[int, list["Event"]](list)
    for event in events:
        years[earliest(event.on).year].append(event)
    path = "timeline/index.html"
    prefix = up(path)

    def to(target: str) -> str:
        return prefix + target

    counts: dict[int, Counter[str]] = {year: Counter(event.kind for event in held) for year, held in sorted(years.items())}
    lives = _lives(site)
    view = {
        "counts": counts, "kinds": [kind for kind in EVENTS if any(counted[kind] for counted in counts.values())], "drawn": years_picture(counts, to),
        "lives": lives, "lives_drawn": status_picture(lives, to, title=LIVES, until=last_day(site.register)),
        "total": len(events),
    }  # fmt: skip
    site.write(path, "timeline.html.j2", title="Timeline", description="What happened when, so far as it is dated.", **view)
    crumbs = ((path, "Timeline"),)
    for year, held in years.items():
        rows = [(event, event_page(site, event)) for event in held]
        site.write_list(f"timeline/{year}", "year.html.j2", rows, title=str(year), size=ROWS_A_PAGE, crumbs=crumbs)


def _lives(site: Site) -> list[Life]:
    """Uses with a date, the earliest first."""
    found = []
    for slug, system in site.register.systems.items():
        for body, use in system.uses.items():
            dates = [step.on for step in use.status if step.on]
            if system.kind in SCORING and dates and earliest(dates[0]).year >= FIRST_DRAWN and site.register.bodies[body].kind == "police-force":
                steps = tuple((step.state, step.on) for step in use.status)
                found.append((by_date(dates[0]), Life(f"{system.title}, {site.register.title(body)}", address("systems", slug), steps)))
    return [life for _, life in sorted(found, key=lambda one: (one[0], one[1].label))][:MOST_LIVES]


def event_page(site: Site, event: Event) -> str | None:
    """The page that tells more of an event."""
    if event.kind in PAGES:
        return address(PAGES[event.kind], event.record)
    subject, _, _ = event.record.partition(".")
    if event.kind == "claim":
        return claim_address(site, event.record)
    return f"{address('systems', subject)}#use" if event.kind == "status" else f"{address('bodies', subject)}#refusals"


def years_picture(counts: dict[int, Counter[str]], to: Callable[[str], str]) -> Markup | None:
    """A bar for every year from FIRST_DRAWN on; each leads to its year."""
    drawn = {year: counted.total() for year, counted in counts.items() if year >= FIRST_DRAWN}
    if not drawn:
        return None
    first, last, most = min(drawn), max(drawn), max(drawn.values())
    wide, high, left, foot = 880.0, 220.0, 40.0, 24.0
    step = (wide - left) / (last - first + 1)
    parts = []
    for share in (0.5, 1.0):
        y = 10 + (high - foot - 10) * (1 - share)
        parts += [line(left, y, wide, y, kind="grid"), text(left - 6, y + 4, f"{round(most * share):,}", kind="tick", anchor="end")]
    for year, number in drawn.items():
        x, tall = left + (year - first) * step, (high - foot - 10) * number / most
        bar = rect(x + step * 0.12, high - foot - tall, step * 0.76, tall, kind="year", said=f"{year}: {number:,}")
        parts.append(linked(to(page_address(f"timeline/{year}", 1)), bar, f"{year}: {number:,}"))
        if year % 5 == 0 or step > 46:
            parts.append(text(x + step / 2, high - 6, str(year), kind="tick", anchor="middle"))
    parts.append(line(left, high - foot, wide, high - foot, kind="axis"))
    return svg(wide, high, parts, title="Dated entries by year; the table below says the same", kind="years")

"""When do events happen? Weekday and hour, of events in windows or of stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..question import Answer, Asked, Question, Setting, Wanted

if TYPE_CHECKING:
    from ...audit.time_windows import Windows
    from ...report.picture import Picture
    from ...tables.findings import Finding

OF_STOPS = "When officers searched, not when crime happened."
OF_EVENTS = "Records of events, at times that somebody recorded."


def _ask(asked: Asked) -> Answer:
    from dataclasses import replace

    from ...audit.time_profile_findings import findings
    from ...tables.errors import BadSetting

    given = [name for name in ("timed_events", "stops") if name in asked.tables]
    if len(given) != 1:
        raise BadSetting("The audit 'time-profile' needs `timed_events` or `stops`, one of them.")
    windows, said = (_of_stops if given == ["stops"] else _of_events)(asked)
    about = asked.about("time-profile", *given, caveats=(*said, OF_STOPS if given == ["stops"] else OF_EVENTS))
    if given == ["stops"]:  # warnings on who was stopped are not of when
        about = replace(about, caveats=tuple(one for one in about.caveats if "ethnicity" not in one))
    asked.tell("counting by weekday and hour", 0.5)
    found = findings(windows, about, reading=asked.settings["reading"], seed=asked.seed)
    return Answer(tuple(found), (), _pictures(windows, asked, found, given[0] if given[0] == "stops" else "events"))


def _of_events(asked: Asked) -> tuple[Windows, tuple[str, ...]]:
    from ...audit.time_windows import windows_of_table
    from ...tables.errors import BadSetting, MissingColumn

    table, wanted = asked.tables["timed_events"], asked.settings["event_type"]
    if wanted is not None:
        if "event_type" not in table.columns:
            raise MissingColumn("Table 'timed_events' has no column 'event_type', so events cannot be picked by it.")
        known = sorted(str(one) for one in table["event_type"].dropna().unique())
        if wanted not in known:
            raise BadSetting(f"`event_type` is {wanted!r}, which is not in the table. There are: {', '.join(known)}.")
        table = table[table["event_type"] == wanted]
    return windows_of_table(table, is_utc=asked.settings["times_are"] == "utc")


def _of_stops(asked: Asked) -> tuple[Windows, tuple[str, ...]]:
    from ...audit.time_windows import windows_of_stops
    from ...tables.health import HealthReport

    stops, points = asked.tables["stops"], None
    if "areas" in asked.tables:
        from ..inputs import placed_stop_points

        points, _ = placed_stop_points(stops, asked.tables["areas"], asked.health.get("stops") or HealthReport("stops", asked.source, 0))
    return windows_of_stops(stops, areas_of_points=points)


def _pictures(windows: Windows, asked: Asked, found: list[Finding], events: str) -> tuple[Picture, ...]:
    from ...audit.time_profile import profile_of
    from ...report.week_pictures import hours_picture, week_picture

    profile = profile_of(windows, asked.settings["reading"], seed=asked.seed)
    spread = bool((windows.to_s > windows.from_s).any()) and asked.settings["reading"] == "aoristic"
    how = "An event of uncertain time counts in every hour of its window, in parts that add up to one." if spread else ""
    return (week_picture(profile.table, events=events, how_to_read=how), hours_picture(found, events=events))


QUESTION = Question(
    name="time-profile",
    asks="When do events happen, by weekday and hour, and how far does that rest on times nobody knows?",
    says=(
        "Counts events by hour of the week and gives the mean hour on the clock, the share of each hour and weekday, and a picture of the week. An event "
        "known only to have happened in a window is spread over it; what reading windows at their start, middle or end would change is a finding of its own. "
        "Of stops, whose times are known, it shows when officers search. Times are laid on the clock of the United Kingdom; a window that spans a change "
        "of the clocks is cut there."
    ),
    tables=(
        Wanted("timed_events", "events with the window in which each happened: from_at, to_at; or give stops", is_needed=False),
        Wanted("stops", "one row a stop, as the police publish them", is_needed=False),
        Wanted("areas", "polygons of the areas, so that only stops in them are counted", is_needed=False),
    ),
    settings=(
        Setting("reading", "how a window is read; start, mid and end show the habits of those who found out, not of those who did it",
                default="aoristic", choices=("aoristic", "start", "mid", "end", "random")),
        Setting("times_are", "whether the times of timed_events are UTC, as declared, or already by the clock, as forces often export them; "
                "then windows that span a change of the clocks are an hour off", default="utc", choices=("utc", "clock")),
        Setting("event_type", "count only events of this type; left out: all"),
    ),
    ask=_ask,
    example="evenhand audit time-profile --stops 2024-01-essex-stop-and-search.csv --place Essex",
)  # fmt: skip

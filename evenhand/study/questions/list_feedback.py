"""The loop of a list of people, asked of a made-up town."""

from __future__ import annotations

from ..question import Answer, Asked, Question, Setting


def _ask(asked: Asked) -> Answer:
    from dataclasses import replace
    from functools import partial

    from ...audit.list_feedback import Town, Watching, list_findings, simulate_list

    settings = asked.settings
    town = Town(**{name: settings[name] for name in Town.__dataclass_fields__})
    watching = Watching(**{name: settings[name] for name in Watching.__dataclass_fields__})
    arms = {"the list": watching, "being listed changes nothing": replace(watching, multiplies=1.0, adds_a_month=0.0)}
    shared = {"months": settings["months"], "replicates": settings["towns"], "seed": asked.seed}
    found = {name: simulate_list(town, arm, tell=partial(_told, asked, place / 2), **shared) for place, (name, arm) in enumerate(arms.items())}
    about = asked.about("list-feedback", caveats=("Made-up people and rates: what such a rule does when these assumptions hold, not what any list has done.",))
    about.settings.update(dict(settings))
    return Answer(tuple(list_findings(found, group="the group", reference="the others", about=about)))


def _told(asked: Asked, start: float, what: str, share: float) -> None:
    asked.tell(what, start + share / 2)


QUESTION = Question(
    name="list-feedback",
    asks="What happens when people on a list are watched more, and so recorded more?",
    says=(
        "Simulates a list in a town of made-up people whose true rates are set, beside the same list when being listed changes nothing. "
        "Only sums over people come out; no person is listed or ranked in anything that is written."
    ),
    tables=(),
    settings=(
        Setting("people", "made-up people", 2000, int),
        Setting("group_share", "share of them in the group", 0.2, float),
        Setting("offences_a_month", "mean of the true rates", 0.05, float),
        Setting("spread", "shape of the true rates' gamma: the smaller, the fewer do most", 0.5, float),
        Setting("group_offends", "the group's mean true rate over the others'", 1.0, float),
        Setting("recorded", "chance that an offence is recorded", 0.2, float),
        Setting("group_recorded", "that chance in the group over the others'", 1.5, float),
        Setting("listed", "people on the list", 100, int),
        Setting("multiplies", "chance of being recorded when listed, over what it was", 2.0, float),
        Setting("adds_a_month", "records a month that being listed brings with no offence behind them", 0.0, float),
        Setting("kept", "share of a record's weight left after a month", 0.97, float),
        Setting("months", "how long the list runs", 60, int),
        Setting("towns", "towns simulated side by side", 100, int),
    ),
    ask=_ask,
    example="evenhand audit list-feedback --group-recorded 1.5 --multiplies 3",
)

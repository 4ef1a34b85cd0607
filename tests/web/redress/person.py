"""A made-up person who uses the pages by keyboard alone, and what they answer."""

from __future__ import annotations

ANSWERS: dict[str, str | list[str]] = {
    "helper": "myself", "under-18": "adult", "investigation": "closed", "immigration": "settled", "seen": "private", "nation": "england",
    "by-whom": ["police"], "what": ["listed", "shared"], "machine": "unknown", "unfair": "unfair", "act": "2026-08-31", "decision-taken": "unknown",
    "decision-told": "unknown", "going-on": "still", "wants": ["know", "delete", "complain"], "done": ["nothing"],
}  # fmt: skip
"""Profiled by Avon and Somerset's app, and nothing done yet."""
REFUSED = {
    **ANSWERS, "done": ["asked-data"], "answer-data": "refused", "hidden": "open", "data-request-received": "2026-09-10", "data-reply-received": "2026-10-12",
}  # fmt: skip
"""Some weeks on: the access request was refused."""
BODY, SYSTEM = "avon-and-somerset-police", "offender-management-app"


def focused(page) -> str:
    return page.evaluate("document.activeElement?.id || document.activeElement?.textContent || ''")


def tab_to(page, wanted, most=400) -> None:
    """Presses Tab until something has the focus: by its id, or its words."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page).strip() == wanted:
            return
    raise AssertionError(f"Tab never reaches {wanted!r}")


def press(page, words) -> None:
    """Goes to a button by keyboard and presses it."""
    tab_to(page, words)
    page.keyboard.press("Enter")


def answer_one(page, answers) -> None:
    """Answers the question on the page by keyboard."""
    first = page.locator("form input, form select").first
    name = first.get_attribute("name") or first.get_attribute("id")
    if name in ("body", "system"):
        answer_choice_of_register(page, name)
    elif name in answers:
        wanted = answers[name]
        for key in [wanted] if isinstance(wanted, str) else wanted:
            choose(page, f"{name}-{key}")
    else:
        answer_day(page, name.removesuffix("-day"), answers)
    page.keyboard.press("Enter")


def answer_choice_of_register(page, name) -> None:
    if page.locator(f"select#{name}").count():
        tab_to(page, name)
        page.keyboard.type("Avon and Somerset" if name == "body" else "Offender Management App", delay=5)
        tab_to(page, "Continue")
    else:
        choose(page, f"system-{SYSTEM}")


def choose(page, wanted) -> None:
    """Goes to one of the answers: Tab to the group, arrows within it, space to tick a box."""
    is_radio = page.locator(f"[id='{wanted}']").get_attribute("type") == "radio"
    for _ in range(60):
        page.keyboard.press("Tab")
        now = focused(page)
        kind = page.evaluate("document.activeElement.type")
        if now == wanted or (is_radio and kind == "radio"):
            break
    page.keyboard.press("Space")
    for _ in range(30):
        if focused(page) == wanted:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows never reach {wanted!r}")


def answer_day(page, name, answers) -> None:
    value = answers.get(name, "unknown")
    if value == "unknown":
        choose(page, f"{name}-unknown-unknown")
        return
    year, month, day = value.split("-")
    tab_to(page, f"{name}-day")
    page.keyboard.type(str(int(day)))
    page.keyboard.press("Tab")
    page.keyboard.type(str(int(month)))
    page.keyboard.press("Tab")
    page.keyboard.type(year)


def answer_all(page, answers) -> None:
    """From the first question to the list of steps."""
    for _ in range(60):
        heading = page.locator("h1").inner_text()
        if heading == "Check your answers":
            press(page, "Show my steps")
            return
        answer_one(page, answers)
    raise AssertionError("the questions do not end")


def quickly(page, answers) -> None:
    """The same by pointer, for tests that are about something else."""
    page.get_by_role("button", name="Start", exact=True).click()
    for _ in range(60):
        if page.locator("h1").inner_text() == "Check your answers":
            page.get_by_role("button", name="Show my steps").click()
            return
        first = page.locator("form input, form select").first
        name = first.get_attribute("name") or first.get_attribute("id")
        if name == "body":
            page.select_option("#body", BODY)
        elif name in answers:
            for key in [answers[name]] if isinstance(answers[name], str) else answers[name]:
                page.check(f"[id='{name}-{key}']")
        elif name != "system":
            part = name.removesuffix("-day")
            value = answers.get(part, "unknown")
            if value == "unknown":
                page.check(f"[id='{part}-unknown-unknown']")
            else:
                for box, typed in zip(("year", "month", "day"), value.split("-"), strict=True):
                    page.fill(f"[id='{part}-{box}']", typed)
        page.get_by_role("button", name="Continue").click()
    raise AssertionError("the questions do not end")

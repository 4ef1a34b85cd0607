// By when must they answer, by when must you act? The same arithmetic as evenhand/redress/deadlines.py, on the same
// law.json; tests/redress holds the two against each other. No dependencies, no network, nothing stored.
//
// Days are numbers of days since 1 January 1970 inside, and text such as "2026-06-30" outside.

const DAY_MS = 86_400_000;
const FIRST_YEAR = 1600;
const LAST_YEAR = 2199;
const NATIONS = ["england", "wales", "scotland", "northern-ireland"];
const WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const UNITS = ["months", "months_starting_with", "days", "days_starting_with", "days_starting_day_after", "working_days", "working_days_starting_with"];
const CONFIDENCE = ["low", "medium", "high"];

/** A mistake or a lack that the reader of the message can mend. */
export class BadSetting extends Error {}

// ---- days

/** The number of a day written in full; raises where it is none. */
export function dayOf(text) {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) throw new BadSetting("must be a day in full, such as 2026-02-05");
  const day = Date.parse(`${text}T00:00:00Z`) / DAY_MS;
  if (Number.isNaN(day) || textOf(day) !== text) throw new BadSetting(`there is no day ${text}`);
  const year = Number(text.slice(0, 4));
  if (year < FIRST_YEAR || year > LAST_YEAR) throw new BadSetting(`${text} is in the year ${year}, and years run from ${FIRST_YEAR} to ${LAST_YEAR} here`);
  return day;
}

/** A day as text. */
export function textOf(day) {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The day of the week, Monday being 0. */
function weekdayOf(day) {
  return (((day + 3) % 7) + 7) % 7;
}

/** The same date n months on, or the last of that month where it is shorter. */
export function addMonths(day, n) {
  const from = new Date(day * DAY_MS);
  const months = from.getUTCFullYear() * 12 + from.getUTCMonth() + n;
  const [year, month] = [Math.floor(months / 12), months % 12];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(from.getUTCDate(), last)) / DAY_MS;
}

// ---- the law on a day

function holds(inForce, day) {
  const { from, to } = inForce ?? {};
  return (!from || dayOf(from) <= day) && (!to || day <= dayOf(to));
}

function inForceOn(parts, day) {
  return Object.fromEntries(Object.entries(parts ?? {}).filter(([, part]) => holds(part.in_force, day)));
}

function remedyOn(remedy, day) {
  const clocks = {};
  for (const [key, clock] of Object.entries(inForceOn(remedy.clocks, day))) {
    clocks[key] = { ...clock, pauses: (clock.pauses ?? []).filter((pause) => holds(pause.in_force, day)) };
    if (clock.extension && !holds(clock.extension.in_force, day)) delete clocks[key].extension;
  }
  return { ...remedy, clocks, must_contain: inForceOn(remedy.must_contain, day) };
}

function known(law, slug) {
  const found = Object.hasOwn(law.remedies, slug) ? law.remedies[slug] : undefined;
  if (!found) throw new BadSetting(`There is no remedy '${slug}'.`);
  return found;
}

/** A remedy as it stood on a day ("2026-06-30"); raises where it did not apply. */
export function remedy(law, slug, on) {
  const found = known(law, slug);
  const day = dayOf(on);
  if (holds(found.in_force, day)) return remedyOn(found, day);
  const { from, to } = found.in_force;
  const when = from && day < dayOf(from) ? `from ${from}` : `until ${to}`;
  const instead = Object.keys(law.remedies).filter((other) => {
    const one = law.remedies[other];
    return holds(one.in_force, day) && ((found.replaced_by ?? []).includes(other) || (one.replaced_by ?? []).includes(slug));
  });
  const other = instead.length ? ` For that day look at ${instead.join(", ")}.` : "";
  throw new BadSetting(`'${slug}' did not apply on ${on}: it is for events ${when}. The day that counts is ${law.events[found.picked_by].title}.${other}`);
}

/** What applied on a day: remedies and grounds that had ended or not begun are left out, and so are such parts of them. */
export function lawOn(law, on) {
  const day = dayOf(on);
  const remedies = Object.fromEntries(Object.entries(inForceOn(law.remedies, day)).map(([slug, one]) => [slug, remedyOn(one, day)]));
  return { ...law, remedies, grounds: inForceOn(law.grounds, day), day: on };
}

// ---- working days

/** A calendar for the nation of the body that must answer; the fewest and the most days off where that matters and is not known. */
function workingDays(law, calendar, nation) {
  const rule = law.calendars[calendar];
  const list = law.holidays[rule.holidays];
  const weekend = new Set(rule.weekend.map((day) => WEEK.indexOf(day)));
  const made = (wanted) => {
    const days = new Map(Object.entries(list.days).filter(([, holiday]) => wanted(holiday.nations)));
    const whyNot = (day) => (weekend.has(weekdayOf(day)) ? WEEK[weekdayOf(day)] : (days.get(textOf(day))?.name ?? null));
    return { name: calendar, weekend, whyNot, start: dayOf(list.from) };
  };
  if (rule.nations !== "addressee" || nation) {
    const wanted = rule.nations === "addressee" ? [nation] : rule.nations;
    return [made((nations) => nations.some((one) => wanted.includes(one)))];
  }
  return [made((nations) => NATIONS.every((one) => nations.includes(one))), made(() => true)];
}

// ---- one period

function unitOf(period) {
  return UNITS.find((unit) => period[unit] !== undefined);
}

function lastDay(period, counting, more = 0) {
  const begin = counting.start + counting.shift;
  const reasons = counting.shift ? [{ code: "begins-next-day", day: textOf(begin) }] : [];
  const unit = unitOf(period);
  const n = period[unit] + more;
  let due;
  if (unit.startsWith("working_days")) due = working(unit, n, begin, counting, reasons);
  else due = unit.startsWith("months") ? monthsOn(unit, n, begin, reasons) : daysOn(unit, n, begin, reasons);
  if (period.then_days) {
    due += period.then_days;
    reasons.push({ code: "days-more", n: period.then_days, day: textOf(due) });
  }
  if (!unit.startsWith("working_days")) due = afterPauses(due, counting, reasons);
  return [due, reasons];
}

function monthsOn(unit, n, begin, reasons) {
  let due = addMonths(begin, n);
  const isShort = new Date(due * DAY_MS).getUTCDate() < new Date(begin * DAY_MS).getUTCDate();
  if (unit === "months_starting_with") {
    due -= 1;
    reasons.push({ code: "first-day-counts", day: textOf(due) });
  } else if (!isShort) reasons.push({ code: "same-date", n, day: textOf(due) });
  if (isShort) reasons.push({ code: "short-month", n, day: textOf(due) });
  return due;
}

function daysOn(unit, n, begin, reasons) {
  if (unit === "days_starting_with") {
    reasons.push({ code: "first-day-counts", day: textOf(begin + n - 1) });
    return begin + n - 1;
  }
  if (unit === "days_starting_day_after") reasons.push({ code: "day-after-is-first", day: textOf(begin + 1), to: textOf(begin + n) });
  else reasons.push({ code: "days-after", n, day: textOf(begin + n) });
  return begin + n;
}

function working(unit, n, begin, counting, reasons) {
  const { days, pauses } = counting;
  const fromIt = unit === "working_days_starting_with";
  let [due, left, weekend] = [fromIt ? begin - 1 : begin, n, 0];
  const skipped = [];
  const paused = new Set();
  while (left) {
    due += 1;
    const pause = pauses.find(([first, last]) => first <= due && due <= last);
    const why = days.whyNot(due);
    if (pause) paused.add(pause);
    else if (days.weekend.has(weekdayOf(due))) weekend += 1;
    else if (why) skipped.push({ code: "holiday", day: textOf(due), name: why });
    else left -= 1;
  }
  reasons.push({ code: fromIt ? "working-days-from-it" : "working-days", n, day: textOf(due), calendar: days.name });
  if (weekend) reasons.push({ code: "weekend-days", n: weekend });
  reasons.push(...skipped, ...pauses.filter((pause) => paused.has(pause)).map(stoodStill));
  return due;
}

function afterPauses(due, counting, reasons) {
  for (const [first, last] of counting.pauses) {
    if (first <= due) {
      due += last - first + 1;
      reasons.push(stoodStill([first, last]));
    }
  }
  return due;
}

function stoodStill([first, last]) {
  return { code: "paused", n: last - first + 1, day: textOf(first), to: textOf(last) };
}

function rolled(due, counting) {
  const reasons = [];
  if (counting.roll && counting.days) {
    for (let why = counting.days.whyNot(due); why; why = counting.days.whyNot(due)) {
      reasons.push({ code: "not-a-working-day", day: textOf(due), name: why });
      due += 1;
    }
    if (reasons.length) reasons.push({ code: "rolled", day: textOf(due) });
  }
  return [due, reasons];
}

function merged(pauses, start) {
  const found = [];
  for (const [from, last] of [...pauses].sort((one, other) => one[0] - other[0] || one[1] - other[1])) {
    const first = Math.max(from, start + 1);
    if (last < first) continue;
    const before = found.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else found.push([first, last]);
  }
  return found;
}

// ---- a clock

/**
 * One clock of a remedy.
 *
 * @param {object} law what law.json holds
 * @param {string} slug the remedy
 * @param {string} clock its key in the remedy
 * @param {Object<string, string>} events the days that are known, by event
 * @param {{nation?: string|null, pauses?: string[][], extension_notice?: string|null}} [more]
 * @returns {object} what `Deadline.as_json()` gives in Python
 */
export function deadline(law, slug, clock, events, more = {}) {
  const asked = { events: { ...events }, nation: more.nation ?? null, pauses: (more.pauses ?? []).map((span) => [...span]), extension_notice: more.extension_notice ?? null };
  const given = checked(law, asked);
  const held = remedy(law, slug, textOf(lawDay(law, slug, clock, given.events)));
  const rule = Object.hasOwn(held.clocks, clock) ? held.clocks[clock] : undefined;
  if (!rule) throw new BadSetting(`'${slug}' has no clock '${clock}' on that day. It has: ${Object.keys(held.clocks).join(", ") || "none"}.`);
  const where = rule.nations ?? held.nations;
  if (given.nation && !where.includes(given.nation)) throw new BadSetting(`'${slug}' is for ${where.join(", ")}, not for ${given.nation}.`);
  const place = given.nation ?? (held.nations.length === 1 ? held.nations[0] : null);
  const start = startOf(rule, slug, clock, given.events);
  for (const [first] of given.pauses) {
    if (first < start[1]) throw new BadSetting(`The pause from ${textOf(first)} begins before the clock does, on ${textOf(start[1])}. Give the days on which it stood still after that.`);
  }
  return answer(law, held, [slug, clock, rule], start, readingsOf(law, rule, start, place, given), asked);
}

/** Every clock of a remedy that the days known so far have started. */
export function deadlines(law, slug, events, more = {}) {
  const given = checked(law, { events, nation: more.nation ?? null, pauses: more.pauses ?? [], extension_notice: more.extension_notice ?? null });
  const clocks = Object.entries(known(law, slug).clocks ?? {});
  const found = [];
  for (const [key, rule] of clocks) {
    if (!(rule.starts[0] in events) || (rule.nations && given.nation && !rule.nations.includes(given.nation))) continue;
    if (holds(rule.in_force, lawDay(law, slug, key, given.events))) found.push(deadline(law, slug, key, events, rule.whose === "theirs" ? more : { nation: more.nation }));
  }
  if (!found.length) {
    const wanted = [...new Set(clocks.map(([, rule]) => rule.starts[0]))].join(", ");
    throw new BadSetting(`'${slug}' has clocks that start on: ${wanted || "nothing, for it has none"}. None of these days was given.`);
  }
  return found;
}

function checked(law, asked) {
  for (const event of Object.keys(asked.events)) if (!Object.hasOwn(law.events, event)) throw new BadSetting(`There is no event '${event}'. Events are: ${Object.keys(law.events).join(", ")}.`);
  if (asked.nation !== null && !NATIONS.includes(asked.nation)) throw new BadSetting(`There is no nation '${asked.nation}' here. Choose one of ${NATIONS.join(", ")}.`);
  const events = Object.fromEntries(Object.entries(asked.events).map(([event, day]) => [event, dayOf(day)]));
  const pauses = asked.pauses.map((span) => span.map(dayOf));
  for (const [first, last] of pauses) if (last < first) throw new BadSetting(`The pause from ${textOf(first)} to ${textOf(last)} ends before it begins.`);
  return { events, nation: asked.nation, pauses, notice: asked.extension_notice === null ? null : dayOf(asked.extension_notice) };
}

function lawDay(law, slug, clock, events) {
  const held = known(law, slug);
  if (held.picked_by in events) return events[held.picked_by];
  const rule = Object.hasOwn(held.clocks ?? {}, clock) ? held.clocks[clock] : undefined;
  const starts = (rule?.starts ?? []).filter((event) => event in events).map((event) => events[event]);
  if (starts.length) return Math.min(...starts);
  const all = Object.values(events);
  return all.length ? Math.max(...all) : dayOf("2000-01-01");
}

function startOf(rule, slug, clock, events) {
  if (!(rule.starts[0] in events)) throw new BadSetting(`The clock '${clock}' of '${slug}' starts on '${rule.starts[0]}', and that day was not given.`);
  return rule.starts.filter((event) => event in events).map((event) => [event, events[event]]).reduce((best, one) => (one[1] > best[1] ? one : best));
}

function readingsOf(law, rule, start, nation, given) {
  if (!rule.period) return [];
  const made = (rule.calendars ?? []).flatMap((calendar) => workingDays(law, calendar, nation));
  for (const days of made) if (start[1] < days.start) throw new BadSetting(`The holidays known here begin on ${textOf(days.start)}, so no working days can be counted from ${textOf(start[1])}.`);
  const found = [];
  for (const reading of rule.readings?.length ? rule.readings : [null]) {
    for (const days of made.length ? made : [null]) {
      const one = readingOf(law, rule, start, reading, days, given);
      if (!found.some((other) => other.reading === one.reading && other.due === one.due)) found.push(one);
    }
  }
  return found.sort((one, other) => one.due - other.due);
}

function readingOf(law, rule, [event, day], reading, days, given) {
  const stood = rule.pauses.length ? merged(given.pauses, day) : [];
  const counting = { start: day, shift: reading ? law.readings[reading].shift : 0, days, roll: rule.roll ?? false, pauses: stood };
  let [due, why] = lastDay(rule.period, counting);
  let extra = [];
  const notice = given.notice;
  if (notice !== null && !rule.extension) extra = [{ code: "no-extension-rule", day: textOf(notice) }];
  else if (notice !== null && notice > due) extra = [{ code: "extension-too-late", day: textOf(notice), to: textOf(due) }];
  else if (notice !== null) {
    [due, why] = lastDay(rule.period, counting, rule.extension.more);
    extra = [{ code: "extended", n: rule.extension.more, unit: unitOf(rule.period), day: textOf(notice) }];
  }
  if (given.pauses.length && !rule.pauses.length) {
    const firsts = given.pauses.map(([first]) => first).sort((one, other) => one - other);
    extra.push(...firsts.map((first) => ({ code: "no-pause-rule", day: textOf(first) })));
  }
  let moved;
  [due, moved] = rolled(due, counting);
  return { reading, calendar: days?.name ?? null, due, reasons: [{ code: "counted-from", event, day: textOf(day) }, ...extra, ...why, ...moved] };
}

function answer(law, held, [slug, key, rule], start, readings, asked) {
  const [first, last] = readings.length ? [readings[0].due, readings.at(-1).due] : [null, null];
  const isTheirs = rule.whose === "theirs";
  const calendars = (rule.calendars ?? []).map((one) => law.calendars[one]);
  const lists = calendars.map((calendar) => law.holidays[calendar.holidays]);
  const knownTo = lists.length ? lists.map((list) => list.known_to).sort()[0] : null;
  const rests = [held, ...rule.basis.map((one) => law.provisions[one]), ...(rule.readings ?? []).map((one) => law.readings[one]), ...calendars, ...lists];
  const verify = [...new Set([...(rule.verify ?? []), ...rests.flatMap((part) => part.verify ?? [])])];
  const shown = (day) => (day === null ? null : textOf(day));
  return {
    remedy: slug, clock: key, whose: rule.whose, label: rule.label ?? null, must_arrive: rule.must_arrive ?? false, started_by: start[0], starts_on: textOf(start[1]),
    readings: readings.map((one) => ({ ...one, due: textOf(one.due) })),
    due_strict: isTheirs ? shown(first) : null, overdue_certain: isTheirs ? shown(last) : null, due: isTheirs ? null : shown(first),
    aim_for: isTheirs || first === null ? null : textOf(Math.max(first - (rule.margin_days ?? 0), Math.min(start[1], first))), standard: rule.standard ?? null,
    may_change: Boolean(knownTo && last !== null && last > dayOf(knownTo)), known_to: knownTo, basis: rule.basis, verify,
    confidence: rests.map((part) => part.confidence).reduce((least, one) => (CONFIDENCE.indexOf(one) < CONFIDENCE.indexOf(least) ? one : least)),
    is_checked: !verify.length && rests.every((part) => part.is_checked), asked,
  };
}

// ---- again, and in words

/** Which of a list of stored answers come out otherwise now; each with the answer now, or why there is none. */
export function changed(stored, law) {
  const dates = ["due_strict", "overdue_certain", "due", "aim_for", "may_change"];
  const found = [];
  for (const before of stored) {
    const { events, nation, pauses, extension_notice } = before.asked;
    try {
      const now = deadline(law, before.remedy, before.clock, events, { nation, pauses, extension_notice });
      const moved = dates.filter((key) => now[key] !== before[key]);
      if (moved.length) found.push({ before, now, moved, problem: null });
    } catch (wrong) {
      if (!(wrong instanceof BadSetting)) throw wrong;
      found.push({ before, now: null, moved: [], problem: wrong.message });
    }
  }
  return found;
}

/** A date in full: Tuesday 30 June 2026. */
export function inFull(text, law) {
  const day = dayOf(text);
  const date = new Date(day * DAY_MS);
  return `${law.wording.weekdays[weekdayOf(day)]} ${date.getUTCDate()} ${law.wording.months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** A reason as a sentence. */
export function said(reason, law) {
  const words = Object.fromEntries(Object.entries(reason).map(([key, value]) => [key, wordOf(key, value, law)]));
  return filled(law.wording.reasons[reason.code], words);
}

/** A sentence with its {slots} filled. */
export function filled(sentence, slots) {
  return sentence.replaceAll(/\{([a-z_]+)\}/g, (whole, slot) => (Object.hasOwn(slots, slot) ? slots[slot] : whole));
}

function wordOf(key, value, law) {
  if (key === "day" || key === "to") return inFull(value, law);
  if (key === "event") return law.events[value].title;
  if (key === "calendar") return law.calendars[value].title;
  if (key === "unit") return law.wording.units[value];
  if (key === "name" && WEEK.includes(value)) return law.wording.weekdays[WEEK.indexOf(value)];
  return String(value);
}

// What does this refusal lack? Reads a letter by the rules of refusals.json, as evenhand/redress/refusals.py and refusal_reply.py do;
// tests/web/test_redress_twins.py holds them against each other. Nothing of the letter is run, sent or kept.

import { BadSetting, deadline, filled, inFull } from "./deadlines.js";

const REGIMES = { "access-p3": "dpa-2018-part-3", "change-p3": "dpa-2018-part-3", "access-gdpr": "uk-gdpr", foi: "foia", foisa: "foisa" };
const LONGEST = 200_000;
const AROUND = 60;
const MOST_POINTS = 8;
/** What the register must know before a point may be made that rests on it. */
const POINT_NEEDS = {
  "public-facts": "known", contradictions: "known", spending: "known", names: "known", "confirmed-elsewhere": "used", "other-forces": "used",
};
const BLANK = /^[\s\x1c-\x1f\x85]*$/u;
const has = (held, key) => Object.hasOwn(held ?? {}, key);

const holds = ({ from, to }, day) => (!from || from <= day) && (!to || day <= to);

/** A letter as patterns read it: one form of letters, quotes, spaces and citations. */
export function tidied(text, steps) {
  const start = text.normalize("NFKC").toLowerCase();
  return steps.reduce((found, [pattern, instead]) => found.replace(new RegExp(pattern, "gu"), instead), start);
}

/**
 * What a refusal lacks, the plainest fault first.
 *
 * @param {object} rules what refusals.json holds
 * @param {object} law what law.json holds
 * @param {string} text the letter
 * @param {{kind: string, today: string, asked?: string|null, received?: string|null, nation?: string|null, known?: Object<string, string[]>}} more
 *   what it answers, when it came, and what the register knows: `known` and `used`
 * @returns {object[]} what `RefusalFound.as_json()` gives in Python
 */
export function checkRefusal(rules, law, text, { kind, today, asked = null, received = null, nation = null, known = {} }) {
  if (!has(REGIMES, kind)) throw new BadSetting(`There is no kind of letter '${kind}'.`);
  if (text.length > LONGEST && [...text].length > LONGEST) throw new BadSetting("The letter is too long. Leave out what was enclosed.");
  if (BLANK.test(text)) throw new BadSetting("The letter is empty. If it was scanned, its words must be read out first (OCR).");
  if (asked && received && received < asked) throw new BadSetting("The letter came before the request was received. One of the two days is wrong.");
  const letter = { text: tidied(text, rules.tidy), kind, asked, received, today, nation, known };
  return rules.rules.filter((rule) => rule.kinds.includes(kind)).map((rule) => foundBy(rule, letter, rules, law)).filter(Boolean);
}

/** The grounds of refusal that a letter names, by `cited_as`: [slug, the letter's words]. */
export function groundsCited(rules, law, text, { kind, day }) {
  const read = tidied([...text].slice(0, LONGEST).join(""), rules.tidy);
  const found = [];
  for (const [slug, ground] of Object.entries(law.grounds)) {
    if (ground.regime !== REGIMES[kind] || !holds(ground.in_force ?? {}, day)) continue;
    const names = ground.cited_as.filter((name) => /[0-9 ]/.test(name)).map((name) => tidied(name, rules.tidy));
    const places = names.map((name) => placeOf(read, name)).filter((place) => place >= 0);
    if (places.length) found.push([slug, around(read, Math.min(...places), Math.min(...places))]);
  }
  return found;
}

/** Where a name stands by itself: not s31 in s310. */
function placeOf(text, name) {
  const joins = (one) => one !== "" && /[\p{L}\p{N}]/u.test(one);
  for (let place = text.indexOf(name); place >= 0; place = text.indexOf(name, place + 1)) {
    const after = String.fromCodePoint(text.codePointAt(place + name.length) ?? 32);
    const before = place === 0 ? "" : lastOf(text.slice(Math.max(0, place - 2), place));
    if (!joins(after) && !joins(before)) return place;
  }
  return -1;
}

function lastOf(text) {
  return [...text].at(-1) ?? "";
}

function foundBy(rule, letter, rules, law) {
  const own = rule.picked_by === "asked" ? letter.asked : letter.received;
  const day = own || letter.received || letter.today;
  if (!holds(rule.in_force ?? {}, day) || (rule.picked_by === "asked" && letter.asked === null)) return null;
  const match = matchOf(rule, letter.text, rules);
  if (match === null) return null;
  const due = passed(rule, letter, law);
  const facts = letter.known[rule.register ?? ""] ?? [];
  if ((rule.late && due === null) || (rule.register && !facts.length)) return null;
  const items = Object.values(rule.items ?? {});
  const missing = items.filter((item) => !item.any.some((one) => search(one, letter.text, rules))).map((item) => item.lacks);
  if (items.length && !missing.length) return null;
  const cites = (rule.provisions?.[letter.kind] ?? []).filter((one) => holds(spanOf(law, one), day)).map((one) => law.provisions[one].cite);
  const basis = listed(cites);
  const slots = { basis, basis_first: basis.slice(0, 1).toUpperCase() + basis.slice(1), items: missing.join("; "), facts: facts.join(" ") };
  for (const [key, value] of [["received", letter.received ?? letter.today], ["asked", letter.asked], ["due", due]]) if (value) slots[key] = inFull(value, law);
  return {
    rule: rule.id, title: rule.title, lacking: missing.length ? missing : [rule.lacking], excerpt: match || null, provisions: cites,
    explanation: rule.explanation, counter_points: pointsOf(rule, letter, law, day), draft: filled(rule.draft, slots), facts,
    confidence: rule.confidence, verify: rule.verify ?? [], open: rule.open ?? [], is_checked: rule.is_checked,
  };
}

/** When a provision applies: the section's days, or the instrument's where it gives none. */
function spanOf(law, id) {
  const dot = id.indexOf(".");
  const instrument = law.instruments[id.slice(0, dot)];
  const own = instrument.sections[id.slice(dot + 1)].in_force ?? {};
  return { from: own.from ?? instrument.in_force?.from, to: own.to ?? instrument.in_force?.to };
}

/** The words that show what a rule looks for, "" where it looks for none; null where it does not fit. */
function matchOf(rule, text, rules) {
  const { any = [], all = [], none = [] } = rule.looks_for ?? {};
  if (none.some((one) => search(one, text, rules))) return null;
  const first = any.map((one) => search(one, text, rules));
  const every = all.map((one) => search(one, text, rules));
  if ((any.length && !first.some(Boolean)) || !every.every(Boolean)) return null;
  const shown = [...first, ...every].find(Boolean);
  return shown ? around(text, ...shown) : "";
}

/** Where the first of the patterns stands: [start, end]. */
function search(sought, text, rules) {
  for (const pattern of sought.startsWith("@") ? rules.phrases[sought.slice(1)].patterns : [sought]) {
    const match = new RegExp(pattern, "u").exec(text);
    if (match) return [match.index, match.index + match[0].length];
  }
  return null;
}

/** Some words around a place, cut at spaces; letters are counted as Python counts them. */
function around(text, start, end) {
  const letters = [...text];
  const isPlain = letters.length === text.length;
  const [from, until] = isPlain ? [start, end] : [start, end].map((place) => [...text.slice(0, place)].length);
  const [first, last] = [Math.max(0, from - AROUND), Math.min(letters.length, until + AROUND)];
  let cut = letters.slice(first, last).join("");
  if (first > 0) cut = (cut.includes(" ") && cut.slice(cut.indexOf(" ") + 1)) || cut;
  if (last < letters.length) cut = (cut.includes(" ") && cut.slice(0, cut.lastIndexOf(" "))) || cut;
  return `${first ? "… " : ""}${cut.trim()}${last < letters.length ? " …" : ""}`;
}

/** The last day of the clock that had run out when the letter came; null where none had, or it cannot be told. */
function passed(rule, letter, law) {
  const clock = rule.late?.[letter.kind];
  if (!clock || letter.asked === null || letter.received === null) return null; // nobody is called late on a guess
  const remedy = law.remedies[clock.remedy];
  const nation = remedy.nations.includes(letter.nation) ? letter.nation : null;
  const drawn = deadline(law, clock.remedy, clock.clock, { [remedy.clocks[clock.clock].starts[0]]: letter.asked }, { nation });
  const came = letter.received;
  const { due_strict: strict, overdue_certain: certain } = drawn;
  if (strict === null || certain === null) return null;
  if (clock.reading === "strict") return strict < came && came <= certain ? strict : null;
  return came > certain ? certain : null;
}

/** What to say back: the rule's own points and those of its grounds that belong to the kind and hold on the day. */
function pointsOf(rule, letter, law, day) {
  const held = Object.values(rule.counter_points ?? {});
  for (const slug of rule.grounds ?? []) {
    const ground = law.grounds[slug];
    if (ground.regime === REGIMES[letter.kind]) held.push(...Object.values(ground.counter_points));
    else if (letter.kind === "foisa") for (const other of ground.scottish ?? []) held.push(...Object.values(law.grounds[other].counter_points));
  }
  const fits = ({ in_force: span = {}, from_register: from }) => holds(span, day) && (!from || (letter.known[POINT_NEEDS[from]] ?? []).length > 0);
  const found = held.filter(fits).map(({ says, basis = [] }) => ({ says, basis: basis.map((one) => law.provisions[one].cite) }));
  return [...new Map(found.map((point) => [point.says, point])).values()];
}

function listed(cites) {
  return [cites.slice(0, -1).join(", "), cites.at(-1)].filter(Boolean).join(" and ");
}

/**
 * A draft answer: what the letter lacks, point by point, what can be said back, and what is public already.
 *
 * @param {object[]} found as `checkRefusal` gives it
 * @param {object} law what law.json holds
 * @param {Object<string, string>} words the parts of records/redress/reply.txt
 * @param {{day: string, system?: string, body?: string, facts?: string[]}} more titles, and what is public
 */
export function reply(found, law, words, { day, system = "", body = "", facts = [] }) {
  const slots = { today: inFull(day, law), unreviewed: law.wording.unreviewed, body: body || "[name of the body]", about: system ? ` about ${system}` : "" };
  const points = [...new Map(found.flatMap((one) => one.counter_points).map((point) => [point.says, point])).values()];
  const lines = points.map(({ says, basis }) => `- ${says}${basis.length ? ` (${basis.join("; ")})` : ""}`).slice(0, MOST_POINTS);
  const parts = [filled(words.opening, slots), ...(found.length ? found.map((one, number) => `${number + 1}. ${one.draft}`) : [words.nothing])];
  if (lines.length) parts.push(words.points, lines.join("\n"));
  if (facts.length) parts.push(words.facts, facts.map((fact) => `- ${fact}`).join("\n"));
  return `${[...parts, filled(words.close, slots)].join("\n\n")}\n`;
}

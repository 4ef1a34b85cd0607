// Fills a letter in the browser, as evenhand/redress/letters.py does, from the same letters.json; tests/redress holds the
// two against each other. No dependencies, no network, nothing stored. What is filled in is text: it is never read for
// tags and always escaped.

const GAP = "\ue000";
const GAP_END = "\ue001";
const HEAD = "\ue002";
const BELOW = "\ue003";
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const HIDDEN = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;
const SPACE = /[\t\n\v\f\r \x1c-\x1f\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

/** A mistake or a lack that the reader of the message can mend. */
export class BadSetting extends Error {}

/** A date as a letter has it: 3 March 2026. Anything else is given back as it is. */
export function dated(text) {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const day = found && new Date(`${text}T00:00:00Z`);
  if (!found || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text) return text;
  return `${Number(found[3])} ${MONTHS[Number(found[2]) - 1]} ${Number(found[1])}`;
}

/** A value as it may stand in a letter: nothing invisible, nothing that turns the writing; on one line unless `lines`. */
export function clean(value, lines = false) {
  const text = String(value).replace(/\r\n?|[\u2028\u2029]/g, "\n").replace(HIDDEN, "");
  const rows = text.split("\n").map((row) => row.split(SPACE).filter(Boolean).join(" "));
  return lines ? rows.join("\n").replace(/\n{3,}/g, "\n\n").replace(/^\n+|\n+$/g, "") : rows.filter(Boolean).join(" ");
}

/**
 * A filled letter: {marked, gaps, cited, lawDay, verify, isChecked}.
 *
 * all: letters.json. id: the letter. slots, asking: from letters/SYSTEM.json, of the system, a body or a recipient.
 * answers: by slot; days as 2026-02-05. day: its date.
 */
export function fill(all, id, { slots = {}, asking = {}, answers = {}, day }) {
  const letter = all.letters[id];
  if (!letter) throw new BadSetting(`There is no letter '${id}'.`);
  const told = answered(all, answers);
  const lawDay = lawDayOf(letter, told.days, told.slots, day);
  const held = { ...slots, ...(letter.lists.includes("wanted") ? asking : {}), ...told.slots };
  if (!held.to) held.to = letter.to.name || held.body || "";
  Object.assign(held, { today: dated(day), team: letter.to.team || "" }, lawSlots(all, letter, lawDay));
  const used = [];
  const gap = (slot) => (slots[`[${slot}`] ? `[${slots[`[${slot}`]}]` : all.gaps[slot].gap);
  const out = [];
  walk(letter.parts, held, {}, out, used, gap);
  const marked = `${out.join("").replace(/\n{3,}/g, "\n\n").replace(/^\n+|\n+$/g, "")}\n`;
  const open = [...new Set(used.filter((name) => name.startsWith("[")).map((name) => name.slice(1)))];
  const cited = citedBy(letter, used);
  const verify = [...new Set([...letter.verify, ...letter.remedy_verify, ...cited.flatMap((one) => all.provisions[one].verify)])];
  const isChecked = Boolean(letter.reviewed_by) && letter.verify.length === 0 && letter.rests_on_checked && cited.every((one) => all.provisions[one].is_checked);
  return { id, marked, gaps: open.map((slot) => ({ slot, ...all.gaps[slot], gap: gap(slot) })), cited, lawDay, verify, isChecked };
}

/** What is sent, as plain text. */
export function plain(marked) {
  return marked.replace(/[\ue000-\ue003]/g, "");
}

/** The blocks of a filled text: paragraphs, headings and lists, whose entries stay together across empty lines. */
export function blocks(marked) {
  const found = [];
  for (const paragraph of marked.replace(/^\n+|\n+$/g, "").split(/\n\n+/)) {
    paragraph.split("\n").map(row).forEach(([kind, line], number) => {
      const last = found[found.length - 1];
      const joins = last && last.kind === kind && (kind === "numbers" || kind === "points" || (number > 0 && kind === "text"));
      if (joins) last.lines.push(line);
      else found.push({ kind, lines: [line] });
    });
  }
  return found;
}

/** A filled letter as a piece of HTML. */
export function html(marked) {
  return `<div class="letter" lang="en" dir="ltr">\n${blocks(marked).map(blockHtml).join("\n")}\n</div>`;
}

/** A calendar file of day-long reminders that tell a stranger nothing; days as 2026-08-04, or [day, number]. */
export function ics(days, title = "Reminder: letter {n}") {
  const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//reminder//EN", "CALSCALE:GREGORIAN"];
  days.forEach((one, position) => {
    const [day, number] = Array.isArray(one) ? one : [one, position + 1];
    const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
    const [bare, after] = [day, next].map((text) => text.replaceAll("-", ""));
    const said = title.replaceAll("{n}", String(number)).replace(/([\\;,])/g, "\\$1");
    lines.push("BEGIN:VEVENT", `UID:reminder-${number}-${bare}@reminder.invalid`, `DTSTAMP:${bare}T000000Z`, `DTSTART;VALUE=DATE:${bare}`,
      `DTEND;VALUE=DATE:${after}`, `SUMMARY:${said}`, "CLASS:PRIVATE", "TRANSP:TRANSPARENT", "BEGIN:VALARM", "ACTION:DISPLAY", `DESCRIPTION:${said}`,
      "TRIGGER:PT9H", "END:VALARM", "END:VEVENT");
  });
  return `${[...lines, "END:VCALENDAR"].join("\r\n")}\r\n`;
}

// ---- filling

function answered(all, answers) {
  const told = { slots: {}, days: {} };
  for (const [key, value] of Object.entries(answers)) {
    const slot = key.replaceAll("-", "_");
    const gap = Object.hasOwn(all.gaps, slot) ? all.gaps[slot] : null;
    if (!gap) throw new BadSetting(`No letter asks for '${key}'.`);
    const shown = clean(value, gap.kind === "lines");
    if (!shown) continue;
    const isDay = gap.kind === "date" && dated(shown) !== shown;
    if (isDay) told.days[slot] = shown;
    told.slots[slot] = isDay ? dated(shown) : shown;
  }
  return told;
}

/** The day whose law a letter goes by: that of the event, else its own; of an event not told, the remedy's last day where it has ended. */
function lawDayOf(letter, days, slots, day) {
  let when = letter.picked_by ? days[letter.picked_by] : undefined;
  if (!when && letter.picked_by && slots[letter.picked_by]) throw new BadSetting(`'${letter.picked_by}' must be a day such as 2026-02-05, or be left out.`);
  if (when && when > day) throw new BadSetting(`'${letter.picked_by}' is ${when}, after the date of the letter, ${day}.`);
  when ??= letter.until && letter.until < day ? letter.until : day;
  if (!holds(letter, when)) throw new BadSetting(`This letter is not for ${when}.`);
  return when;
}

function holds(span, day) {
  return (!span.from || span.from <= day) && (!span.until || day <= span.until);
}

function lawSlots(all, letter, day) {
  const slots = {};
  for (const [key, words] of Object.entries(letter.words)) slots[`word.${key}`] = clean(words);
  for (const [key, name] of Object.entries(letter.cites)) {
    const held = all.provisions[name];
    if (holds(held, day)) for (const form of ["cite", "part", "law"]) slots[`${form}.${key}`] = held[form];
  }
  for (const [key, said] of Object.entries(letter.clocks)) slots[`clock.${key}`] = said;
  return slots;
}

function walk(parts, slots, own, out, used, gap) {
  for (const part of parts) {
    if (typeof part === "string") out.push(part);
    else if ("slot" in part) {
      const value = Object.hasOwn(own, part.slot) ? own[part.slot] : slots[part.slot] || "";
      used.push(value ? part.slot : `[${part.slot}`);
      out.push(value || `${GAP}${gap(part.slot)}${GAP_END}`);
    } else if ("if" in part) {
      const value = own[part.if] || slots[part.if] || "";
      if ((value.length > 0) === part.is) walk(part.then, slots, own, out, used, gap);
    } else {
      const entries = slots[part.in] || [];
      (Array.isArray(entries) ? entries : [entries]).forEach((one, number) => {
        walk(part.do, slots, { ...own, [part.for]: one, "loop.index": String(number + 1) }, out, used, gap);
      });
    }
  }
}

function citedBy(letter, used) {
  const keys = used.filter((name) => /^(cite|part|law)\./.test(name)).map((name) => name.split(".")[1]);
  return [...new Set(keys.map((key) => letter.cites[key]))];
}

// ---- showing

function row(line) {
  if (line.startsWith(HEAD)) return ["head", line.slice(1)];
  if (line.startsWith(BELOW)) return ["below", line.slice(1)];
  if (/^ {2}[0-9]+(?:\.[0-9]+)*\. /.test(line)) return ["numbers", line.trim()];
  return line.startsWith("  - ") ? ["points", line.slice(4)] : ["text", line];
}

function blockHtml({ kind, lines }) {
  if (kind === "head" || kind === "below") {
    const level = kind === "head" ? "h2" : "h3";
    return `<${level}>${inline(lines[0])}</${level}>`;
  }
  if (kind === "text") return `<p>${lines.map(inline).join("<br>")}</p>`;
  const items = lines.map((line) => `<li>${inline(line)}</li>`).join("");
  return kind === "numbers" ? `<ul class="numbered">${items}</ul>` : `<ul>${items}</ul>`;
}

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

function inline(line) {
  return line.replace(/[&<>"']/g, (letter) => ESCAPES[letter]).replaceAll(GAP, '<span class="gap">').replaceAll(GAP_END, "</span>");
}

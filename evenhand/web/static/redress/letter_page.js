// Choosing a letter and filling it in: the blanks on one side, the letter on the other, and what to know before sending it.

import { Answers } from "./answers.js";
import { button, dayFields, dayTyped, el, field, handOver, listOf } from "./dom.js";
import { docx } from "./docx.js";
import { BadSetting, blocks, fill, plain } from "./letters.js";

const PERSON = ["name", "other_names", "birth_date", "address", "addresses"]; // the same in every letter, so asked once
const WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const MARKS = /(\ue000[^\ue001]*\ue001)/;

/** Ids of letters by remedy, reminders aside, as a plan wants them. */
export function lettersByRemedy({ letters }) {
  const found = {};
  for (const [id, one] of Object.entries(letters)) if (one.remedy && !one.is_reminder) (found[one.remedy] ??= []).push(id);
  return found;
}

/** What tells a filled letter from others: its id, and whom it goes to where it is one of several. */
export function keyOf(id, hop = null) {
  return hop ? `${id}@${hop.to}` : id;
}

/** Whether a letter can go to, or be about, the body that was chosen. */
export function fits({ data, state }, id) {
  const { to, nations } = data.letters.letters[id];
  const body = data.bodies[state.body];
  if (!body) return true;
  const isThere = body.nations.includes("uk") || body.nations.some((one) => nations.includes(one));
  return isThere && (Boolean(to.name) || !to.kinds.length || to.kinds.includes(body.kind) || to.bodies.includes(state.body));
}

/** What the register puts into a letter. */
export function slotsOf(ctx, id, to = null) {
  const { data, state } = ctx;
  const system = data.systems[state.system];
  const hop = to && system?.bodies[state.body]?.hops.find((one) => one.to === to);
  if (hop) return { ...system.slots, ...hop.slots };
  const body = fits(ctx, id) ? state.body : null;
  const here = system?.bodies[body];
  const slots = { ...(here ?? system)?.slots };
  if (body) slots.body = data.bodies[body].title;
  if (system && body && !here) slots.not_user = "yes";
  return here && data.letters.letters[id].lists.includes("wanted") ? { ...slots, ...here.asking } : slots;
}

/** What the person told for a letter: about themselves in any letter, days in the questions, the rest in this letter. */
function toldFor({ data, state, given }, id, key, thread) {
  const { gaps } = data.letters.letters[id];
  const days = new Answers(data.routes, given()).known(thread);
  const fromDays = gaps.filter((slot) => Object.hasOwn(days, data.letters.gaps[slot].event ?? "")).map((slot) => [slot, days[data.letters.gaps[slot].event]]);
  const person = Object.entries(state.told).filter(([slot]) => gaps.includes(slot));
  return { ...Object.fromEntries([...fromDays, ...person]), ...state.letters[key] };
}

/** A letter to fill in. */
export function letterPage(ctx, { key, thread = null }) {
  const { data, t } = ctx;
  const [id, to] = key.split("@");
  const letter = data.letters.letters[id];
  const slots = slotsOf(ctx, id, to);
  const paper = el("div.paper", { lang: "en", dir: "ltr", tabindex: "0", role: "region", "aria-label": t("letter.preview") });
  const left = el("p.soft.left", { role: "status" });
  let filled = null;
  const draw = () => {
    filled = attempt(ctx, id, slots, toldFor(ctx, id, key, thread));
    paper.replaceChildren(...(filled.problem ? [el("p.warn", {}, t("letter.wrong"), " ", filled.problem)] : paperOf(filled, data.letters)));
    left.textContent = filled.problem ? "" : leftOf(t, filled.gaps.length);
    tools.hidden = Boolean(filled.problem);
  };
  const said = (name, type, bytes) => { handOver(name, type, bytes); ctx.say(t("letter.copied")); };
  const draft = () => (filled.isChecked ? "" : data.letters.wording.draft);
  const text = () => `${draft() ? `${draft()}\n\n` : ""}${plain(filled.marked)}`;
  const tools = el("p.tools", {}, button(t("letter.print"), () => window.print()), button(t("letter.word"),
    () => said("letter.docx", WORD, docx(filled.marked, draft()))),
    button(t("letter.text"), () => said("letter.txt", "text/plain;charset=utf-8", text())));
  const put = (slot, value) => {
    const held = PERSON.includes(slot) ? ctx.state.told : (ctx.state.letters[key] ??= {});
    held[slot] = value;
    draw();
  };
  const told = toldFor(ctx, id, key, thread);
  const wanted = letter.gaps.filter((slot) => !slots[slot] && !(slot === "to" && (letter.to.name || slots.body)));
  const form = el("form.blanks", { novalidate: true, autocomplete: "off", onsubmit: (event) => event.preventDefault() },
    wanted.map((slot) => blank(ctx, slot, told[slot], put, slots)));
  draw();
  return {
    title: letter.title, nodes: [
      ctx.backLink(), el("h1", { tabindex: "-1" }, letter.title), letter.reviewed_by ? null : el("p.unchecked.banner", {}, data.letters.wording.banner),
      el("div.letter-box", {}, el("div.beside", {}, aboutOf(ctx, letter), el("h2", {}, t("letter.fill")),
        el("p.help", {}, wanted.length ? t("letter.fill_help") : t("letter.no_gaps")), form),
        el("div.preview", {}, el("h2", {}, t("letter.preview")), left, tools, paper)),
      afterOf(ctx, letter, filled), ctx.footer(),
    ],
  };
}

function attempt(ctx, id, slots, answers) {
  try {
    return fill(ctx.data.letters, id, { slots, answers, day: ctx.today });
  } catch (wrong) {
    if (!(wrong instanceof BadSetting)) throw wrong;
    return { problem: wrong.message };
  }
}

function leftOf(t, n) {
  return n === 0 ? t("letter.left_none") : n === 1 ? t("letter.left_one") : t("letter.left", { n });
}

/** The letter as elements: paragraphs, headings and lists, open blanks set off. */
export function paperOf({ marked, isChecked }, { wording }) {
  const line = (text) => text.split(MARKS).filter(Boolean).map((piece) => (MARKS.test(piece) ? el("span.gap", {}, piece.slice(1, -1)) : piece));
  const made = blocks(marked).map(({ kind, lines }) => {
    if (kind === "head" || kind === "below") return el(kind === "head" ? "h3" : "h4", {}, line(lines[0]));
    if (kind === "text") return el("p", {}, lines.map((one, number) => [number > 0 && el("br"), line(one)]));
    return el(kind === "numbers" ? "ul.numbered" : "ul", {}, lines.map((one) => el("li", {}, line(one))));
  });
  return isChecked ? made : [el("p.draft", {}, wording.draft), ...made];
}

/** One blank: its question, its help, and a box. */
function blank({ data, t }, slot, value, put, slots) {
  const gap = data.letters.gaps[slot];
  const id = `blank-${slot}`;
  const own = slots[`[${slot}`];
  const help = [gap.help, own && `${own}.`].filter(Boolean).join(" ") || null;
  if (gap.kind === "date") {
    const boxes = dayFields(id, t, value ?? "");
    boxes.addEventListener("input", () => {
      const day = dayTyped(boxes);
      if (day !== null) put(slot, day);
    });
    return el("fieldset.field", { "aria-describedby": help ? `${id}-help` : null }, el("legend", {}, gap.asks),
      help && el("p.help", { id: `${id}-help` }, help), boxes);
  }
  const box = gap.kind === "lines" ? el("textarea", { rows: 4, maxlength: 20_000, dir: "auto" }) : el("input",
    { type: "text", maxlength: 1_000, autocomplete: "off", dir: "auto" });
  box.value = value ?? "";
  box.addEventListener("input", () => put(slot, box.value));
  return field(id, gap.asks, box, help);
}

function aboutOf({ data }, letter) {
  const { wording } = data.letters;
  return [el("h2", {}, wording.explains), letter.explains.map((line) => el("p", {}, line)),
    letter.adds.length > 0 && [el("h3", {}, wording.adds), listOf(letter.adds)]];
}

/** What comes with sending it: cost, what the police learn, what happens then, and the law it rests on. */
function afterOf({ data }, letter, filled) {
  const { wording, provisions, questions } = data.letters;
  const cites = (filled.cited ?? []).map((one) => `${provisions[one].cite}: ${provisions[one].says}`);
  const open = (filled.verify ?? []).map((one) => questions[one]).filter(Boolean);
  return el("section.after", {}, [[wording.costs, letter.costs], [wording.police_learn, letter.police_learn],
    [wording.next, letter.next]].map(([title, says]) => [el("h2", {}, title), el("p", {}, says)]),
    cites.length > 0 && el("details", {}, el("summary", {}, wording.cites), listOf(cites)),
      open.length > 0 && el("details", {}, el("summary", {}, wording.open_questions), listOf(open)));
}

/** All letters, for those who know what they want. */
export function lettersPage(ctx) {
  const { data, t } = ctx;
  const every = Object.entries(data.letters.letters).filter(([, one]) => !one.until || one.until >= ctx.today || one.picked_by === "decision_taken");
  const groups = [
    [t("letters.person"), every.filter(([, one]) => one.about === "person" && !one.is_reminder && !one.is_second_hop)],
    [t("letters.system"), every.filter(([, one]) => one.about === "system" && !one.is_reminder)],
    [t("letters.hop"), every.filter(([, one]) => one.is_second_hop)],
    [t("letters.reminder"), every.filter(([, one]) => one.is_reminder)],
  ];
  const where = (one) => (one.nations.length < 4 && !one.title.includes("(") ? ` (${one.nations.map((nation) =>
    data.law.wording.nations[nation]).join(", ")})` : "");
  const link = ([id, one]) => el("li", {}, button(`${one.title}${where(one)}`, () => ctx.go({ view: "letter", key: id }), "button.link"));
  return {
    title: t("letters.title"), nodes: [
      ctx.backLink(), el("h1", { tabindex: "-1" }, t("letters.title")), el("p", {}, t("letters.lead")),
      groups.map(([title, some]) => el("section", {}, el("h2", {}, title), el("ul.letter-links", {}, some.map(link)))), ctx.footer(),
    ],
  };
}

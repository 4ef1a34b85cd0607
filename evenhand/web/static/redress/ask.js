// One question a page: choices, days, the body and the system; what is amiss is said at the top and beside the box.

import { Answers, inOrder, UNKNOWN } from "./answers.js";
import { inFull } from "./deadlines.js";
import { button, dayFields, dayTyped, el, summary } from "./dom.js";

const BODY = "$body";
const SYSTEM = "$system";
const AFTER = "by-whom";
const MOST_RADIOS = 12;

/** Names of the pages asked of this person, in order; the body and the system are asked after who it was. */
export function asked({ data, state }) {
  const answers = new Answers(data.routes, state.answers);
  return inOrder(data.routes).flatMap((name) => (answers.isShown(name) ? [name, ...(name === AFTER ? [BODY, SYSTEM] : [])] : []));
}

/** Answers to questions that are asked; others, given before an earlier answer was changed, are left aside. */
export function given({ data, state }) {
  const answers = new Answers(data.routes, state.answers);
  return Object.fromEntries(Object.entries(state.answers).filter(([name]) => answers.isShown(name)));
}

/** The first page that has not been answered, or nothing. */
export function firstOpen(ctx) {
  return asked(ctx).find((name) => !isAnswered(ctx.state, name)) ?? null;
}

function isAnswered(state, name) {
  if (name === BODY) return state.body !== null || state.asked?.includes(BODY);
  if (name === SYSTEM) return state.system !== null || state.asked?.includes(SYSTEM);
  return Object.hasOwn(state.answers, name);
}

/** A question's page. */
export function questionPage(ctx, { name, error = null, typed = null, thenCheck = false, isResumed = false }) {
  const { t } = ctx;
  const names = asked(ctx);
  const title = name === BODY ? t("question.body_title") : name === SYSTEM ? t("question.system_title") : ctx.data.routes.questions[name].asks;
  const made = name === BODY ? bodyBox(ctx) : name === SYSTEM ? systemBox(ctx) : answerBox(ctx, name, typed);
  const again = (says, kept) => ctx.show({ view: "question", name, error: says, typed: kept, thenCheck, isResumed });
  const send = (event) => {
    event.preventDefault();
    const wrong = made.take();
    if (wrong) return again(wrong.says, wrong.typed);
    if (name.startsWith("$")) ctx.state.asked = [...new Set([...(ctx.state.asked ?? []), name])];
    const next = isResumed ? firstOpen(ctx) : asked(ctx)[asked(ctx).indexOf(name) + 1];
    return ctx.go(thenCheck || !next ? { view: "check" } : { view: "question", name: next, isResumed });
  };
  const help = [made.help && el("p.help", { id: "help" }, made.help), error && el("p.error", { id: "error" }, error)];
  const about = ["help", "error"].filter((_, number) => help[number]).join(" ");
  const box = el("fieldset", { "aria-describedby": about || null }, el("legend", {}, el("h1", { tabindex: "-1" }, title)), help, made.fields);
  const progress = t("question.progress", { n: names.indexOf(name) + 1, all: names.length, part: partOf(ctx, name) });
  return {
    title, nodes: [
      ctx.backLink(), error && summary(t, error, made.first), el("p.progress", {}, progress),
      el("form", { novalidate: true, onsubmit: send }, box, made.note && el("p.note", {}, made.note), el("button", { type: "submit" }, t("page.next"))),
    ],
  };
}

function partOf({ data, t }, name) {
  if (name.startsWith("$")) return t("question.part");
  return data.routes.groups.find((group) => group.questions.includes(name)).title;
}

function answerBox(ctx, name, typed) {
  const question = ctx.data.routes.questions[name];
  return question.kind === "day" ? dayBox(ctx, name, question, typed) : choiceBox(ctx, name, question);
}

function choiceBox({ state, t }, name, question) {
  const type = question.kind === "one" ? "radio" : "checkbox";
  const held = [state.answers[name] ?? []].flat();
  const fields = Object.entries(question.answers).map(([key, one]) => choice(type, name, key, one.says, one.help, held.includes(key)));
  const take = () => {
    const chosen = [...document.querySelectorAll(`input[name="${name}"]:checked`)].map((one) => one.value);
    if (!chosen.length) return { says: t(type === "radio" ? "question.choose" : "question.choose_some") };
    if (chosen.includes(UNKNOWN) && chosen.length > 1) return { says: t("question.only_unknown") };
    state.answers[name] = type === "radio" ? chosen[0] : chosen;
    return null;
  };
  return { fields: el("div.choices", {}, fields), take, help: question.help, first: `${name}-${Object.keys(question.answers)[0]}` };
}

function choice(type, name, key, says, help, isChosen) {
  const id = `${name}-${key}`;
  const input = el("input", { type, name, id, value: key, checked: isChosen, "aria-describedby": help ? `${id}-help` : null });
  return el("div.choice", {}, input, el("label", { for: id }, says), help && el("p.help", { id: `${id}-help` }, help));
}

function dayBox({ state, t, today }, name, question, typed) {
  const held = state.answers[name];
  const boxes = dayFields(name, t, typed ?? (held === UNKNOWN ? "" : held));
  const unknown = choice("checkbox", `${name}-unknown`, UNKNOWN, t("page.unknown"), null, held === UNKNOWN);
  const take = () => {
    const day = dayTyped(boxes);
    const isUnknown = unknown.querySelector("input").checked;
    if ((day === "" && !isUnknown) || (day && isUnknown) || day === null) return { says: t("question.no_day"), typed: rawDay(boxes) };
    state.answers[name] = isUnknown ? UNKNOWN : day;
    return null;
  };
  const example = t("question.example", Object.fromEntries(["year", "month", "day"].map((part, at) => [part, Number(today.split("-")[at])])));
  return { fields: [boxes, unknown], take, help: [question.help, example].filter(Boolean).join(" "), note: question.if_unknown, first: `${name}-day` };
}

function rawDay(boxes) {
  return ["year", "month", "day"].map((part) => boxes.querySelector(`input.${part}`).value.replace(/\D/g, "")).join("-");
}

/** Bodies in the nation, those that use the system in front. */
function bodyBox(ctx) {
  const { data, state, t } = ctx;
  const select = el("select", { id: "body", "aria-label": t("question.body_label") }, bodyOptions(ctx));
  select.value = state.body ?? "";
  const take = () => {
    state.body = select.value || null;
    if (state.system && state.body && !data.systems[state.system].bodies[state.body]) state.asked = (state.asked ?? []).filter((one) => one !== SYSTEM);
    return null;
  };
  return { fields: select, take, help: t("question.body_help"), first: "body" };
}

/** The options of a list of bodies. */
export function bodyOptions({ data, state, t }) {
  const nation = state.answers.nation;
  const isHere = (one) => !nation || nation === UNKNOWN || one.nations.includes(nation) || one.nations.includes("uk");
  const users = state.system ? Object.keys(data.systems[state.system].bodies) : [];
  const option = ([slug, one]) => el("option", { value: slug }, one.title);
  const every = Object.entries(data.bodies);
  const near = every.filter(([slug]) => users.includes(slug));
  const kinds = [...new Set(every.map(([, one]) => one.kind))];
  const rest = kinds.map((kind) => [kind, every.filter(([slug, one]) => one.kind === kind && !users.includes(slug) && (isHere(one) || slug === state.body))]);
  return [
    el("option", { value: "" }, t("question.body_none")),
    near.length > 0 && el("optgroup", { label: t("question.body_first", { system: data.systems[state.system].title }) }, near.map(option)),
    rest.filter(([, some]) => some.length).map(([kind, some]) => el("optgroup", { label: data.body_kinds[kind] }, some.map(option))),
  ];
}

/** Systems known at the body; all of them where no body was chosen. */
function systemBox({ data, state, t }) {
  const at = Object.entries(data.systems).filter(([slug, one]) => slug === state.system || !state.body || one.bodies[state.body]);
  const some = at.length ? at : Object.entries(data.systems);
  const body = state.body && at.length ? data.bodies[state.body].title : null;
  const help = body ? t("question.system_help", { body }) : t("question.system_help_all");
  if (some.length > MOST_RADIOS) {
    const select = el("select", { id: "system", "aria-label": t("question.system_label") }, systemOptions({ data, t }, some));
    select.value = state.system ?? "";
    return { fields: select, take: () => void (state.system = select.value || null), help, first: "system" };
  }
  const also = (slug, one) => one.bodies[state.body]?.slots.names ?? one.slots.names;
  const fields = some.map(([slug, one]) => {
    const names = also(slug, one);
    return choice("radio", "system", slug, one.title, names ? t("question.system_also", { names }) : null, slug === state.system);
  });
  fields.push(choice("radio", "system", "", t("question.system_none"), null, !state.system));
  const take = () => void (state.system = document.querySelector('input[name="system"]:checked')?.value || null);
  return { fields: el("div.choices", {}, fields), take, help, first: `system-${some[0][0]}` };
}

/** The options of a list of systems. */
export function systemOptions({ data, t }, some = Object.entries(data.systems)) {
  return [el("option", { value: "" }, t("question.system_none")), some.map(([slug, one]) => el("option", { value: slug }, one.title))];
}

/** All answers, each with a way to change it. */
export function checkPage(ctx) {
  const { data, state, t } = ctx;
  const said = (name) => {
    if (name === BODY) return state.body ? data.bodies[state.body].title : t("page.unknown");
    if (name === SYSTEM) return state.system ? data.systems[state.system].title : t("page.unknown");
    const value = state.answers[name];
    if (value === undefined) return t("check.none");
    const { kind, answers } = data.routes.questions[name];
    if (kind === "day") return value === UNKNOWN ? t("page.unknown") : inFull(value, data.law);
    return [value].flat().map((key) => answers[key].says).join("; ");
  };
  const rows = asked(ctx).map((name) => {
    const asks = name === BODY ? t("question.body_title") : name === SYSTEM ? t("question.system_title") : data.routes.questions[name].asks;
    const change = () => ctx.go({ view: "question", name, thenCheck: true });
    const label = `${t("check.change")}: ${asks}`;
    return el("div", {}, el("dt", {}, asks), el("dd", {}, said(name)), el("dd.act", {},
      el("button.link", { type: "button", "aria-label": label, onclick: change }, t("check.change"))));
  });
  return {
    title: t("check.title"), nodes: [
      ctx.backLink(), el("h1", { tabindex: "-1" }, t("check.title")), el("p", {}, t("check.lead")), el("dl.answers", {}, rows),
      button(t("check.go"), () => ctx.go({ view: "plan" }), "button"),
    ],
  };
}

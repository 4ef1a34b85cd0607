// Builds pieces of a page. Words are always put in as text, never read as HTML.

/**
 * An element.
 *
 * @param {string} kind its tag, and its classes after dots: "p.help"
 * @param {object} [given] attributes; those that begin with "on" are listeners, true is an attribute without a value
 * @param {...(Node|string|null|Array)} inner what it holds
 */
export function el(kind, given = {}, ...inner) {
  const [tag, ...classes] = kind.split(".");
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...inner.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false && one !== ""));
  return made;
}

/** A way to look up the page's words: t("plan.step", {n: 1}). */
export function wordsOf(words) {
  return (key, slots = {}) => {
    const found = key.split(".").reduce((held, part) => held?.[part], words);
    if (Array.isArray(found)) return found;
    if (typeof found !== "string") throw new Error(`no words for ${key}`);
    return found.replaceAll(/\{([a-z_]+)\}/g, (whole, slot) => (Object.hasOwn(slots, slot) ? String(slots[slot]) : whole));
  };
}

/** Hands a file to the person; its name tells nothing. */
export function handOver(name, type, data) {
  const address = URL.createObjectURL(new Blob([data], { type }));
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A button that does something on this page. */
export function button(says, onclick, kind = "button.plain") {
  return el(kind, { type: "button", onclick }, says);
}

/** A list, or nothing where there is nothing to list. */
export function listOf(lines, kind = "ul") {
  return lines.length ? el(kind, {}, lines.map((line) => el("li", {}, line))) : null;
}

/** A field with its label and help. */
export function field(id, label, input, help = null, error = null) {
  const about = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  if (about) input.setAttribute("aria-describedby", about);
  if (error) input.setAttribute("aria-invalid", "true");
  input.id = id;
  return el(`div.field${error ? ".wrong" : ""}`, {}, el("label", { for: id }, label), help && el("p.help", { id: `${id}-help` }, help),
    error && el("p.error", { id: `${id}-error` }, error), input);
}

/** Three boxes for a day; `value` is "2026-06-30", or what was typed so far. */
export function dayFields(id, t, value = "") {
  const found = /^(\d*)-(\d*)-(\d*)$/.exec(value ?? "") ?? ["", "", "", ""];
  const boxes = [["day", found[3], 2], ["month", found[2], 2], ["year", found[1], 4]].map(([part, typed, most]) => {
    const shown = typed.replace(/^0+/, "");
    const input = el(`input.${part}`, { id: `${id}-${part}`, name: `${id}-${part}`, inputmode: "numeric", maxlength: most, autocomplete: "off", value: shown });
    return el("div", {}, el("label", { for: `${id}-${part}` }, t(`question.${part}`)), input);
  });
  return el("div.day-fields", { id }, boxes);
}

/** What the three boxes hold: "2026-06-30", "" if they are empty, null if it is no day. */
export function dayTyped(holder) {
  const [day, month, year] = ["day", "month", "year"].map((part) => holder.querySelector(`input.${part}`).value.trim());
  if (!day && !month && !year) return "";
  if (!/^\d{1,2}$/.test(day) || !/^\d{1,2}$/.test(month) || !/^\d{4}$/.test(year)) return null;
  const text = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const made = new Date(`${text}T00:00:00Z`);
  const isDay = !Number.isNaN(made.getTime()) && made.toISOString().slice(0, 10) === text && Number(year) >= 1900 && Number(year) <= 2199;
  return isDay ? text : null;
}

/** What stands at the top of a page where something is amiss, with a link to the place. */
export function summary(t, says, target) {
  const go = (event) => {
    event.preventDefault();
    document.getElementById(target)?.focus();
  };
  const link = el("a", { href: `#${target}`, onclick: go }, says);
  return el("div.summary", { role: "alert", tabindex: "-1" }, el("h2", {}, t("page.problem")), el("p", {}, link));
}

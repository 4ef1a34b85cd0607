// Save to a file that the person keeps, and come back with it. Nothing is stored anywhere else.
//
// Without a passphrase the file is plain JSON. With one, the passphrase is stretched (PBKDF2, SHA-256) and what was typed is sealed
// (AES-GCM), both by the browser's own WebCrypto. A file is only ever read: whatever is in it, it is checked piece by piece, and what
// does not fit is left out.

export const FORMAT = 1;
const ROUNDS = 600_000;
const LEAST_ROUNDS = 100_000;
const MOST_ROUNDS = 5_000_000;
const LARGEST = 4_000_000;
const LONGEST_TEXT = 200_000;
const MOST_ENTRIES = 500;
const MARK = "evenhand-notes";

/** A file that cannot be opened: `code` is damaged, wrong, needs, newer or large. */
export class Unreadable extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** Whether a passphrase can be used: browsers give WebCrypto only to pages that came over a safe line. */
export function canSeal() {
  return Boolean(globalThis.crypto?.subtle);
}

/** The file's text. */
export async function pack(state, passphrase = "") {
  if (!passphrase) return `${JSON.stringify({ kind: MARK, format: FORMAT, notes: state })}\n`;
  const [salt, start] = [crypto.getRandomValues(new Uint8Array(16)), crypto.getRandomValues(new Uint8Array(12))];
  const key = await keyOf(passphrase, salt, ROUNDS, ["encrypt"]);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: start }, key, new TextEncoder().encode(JSON.stringify(state)));
  const held = { kind: MARK, format: FORMAT, rounds: ROUNDS, salt: asText(salt), start: asText(start), sealed: asText(new Uint8Array(sealed)) };
  return `${JSON.stringify(held)}\n`;
}

/**
 * What a file holds, as it was put in; it is not checked yet: see `fitted`.
 *
 * @throws {Unreadable} it is none of ours, was changed, or the passphrase does not fit
 */
export async function unpack(text, passphrase = "") {
  if (text.length > LARGEST) throw new Unreadable("large");
  const held = parsed(text);
  if (!isPlainObject(held) || held.kind !== MARK || !Number.isInteger(held.format)) throw new Unreadable("damaged");
  if (held.format > FORMAT) throw new Unreadable("newer");
  if (held.format < 1) throw new Unreadable("damaged");
  if (!Object.hasOwn(held, "sealed")) {
    if (!isPlainObject(held.notes)) throw new Unreadable("damaged");
    return held.notes;
  }
  if (!passphrase) throw new Unreadable("needs");
  const opened = parsed(await unsealed(held, passphrase));
  if (!isPlainObject(opened)) throw new Unreadable("damaged");
  return opened;
}

async function unsealed(held, passphrase) {
  const { rounds } = held;
  if (!Number.isInteger(rounds) || rounds < LEAST_ROUNDS || rounds > MOST_ROUNDS || !canSeal()) throw new Unreadable("damaged");
  const [salt, start, sealed] = [held.salt, held.start, held.sealed].map(asBytes);
  if (salt.length !== 16 || start.length !== 12 || sealed.length < 16) throw new Unreadable("damaged");
  try {
    const key = await keyOf(passphrase, salt, rounds, ["decrypt"]);
    const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: start }, key, sealed);
    return new TextDecoder("utf-8", { fatal: true }).decode(opened);
  } catch {
    throw new Unreadable("wrong"); // the seal does not tell a wrong passphrase from a changed file
  }
}

async function keyOf(passphrase, salt, iterations, uses) {
  const typed = new TextEncoder().encode(passphrase.normalize("NFKC"));
  const raw = await crypto.subtle.importKey("raw", typed, "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, raw, { name: "AES-GCM", length: 256 }, false, uses);
}

function asText(bytes) {
  let found = "";
  for (const one of bytes) found += String.fromCharCode(one);
  return btoa(found);
}

function asBytes(text) {
  if (typeof text !== "string") throw new Unreadable("damaged");
  try {
    return Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  } catch {
    throw new Unreadable("damaged");
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable("damaged");
  }
}

function isPlainObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// ---- what of it fits

/**
 * What of a file still fits the questions, systems and letters of today, as a fresh state, and how much was left out.
 *
 * @param {object} notes as `unpack` gives it: from anyone, in any shape
 * @param {{routes: object, letters: object, systems: object, bodies: object, kinds: object}} data what the page knows
 */
export function fitted(notes, data) {
  const state = empty();
  let dropped = 0;
  const keep = (isFit, put) => {
    if (isFit) put();
    else dropped += 1;
  };
  for (const key of ["system", "body"]) {
    const value = notes[key];
    if (value === null || value === undefined) continue;
    keep(typeof value === "string" && Object.hasOwn(data[key === "system" ? "systems" : "bodies"], value), () => { state[key] = value; });
  }
  for (const [name, value] of entriesOf(notes.answers)) keep(isAnswer(data.routes, name, value), () => { state.answers[name] = value; });
  for (const [slot, value] of entriesOf(notes.told)) keep(isText(data, slot, value), () => { state.told[slot] = value; });
  for (const [id, slots] of entriesOf(notes.letters)) {
    const [letter] = id.split("@");
    if (!Object.hasOwn(data.letters.letters, letter) || id.length > 200) dropped += 1;
    else for (const [slot, value] of entriesOf(slots)) keep(isText(data, slot, value), () => { (state.letters[id] ??= {})[slot] = value; });
  }
  for (const [key, value] of entriesOf(notes.reader)) keep(isReader(data, key, value), () => { state.reader[key] = value; });
  return { state, dropped };
}

/** What the page holds before anything is told. */
export function empty() {
  return { system: null, body: null, answers: {}, told: {}, letters: {}, reader: {} };
}

function entriesOf(value) {
  return isPlainObject(value) ? Object.entries(value).filter(([key]) => key !== "__proto__").slice(0, MOST_ENTRIES) : [];
}

function isAnswer(routes, name, value) {
  if (!Object.hasOwn(routes.questions, name)) return false;
  const { kind, answers } = routes.questions[name];
  if (kind === "day") return value === "unknown" || (typeof value === "string" && isDay(value));
  const isKey = (one) => typeof one === "string" && Object.hasOwn(answers, one);
  return kind === "one" ? isKey(value) : Array.isArray(value) && value.length > 0 && value.length <= MOST_ENTRIES && value.every(isKey);
}

function isText(data, slot, value) {
  return Object.hasOwn(data.letters.gaps, slot) && typeof value === "string" && value.length <= 20_000;
}

function isReader(data, key, value) {
  if (typeof value !== "string" || value.length > LONGEST_TEXT) return false;
  if (key === "kind") return Object.hasOwn(data.kinds, value);
  return key === "text" || key === "draft" || ((key === "asked" || key === "received") && isDay(value));
}

function isDay(text) {
  if (!/^(19|20|21)\d{2}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text;
}

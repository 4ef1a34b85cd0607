// What the register knows, as it comes in systems.json.

/** Systems, with their long texts put back: each stands once in the file, and is pointed at by its number. */
export function unpacked(strings, value) {
  if (typeof value === "number") return strings[value];
  if (Array.isArray(value)) return value.map((one) => unpacked(strings, one));
  if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unpacked(strings, one)]));
  return value;
}

// A filled letter as a Word file, byte for byte what evenhand/redress/docx_file.py writes: no author, no date, no program's name.

import { blocks } from "./letters.js";

const GAP = "\ue000";
const GAP_END = "\ue001";
const WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml";
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships";
const STYLE_OF = { head: "Heading1", below: "Heading2", numbers: "ListParagraph", points: "ListParagraph" };
const UNFIT = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** The bytes of a .docx file. above: a first line to take out before sending, highlighted. */
export function docx(marked, above = "") {
  const lines = blocks(marked).flatMap(({ kind, lines: held }) => (kind === "text" ? [[kind, held.join("\n")]] : held.map((line) => [kind, line])));
  const first = above ? [paragraph(`${GAP}${above}${GAP_END}`)] : [];
  const body = [...first, ...lines.map(([kind, line]) => paragraph(shown(kind, line), STYLE_OF[kind]))].join("");
  const page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440"/></w:sectPr>';
  return zipped([
    ["[Content_Types].xml", contentTypes()],
    ["_rels/.rels", relation("officeDocument", "word/document.xml")],
    ["word/document.xml", `${HEAD}<w:document xmlns:w="${WORD}"><w:body>${body}${page}</w:body></w:document>`],
    ["word/_rels/document.xml.rels", relation("styles", "styles.xml")],
    ["word/styles.xml", styles()],
  ]);
}

function contentTypes() {
  return `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">`
    + '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    + '<Default Extension="xml" ContentType="application/xml"/>'
    + `<Override PartName="/word/document.xml" ContentType="${TYPES}.document.main+xml"/>`
    + `<Override PartName="/word/styles.xml" ContentType="${TYPES}.styles+xml"/></Types>`;
}

function relation(type, target) {
  return `${HEAD}<Relationships xmlns="${PACKAGE}"><Relationship Id="rId1" Type="${RELATIONS}/${type}" Target="${target}"/></Relationships>`;
}

function style(slug, name, inner) {
  const based = slug === "Normal" ? "" : '<w:basedOn w:val="Normal"/>';
  return `<w:style w:type="paragraph"${slug === "Normal" ? ' w:default="1"' : ""} w:styleId="${slug}"><w:name w:val="${name}"/>${based}${inner}</w:style>`;
}

function heading(level) {
  return style(`Heading${level}`, `heading ${level}`, `<w:pPr><w:keepNext/><w:outlineLvl w:val="${level - 1}"/></w:pPr><w:rPr><w:b/></w:rPr>`);
}

function styles() {
  return `${HEAD}<w:styles xmlns:w="${WORD}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:sz w:val="22"/>`
    + '<w:lang w:val="en-GB"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="160" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
    + `</w:docDefaults>${style("Normal", "Normal", "")}${heading(1)}${heading(2)}`
    + `${style("ListParagraph", "List Paragraph", '<w:pPr><w:ind w:left="567" w:hanging="425"/></w:pPr>')}</w:styles>`;
}

function shown(kind, line) {
  if (kind === "points") return `•\t${line}`;
  return kind === "numbers" ? line.replace(/^([0-9.]+) /, "$1\t") : line;
}

function paragraph(line, name) {
  const pieces = line.split(/(\ue000[^\ue001]*\ue001)/).filter(Boolean);
  return `<w:p>${name ? `<w:pPr><w:pStyle w:val="${name}"/></w:pPr>` : ""}${pieces.map(run).join("")}</w:p>`;
}

function run(piece) {
  const look = piece.startsWith(GAP) ? '<w:rPr><w:highlight w:val="yellow"/></w:rPr>' : "";
  const inner = piece.replace(/[\ue000\ue001]/g, "").split(/([\t\n])/).filter(Boolean).map((part) => {
    if (part === "\t") return "<w:tab/>";
    return part === "\n" ? "<w:br/>" : `<w:t xml:space="preserve">${escaped(part)}</w:t>`;
  });
  return `<w:r>${look}${inner.join("")}</w:r>`;
}

function escaped(text) {
  return text.replace(UNFIT, "").replace(/&/g, "&amp;").replace(/>/g, "&gt;").replace(/</g, "&lt;");
}

// ---- an uncompressed zip archive of 1 January 1980

const CRC = Array.from({ length: 256 }, (_, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

const OWN_FILE = 0o600 << 16; // as Python marks the parts of an archive

function crc32(data) {
  let value = 0xffffffff;
  for (const byte of data) value = CRC[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

function zipped(parts) {
  const encoder = new TextEncoder();
  const [files, index] = [[], []];
  let at = 0;
  for (const [name, text] of parts) {
    const [title, data] = [encoder.encode(name), encoder.encode(text)];
    const common = [[2, 20], [2, 0], [2, 0], [2, 0], [2, 33], [4, crc32(data)], [4, data.length], [4, data.length], [2, title.length], [2, 0]];
    const local = [...bytes([[4, 0x04034b50], ...common]), ...title];
    index.push(...bytes([[4, 0x02014b50], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, OWN_FILE], [4, at]]), ...title);
    files.push(Uint8Array.from(local), data);
    at += local.length + data.length;
  }
  const end = bytes([[4, 0x06054b50], [2, 0], [2, 0], [2, parts.length], [2, parts.length], [4, index.length], [4, at], [2, 0]]);
  const out = new Uint8Array(at + index.length + end.length);
  let place = 0;
  for (const piece of [...files, Uint8Array.from(index), Uint8Array.from(end)]) {
    out.set(piece, place);
    place += piece.length;
  }
  return out;
}

function bytes(fields) {
  return fields.flatMap(([size, value]) => Array.from({ length: size }, (_, position) => (value >>> (8 * position)) & 0xff));
}

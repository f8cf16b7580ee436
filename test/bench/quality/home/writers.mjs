/**
 * Writers of the formats that people keep, as small as readers take them. Those of zip, tar, PDF and office packages are
 * the ones of the tests. Used by targets.mjs and noise.mjs.
 */
import { Buffer } from 'node:buffer';

const OPEN = 'application/vnd.openxmlformats-';
const CORE = `${OPEN}package.core-properties+xml`;

/** @param bytes  the makers of test/helpers: `zipBytes`, `pdfBytes`, `officeOpen`, `openDocument`, `relations`, `TYPES`. */
export function writers(bytes) {
  return {
    ...bytes,
    docx: (paragraphs, core) => office(bytes, wordParts(paragraphs), 'docx', core),
    pptx: (slides, core) => office(bytes, slideParts(bytes, slides), 'pptx', core),
    xlsx: (sheets, core) => office(bytes, sheetParts(bytes, sheets), 'xlsx', core),
    odt: (paragraphs, meta) =>
      bytes.openDocument(`<office:text>${odfParagraphs(paragraphs)}</office:text>`, 'text', ...odfMeta(meta)),
    odp: (slides, meta) => bytes.openDocument(odfSlides(slides), 'presentation', ...odfMeta(meta)),
    ods: (rows, meta) => bytes.openDocument(odfTable(rows), 'spreadsheet', ...odfMeta(meta)),
    pdf: (pages, info = {}) => bytes.pdfBytes(pages.map(pdfPage), { info: pdfInfo(info) }),
  };
}

export function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** @param parts  the main one first. */
function office({ officeOpen, TYPES }, parts, kind, core) {
  const [main] = Object.keys(parts);
  const types = { [main]: TYPES[kind], ...(core && { 'docProps/core.xml': CORE }) };
  return officeOpen({ ...parts, ...(core && { 'docProps/core.xml': coreXml(core) }) }, types);
}

function coreXml({ title = '', author = '', created = '' }) {
  return `<cp:coreProperties><dc:title>${escaped(title)}</dc:title><dc:creator>${escaped(author)}</dc:creator>${
    created && `<dcterms:created>${created}</dcterms:created>`
  }</cp:coreProperties>`;
}

function wordParts(paragraphs) {
  const body = paragraphs.map((text) => `<w:p><w:r><w:t>${escaped(text)}</w:t></w:r></w:p>`).join('');
  return { 'word/document.xml': `<w:document><w:body>${body}</w:body></w:document>` };
}

function slideParts({ relations }, slides) {
  const ids = slides.map((_, at) => `<p:sldId r:id="r${at}"/>`).join('');
  const parts = slides.map(([title, ...lines], at) => [`ppt/slides/${at}.xml`, slideXml(title, lines)]);
  const targets = slides.map((_, at) => [`r${at}`, 'slide', `slides/${at}.xml`]);
  return {
    'ppt/presentation.xml': `<p:presentation><p:sldIdLst>${ids}</p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relations(...targets),
    ...Object.fromEntries(parts),
  };
}

function slideXml(title, lines) {
  const shape = (text, kind) =>
    `<p:sp><p:nvPr><p:ph type="${kind}"/></p:nvPr><p:txBody><a:p><a:r><a:t>${escaped(text)}</a:t></a:r></a:p></p:txBody></p:sp>`;
  return `<p:sld>${shape(title, 'title')}${lines.map((line) => shape(line, 'body')).join('')}</p:sld>`;
}

/** @param sheets  name → rows of cells. */
function sheetParts({ relations }, sheets) {
  const names = Object.keys(sheets);
  const list = names.map((name, at) => `<sheet name="${escaped(name)}" r:id="r${at}"/>`).join('');
  const parts = names.map((name, at) => [`xl/s${at}.xml`, sheetXml(sheets[name])]);
  return {
    'xl/workbook.xml': `<workbook><sheets>${list}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations(...names.map((_, at) => [`r${at}`, 'worksheet', `s${at}.xml`])),
    ...Object.fromEntries(parts),
  };
}

function sheetXml(rows) {
  const cell = (value) =>
    typeof value === 'number' ? `<c><v>${value}</v></c>` : `<c t="inlineStr"><is><t>${escaped(value)}</t></is></c>`;
  return `<worksheet><sheetData>${rows.map((row) => `<row>${row.map(cell).join('')}</row>`).join('')}</sheetData></worksheet>`;
}

function odfParagraphs(paragraphs) {
  return paragraphs.map((text) => `<text:p>${escaped(text)}</text:p>`).join('');
}

function odfSlides(slides) {
  const pages = slides.map((lines) => `<draw:page><draw:text-box>${odfParagraphs(lines)}</draw:text-box></draw:page>`);
  return `<office:presentation>${pages.join('')}</office:presentation>`;
}

function odfTable(rows) {
  const cell = (value) => `<table:table-cell>${odfParagraphs([String(value)])}</table:table-cell>`;
  const body = rows.map((row) => `<table:table-row>${row.map(cell).join('')}</table:table-row>`).join('');
  return `<office:spreadsheet><table:table table:name="Sheet1">${body}</table:table></office:spreadsheet>`;
}

function odfMeta(meta) {
  if (!meta) return [];
  const { title = '', author = '', created = '' } = meta;
  const elements = `<dc:title>${escaped(title)}</dc:title><meta:initial-creator>${escaped(author)}</meta:initial-creator>${
    created && `<meta:creation-date>${created}</meta:creation-date>`
  }`;
  return [
    { name: 'meta.xml', bytes: `<office:document-meta><office:meta>${elements}</office:meta></office:document-meta>` },
  ];
}

/** A line a line: the first 60 fit. */
function pdfPage(lines) {
  return `() Tj 14 TL ${lines.map((line) => `(${line.replace(/[\\()]/g, '\\$&')}) Tj T*`).join(' ')} ()`;
}

function pdfInfo(info) {
  return Object.entries(info)
    .map(([key, value]) => `/${key}${pdfString(value)}`)
    .join('');
}

/** UTF-16 with its mark, in hexadecimal. */
function pdfString(text) {
  return `<${Buffer.from(`\ufeff${text}`, 'utf16le').swap16().toString('hex')}>`;
}

const TAG = { make: 0x10f, model: 0x110, exif: 0x8769, taken: 0x9003 };

/** A JPEG without pixels. @param xmp  `{ city, description, subject }`. */
export function jpeg({ make, model, taken, ...xmp }) {
  const exif = Buffer.concat([Buffer.from('Exif\0\0'), tiff({ make, model, taken })]);
  const packet = Buffer.from(`http://ns.adobe.com/xap/1.0/\0${xmpPacket(xmp)}`);
  const segment = (bytes) => {
    const head = Buffer.from([0xff, 0xe1, 0, 0]);
    head.writeUInt16BE(bytes.length + 2, 2);
    return Buffer.concat([head, bytes]);
  };
  return Buffer.concat([Buffer.from([0xff, 0xd8]), segment(exif), segment(packet), Buffer.from([0xff, 0xd9])]);
}

/** Two folders of tags: make, model, and where the second begins; in that, when it was taken. */
function tiff({ make, model, taken }) {
  const texts = [make, model, taken].map((text) => Buffer.from(`${text}\0`));
  const [first, second] = [8, 8 + 2 + 3 * 12 + 4];
  const data = second + 2 + 12 + 4;
  const places = texts.map((_, at) => data + Buffer.concat(texts.slice(0, at)).length);
  const bytes = Buffer.alloc(data);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(first, 4);
  const entry = (at, { tag, type = 2, count, value }) => {
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(count, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  };
  bytes.writeUInt16LE(3, first);
  entry(first + 2, { tag: TAG.make, count: texts[0].length, value: places[0] });
  entry(first + 14, { tag: TAG.model, count: texts[1].length, value: places[1] });
  entry(first + 26, { tag: TAG.exif, type: 4, count: 1, value: second });
  bytes.writeUInt16LE(1, second);
  entry(second + 2, { tag: TAG.taken, count: texts[2].length, value: places[2] });
  return Buffer.concat([bytes, ...texts]);
}

function xmpPacket({ city, description, subject = [] }) {
  const bag = (kind, items) =>
    `<rdf:${kind}>${items.map((one) => `<rdf:li xml:lang="x-default">${escaped(one)}</rdf:li>`).join('')}</rdf:${kind}>`;
  const parts = [
    city && `<photoshop:City>${escaped(city)}</photoshop:City>`,
    description && `<dc:description>${bag('Alt', [description])}</dc:description>`,
    subject.length > 0 && `<dc:subject>${bag('Bag', subject)}</dc:subject>`,
  ];
  const names = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"';
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ${names}>${parts
    .filter(Boolean)
    .join('')}</rdf:Description></rdf:RDF></x:xmpmeta>`;
}

/** ID3v2.3 before a few frames of silence. */
export function mp3({ title, artist, album }) {
  const frames = Object.entries({ TIT2: title, TPE1: artist, TALB: album }).map(([id, text]) => {
    const body = Buffer.concat([Buffer.from([1]), Buffer.from(`\ufeff${text}`, 'utf16le')]);
    const head = Buffer.alloc(10);
    head.write(id);
    head.writeUInt32BE(body.length, 4);
    return Buffer.concat([head, body]);
  });
  const tags = Buffer.concat(frames);
  const size = [21, 14, 7, 0].map((shift) => (tags.length >> shift) & 0x7f);
  const silence = Buffer.alloc(417 * 4);
  for (let at = 0; at < silence.length; at += 417) silence.set([0xff, 0xfb, 0x90, 0x00], at);
  return Buffer.concat([Buffer.from('ID3\x03\0\0', 'latin1'), Buffer.from(size), tags, silence]);
}

/** Its two first blocks: what it is, and its tags. No sound. */
export function flac(tags) {
  const info = Buffer.alloc(34);
  info.writeUInt16BE(4096, 0);
  info.writeUInt16BE(4096, 2);
  // 44,100 Hz, two channels, 16 bits, ten seconds.
  info.set([0x0a, 0xc4, 0x42, 0xf0], 10);
  info.writeUInt32BE(441_000, 14);
  const sized = (text) => {
    const bytes = Buffer.from(text);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(bytes.length);
    return Buffer.concat([size, bytes]);
  };
  const count = Buffer.alloc(4);
  count.writeUInt32LE(Object.keys(tags).length);
  const comments = Object.entries(tags).map(([key, value]) => sized(`${key.toUpperCase()}=${value}`));
  const block = (type, bytes) => Buffer.concat([Buffer.from([type, 0, bytes.length >> 8, bytes.length & 255]), bytes]);
  return Buffer.concat([
    Buffer.from('fLaC'),
    block(0, info),
    block(0x84, Buffer.concat([sized('reference'), count, ...comments])),
  ]);
}

/** A letter, or one with attachments: `[{ name, type, bytes }]`. */
export function message({ from, to = 'Ann Berg <ann@home.example>', subject, date, body, attachments = [], raw }) {
  const head = [`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, `Date: ${date}`, `Message-ID: <${idOf(date)}>`];
  if (raw) return Buffer.concat([Buffer.from(`${[...head, ...raw.headers].join('\r\n')}\r\n\r\n`), raw.bytes]);
  const text = 'Content-Type: text/plain; charset=utf-8\r\n\r\n';
  if (attachments.length === 0) return Buffer.from(`${head.join('\r\n')}\r\n${text}${body}\r\n`);
  const parts = attachments.map(
    ({ name, type, bytes }) =>
      `Content-Type: ${type}\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${bytes
        .toString('base64')
        .replace(/.{76}/g, '$&\r\n')}\r\n`,
  );
  const all = [`${text}${body}\r\n`, ...parts].map((part) => `--edge\r\n${part}`).join('');
  return Buffer.from(`${head.join('\r\n')}\r\nContent-Type: multipart/mixed; boundary=edge\r\n\r\n${all}--edge--\r\n`);
}

function idOf(date) {
  return `${Date.parse(date)}@home.example`;
}

/** @param messages  without attachments that hold lines `From `. */
export function mbox(messages) {
  return Buffer.concat(
    messages.map((one) => {
      const text = one.toString().replaceAll('\r\n', '\n');
      const date = new Date(/^Date: (.*)$/m.exec(text)[1]);
      const day = date.toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) (\S+).*/, '$1 $3 $2 $5 $4');
      return Buffer.from(`From somebody@home.example ${day}\n${text.replace(/^From /gm, '>From ')}\n`);
    }),
  );
}

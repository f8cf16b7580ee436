/** Tables in Markdown, and figures as a reader wants them. Pure. */

export function markdownTable(header, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Three figures that count; `–` for what was not measured. */
export function number(value) {
  if (value === undefined || value === null || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(size >= 10 ? 1 : 2);
}

export function percent(share) {
  return share === undefined ? '–' : `${Math.round(share * 1000) / 10} %`;
}

/** Milliseconds, or seconds from one on. */
export function duration(ms) {
  if (ms === undefined) return '–';
  return ms >= 1000 ? `${number(ms / 1000)} s` : `${number(ms)} ms`;
}

export function pair(one, other, show = number) {
  return one === undefined ? '–' : `${show(one)} / ${show(other)}`;
}

/** The document with what stands between `<!-- name -->` and `<!-- /name -->` replaced. @throws when it has no such place. */
export function withSection(document, name, content) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the document has no place ${begin} … ${end}`);
  return `${document.slice(0, from + begin.length)}\n${content}\n${document.slice(to)}`;
}

const COLUMNS = 120;

/** Prose in lines of 120 columns. */
export function wrapped(prose) {
  const lines = [''];
  for (const word of prose.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trimStart();
    if (longer.length > COLUMNS) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.join('\n');
}

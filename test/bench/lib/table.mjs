/** Figures as text: one table per section, a target beside what was measured. Used by bench.mjs and the sections. */

/** Column widths fit their contents; numbers stand right. */
export function table(header, rows) {
  const cells = [header, ...rows].map((row) => row.map((cell) => format(cell)));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const isRight = (column) => rows.some((row) => typeof row[column] === 'number');
  const line = (row) =>
    row.map((cell, at) => (isRight(at) ? cell.padStart(widths[at]) : cell.padEnd(widths[at]))).join('  ');
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].map((text) => `  ${text}`.trimEnd()).join('\n');
}

export function format(value) {
  if (value === undefined || value === null) return '-';
  if (typeof value !== 'number') return String(value);
  if (!Number.isFinite(value)) return '-';
  const size = Math.abs(value);
  return size >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(size < 2 ? 3 : 2);
}

/** @param target the largest value that is fine, in the same unit (`atLeast` turns that round). */
export function figure(name, value, { target, aim, atLeast = false, unit = '' } = {}) {
  const isMet = (limit) => limit === undefined || (atLeast ? value >= limit : value <= limit);
  return { name, value, unit, target, aim, atLeast, isMet: isMet(target), isAimMet: isMet(aim) };
}

export function figureTable(figures) {
  const rows = figures.map((entry) => {
    const sign = entry.atLeast ? '>=' : '<=';
    const limit = entry.target === undefined ? '' : `${sign} ${format(entry.target)}`;
    const aim = entry.aim === undefined ? '' : `${sign} ${format(entry.aim)}`;
    return [entry.name, entry.value, entry.unit, limit, aim, verdict(entry)];
  });
  return table(['figure', 'measured', 'unit', 'target', 'aim', ''], rows);
}

function verdict({ target, isMet, aim, isAimMet }) {
  if (target === undefined) return '';
  if (!isMet) return 'MISSED';
  return aim !== undefined && isAimMet ? 'aim met' : 'met';
}

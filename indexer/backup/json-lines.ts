/** What tools print as JSON. */
import { ToolFailed } from './run-tool.js';

/** @throws ToolFailed */
export function jsonOf(name: string, text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    throw new ToolFailed(`${name} printed something that is not JSON`);
  }
}

/** One object a line. @throws ToolFailed */
export function jsonLines(name: string, text: Buffer): readonly Readonly<Record<string, unknown>>[] {
  const lines = text
    .toString()
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const value = jsonOf(name, Buffer.from(line));
    if (typeof value !== 'object' || value === null) throw new ToolFailed(`${name} printed a line that is no object`);
    return value as Readonly<Record<string, unknown>>;
  });
}

export function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Milliseconds of an ISO 8601 time; null: it is none. */
export function isoMs(value: unknown, zone = ''): number | null {
  return typeof value === 'string' ? numberOrNull(Date.parse(value + zone)) : null;
}

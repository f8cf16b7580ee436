/** Entries of the history that are the work of a package manager → one line for each package. Pure. */
import { counted } from '../../../shared/counted.js';
import type { LedgerEntry } from '../ledger/ledger.js';
import { changeOf, type VersionBook } from './version-book.js';

export interface PackageLine {
  readonly name: string;
  readonly manager: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly files: number;
  /** Rules that watch its files. */
  readonly rules: readonly string[];
  /** Of its entries, in their order. */
  readonly sequences: readonly number[];
  /** For a person. */
  readonly text: string;
}

interface Body {
  readonly src_path?: string;
  readonly first?: string;
  readonly package?: { readonly manager: string; readonly name: string };
}

interface Growing {
  readonly manager: string;
  readonly name: string;
  readonly paths: Set<string>;
  readonly rules: Set<string>;
  readonly sequences: number[];
  firstMs: number;
}

/** @param entries  all have `package` in their JSON. */
export function packageLines(entries: Iterable<LedgerEntry>, book: VersionBook): readonly PackageLine[] {
  const found = new Map<string, Growing>();
  for (const { sequence, rule, json, atMs } of entries) {
    const { src_path: path = '', first, package: owner } = JSON.parse(json) as Body;
    const { manager, name } = owner ?? { manager: '?', name: '?' };
    const fresh = { manager, name, paths: new Set<string>(), rules: new Set<string>(), sequences: [], firstMs: atMs };
    const line: Growing = found.get(`${manager} ${name}`) ?? fresh;
    found.set(`${manager} ${name}`, line);
    line.paths.add(path);
    if (rule !== null) line.rules.add(rule);
    line.sequences.push(sequence);
    line.firstMs = Math.min(line.firstMs, first === undefined ? atMs : Date.parse(first));
  }
  return [...found.values()].map((line) => toLine(line, book));
}

function toLine({ manager, name, paths, rules, sequences, firstMs }: Growing, book: VersionBook): PackageLine {
  const { before, after } = changeOf(book, name, firstMs);
  const files = paths.size;
  const text = `package ${name} ${versionsText(before, after)}: ${counted(files, 'file')}, all as packaged`;
  const order = [...sequences].sort((one, other) => one - other);
  return { name, manager, before, after, files, rules: [...rules].sort(), sequences: order, text };
}

function versionsText(before: string | null, after: string | null): string {
  if (before === after) return after === null ? 'of an unknown version' : `${after} again`;
  if (before === null) return `${after} installed`;
  return after === null ? `${before} removed` : `${before} → ${after}`;
}

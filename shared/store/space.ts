/**
 * How large an index is, and how much of it is of documents that are there. Used by `find-textd status` and `forget`.
 */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FULL_TEXT_TABLES, type FullTextTable } from './cleanliness.js';
import type { Db } from './open.js';
import { readVarint } from './varint.js';

interface Segment {
  readonly pages: number;
  readonly rows: number;
  readonly deletedRows: number;
}

/** The row of `…_data` that lists the segments. */
const STRUCTURE_ID = 10;
const SECOND_VERSION = Buffer.from([0xff, 0, 0, 1]);

/** Of the file and what stands beside it: log, seal, a damaged one that was set aside. */
export function indexBytes(file: string): number {
  const folder = dirname(file);
  const parts = readdirSync(folder).filter((name) => name.startsWith(basename(file)));
  return parts.reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** 0 to 1: neither free nor taken by the words of deleted documents, as far as the segments tell. */
export function liveShare(db: Db): number {
  const pages = pragma(db, 'page_count');
  const dead = FULL_TEXT_TABLES.flatMap((table) => segments(db, table)).reduce((sum, each) => {
    return sum + (each.rows === 0 ? 0 : (each.pages * Math.min(each.deletedRows, each.rows)) / each.rows);
  }, 0);
  return Math.max(0, 1 - (pragma(db, 'freelist_count') + dead) / pages);
}

function pragma(db: Db, name: string): number {
  return db.pragma(name, { simple: true }) as number;
}

/** Empty when the list has a form that is not known. @see fts5StructureDecode in SQLite's fts5_index.c */
function segments(db: Db, table: FullTextTable): Segment[] {
  const block = db.prepare<[], Buffer>(`SELECT block FROM ${table}_data WHERE id = ${STRUCTURE_ID}`).pluck().get();
  if (!block?.subarray(4, 8).equals(SECOND_VERSION)) return [];
  const next = numbersOf(block, 8);
  const [levels] = [next(), next(), next()];
  return Array.from({ length: levels ?? 0 }).flatMap(() => {
    const [, count] = [next(), next()];
    return Array.from({ length: count ?? 0 }, () => readSegment(next));
  });
}

function readSegment(next: () => number): Segment {
  const [, first = 0, last = 0, , , tombstonePages = 0, deletedRows = 0, rows = 0] = Array.from({ length: 8 }, next);
  return { pages: last - first + 1 + tombstonePages, rows, deletedRows };
}

function numbersOf(bytes: Buffer, from: number): () => number {
  let at = from;
  return () => {
    const { value, end } = readVarint(bytes, at);
    at = end;
    return value;
  };
}

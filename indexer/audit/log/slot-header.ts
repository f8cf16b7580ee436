/**
 * The change log of a root is a ring of files, its slots: changes.0.log, changes.1.log, ... The first line of a slot
 * says which generation of the log it holds; the greatest one is being written. Generations begin at the time the log
 * was made and then count up, so that a log made anew is never taken for the old one. Shared by the writer and the
 * reader.
 */
import { jsonPath } from '../../../shared/path-text.js';

export interface SlotHeader {
  readonly generation: number;
  /** The watched folder, bytes. */
  readonly root: Buffer;
}

const SLOT_NAME = /^changes\.\d{1,2}\.log$/;
/** A path of 4,096 bytes, each as `\u0001`. */
export const MAX_HEADER_BYTES = 32 * 1024;
/** Far beyond any time in milliseconds, far below where counting up is inexact. */
const MAX_GENERATION = 2 ** 50;

export function slotName(index: number): string {
  return `changes.${index}.log`;
}

export function isSlotName(name: string): boolean {
  return SLOT_NAME.test(name);
}

export function encodeHeader({ generation, root }: SlotHeader): string {
  return `${JSON.stringify({ kind: 'log', generation, ...jsonPath('root', root) })}\n`;
}

/**
 * @param bytes  the beginning of a slot, at least the header.
 * @returns undefined when it does not begin with a header.
 */
export function tryParseHeader(bytes: Buffer): SlotHeader | undefined {
  const end = bytes.subarray(0, MAX_HEADER_BYTES).indexOf(0x0a);
  if (end === -1) return undefined;
  try {
    return toHeader(JSON.parse(bytes.toString('utf8', 0, end)));
  } catch {
    return undefined;
  }
}

function toHeader(value: unknown): SlotHeader | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, generation, root, rootHex } = value as Record<string, unknown>;
  if (kind !== 'log' || typeof root !== 'string' || !Number.isSafeInteger(generation)) return undefined;
  if ((generation as number) < 1 || (generation as number) > MAX_GENERATION) return undefined;
  const bytes = typeof rootHex === 'string' ? Buffer.from(rootHex, 'hex') : Buffer.from(root);
  return { generation: generation as number, root: bytes };
}

/** How much is read of a file, by what reads it, and which of these limits it has met. Pure. */
import type { Config } from '../../../shared/config/options.js';
import { grouped } from '../../../shared/counted.js';
import type { DocumentRow } from '../../../shared/store/documents.js';
import type { Failure } from '../../../shared/store/failures.js';
import type { Limit } from '../../../shared/types.js';
import { HEAD_BYTES } from '../../extract/decode.js';
import {
  MAX_CHILDREN,
  MAX_DEPTH,
  MAX_LABEL_BYTES,
  MAX_PAGES,
  MAX_TEXT_BYTES,
  MAX_UNPACKED_BYTES,
  MAX_WHOLE_BYTES,
} from '../../extract/tree-limits.js';

/** As they are shown. */
const LIMITS: readonly Limit[] = [
  'bytes',
  'pages',
  'members',
  'depth',
  'labels',
  'unpacked',
  'text',
  'seconds',
  'memory',
];

export interface FileLimits {
  /** Of the file; null: as many as it has. */
  readonly bytes: number | null;
  /** null: it has none. */
  readonly pages: number | null;
  /** Documents in it; null: as many as it has. */
  readonly members: number | null;
  readonly seconds: number;
  readonly memoryMiB: number;
  /** Archives in archives. */
  readonly depth: number;
  /** Of the file or what is unpacked of it, in UTF-8. */
  readonly textBytes: number;
  readonly unpackedBytes: number;
  /** Of titles, properties and inner paths. */
  readonly labelBytes: number;
  /** Which of them the file has met; [] also where its end is damaged or encrypted. */
  readonly met: readonly Limit[];
}

export type ConfiguredLimits = Pick<Config, 'extract.maxFileMiB' | 'extract.timeoutSeconds' | 'extract.memoryMiB'>;

export interface ReadFile {
  readonly row: Pick<DocumentRow, 'extractor' | 'type' | 'size'>;
  readonly failure: Pick<Failure, 'code' | 'message'> | undefined;
  readonly isPartial: boolean;
  readonly inner: number;
  readonly pages: number;
  /** What was noted when it was read. */
  readonly met: readonly string[];
}

/** Extractors that read the whole file, those that read it to its end in pieces or places, those that read its head. */
const WHOLE = ['pdf', 'doc', 'mac-word', 'xls', 'ppt', 'office-open', 'open-document', 'epub'];
const IN_PARTS = ['mbox', 'sqlite', 'font', 'media'];
const IN_HEAD = ['image'];
/** The same of files that could not be read. */
const WHOLE_TYPE = /\/(?:pdf|msword|epub\+zip|vnd\.(?:openxml|oasis|ms-))/;
const MEBIBYTE = 1 << 20;

/** How many bytes of a file such an extractor reads; undefined: as configured, null: as many as it has. */
export function ownBytes(extractor: string, type: string): number | null | undefined {
  if (WHOLE.includes(extractor) || (extractor === 'failed' && WHOLE_TYPE.test(type))) return MAX_WHOLE_BYTES;
  if (IN_PARTS.includes(extractor)) return null;
  return IN_HEAD.includes(extractor) ? HEAD_BYTES : undefined;
}

export function limitsOf(file: ReadFile, config: ConfiguredLimits): FileLimits {
  const { extractor, type } = file.row;
  const configured = config['extract.maxFileMiB'] * MEBIBYTE;
  const own = ownBytes(extractor, type);
  const limits = {
    bytes: own === undefined ? configured : own,
    pages: extractor === 'pdf' || type === 'application/pdf' ? MAX_PAGES : null,
    members: extractor === 'mbox' ? null : MAX_CHILDREN,
    seconds: config['extract.timeoutSeconds'],
    memoryMiB: config['extract.memoryMiB'],
    textBytes: MAX_TEXT_BYTES,
    unpackedBytes: MAX_UNPACKED_BYTES,
    depth: MAX_DEPTH,
    labelBytes: MAX_LABEL_BYTES,
  };
  return { ...limits, met: LIMITS.filter((limit) => file.met.includes(limit) || IS_MET[limit]?.(file, limits)) };
}

type Limits = Omit<FileLimits, 'met'>;

/** What shows without a note. */
const IS_MET: Readonly<Partial<Record<Limit, (file: ReadFile, limits: Limits) => boolean>>> = {
  bytes: ({ row, isPartial, failure }, { bytes }) => (isPartial || !!failure) && bytes !== null && row.size > bytes,
  pages: ({ pages, isPartial }, limits) => isPartial && limits.pages !== null && pages > limits.pages,
  members: ({ inner, isPartial }, { members }) => isPartial && members !== null && inner >= members,
  seconds: ({ failure }) => failure?.code === 'FT_EXTRACT_TIMEOUT',
  memory: ({ failure }) => failure !== undefined && /memory/.test(failure.message),
};

/** `at most 16 MiB of it are read …; met: bytes` */
export function limitsText({ met, ...limits }: FileLimits): string {
  const { bytes, pages, members, depth, labelBytes, seconds, memoryMiB, textBytes, unpackedBytes } = limits;
  const parts = [
    bytes === null ? 'read to its end' : `${sizeText(bytes)} of the file`,
    ...(pages === null ? [] : [`${grouped(pages)} pages`]),
    ...(members === null ? [] : [`${grouped(members)} documents in it`]),
    `archives ${depth} deep`,
    `${sizeText(unpackedBytes)} unpacked`,
    `${sizeText(textBytes)} of text`,
    `${sizeText(labelBytes)} of names and titles`,
    `${seconds} s`,
    `${grouped(memoryMiB)} MiB of memory`,
  ];
  return `${parts.join(', ')}${met.length > 0 ? `; met: ${met.join(', ')}` : ''}`;
}

function sizeText(bytes: number): string {
  return bytes < MEBIBYTE ? `${bytes / 1024} KiB` : `${Number((bytes / MEBIBYTE).toFixed(1))} MiB`;
}

/**
 * Tar archives: no text of their own, the files in them as documents. The one place that knows tar-stream. Old archives
 * without a magic number go by their extension; a header must have the right checksum. An archive that is cut off gives
 * what came before.
 */
import { extract, type Headers } from 'tar-stream';
import type { BytesExtractor, Child } from '../extractor.js';

/** Where in the archive a member's header begins. */
interface Placed {
  readonly offset: number;
}

const HEADER_BYTES = 512;
const NO_TEXT = Buffer.alloc(0);
const FILES: ReadonlySet<Headers['type']> = new Set(['file', 'contiguous-file']);

export const tarExtractor = {
  id: 'tar',
  version: 1,
  takes: 'bytes',
  matches: { extensions: ['tar'], head: /^.{257}ustar/s },
  type: 'application/x-tar',
  async extract({ bytes }) {
    const members = readMembers(bytes);
    const first = await members.next().catch(() => undefined);
    return first && { title: '', text: NO_TEXT, children: startingWith(first, members) };
  },
} satisfies BytesExtractor;

async function* startingWith(first: IteratorResult<Child>, others: AsyncGenerator<Child>): AsyncGenerator<Child> {
  if (first.done) return;
  yield first.value;
  yield* others;
}

async function* readMembers(bytes: Buffer): AsyncGenerator<Child> {
  const archive = extract({ filenameEncoding: 'latin1', allowUnknownFormat: true });
  archive.on('error', () => {});
  archive.end(bytes);
  for await (const entry of archive) {
    const { header } = entry;
    // tar-stream would wait for ever for the end of such a member.
    if (!(Number(header.size) >= 0)) throw new Error('a member has no size');
    const whole = await collect(entry);
    const part = whole ?? bytes.subarray((entry as unknown as Placed).offset + HEADER_BYTES);
    if (FILES.has(header.type)) yield { name: nameOf(header), bytes: part, isTruncated: !whole };
    if (!whole) throw new Error('the archive ends within a member');
  }
}

/** @returns undefined when the archive ends within it. */
async function collect(entry: AsyncIterable<Buffer>): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of entry) chunks.push(chunk);
  } catch {
    return undefined;
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

/** Bytes: names in a header were read as Latin-1, those in an extended header are UTF-8. */
function nameOf({ name, pax }: Headers & { readonly pax?: Readonly<Record<string, string>> | null }): Buffer {
  return Buffer.from(name, pax?.path === undefined ? 'latin1' : 'utf8');
}

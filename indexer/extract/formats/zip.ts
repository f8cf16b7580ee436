/**
 * Zip archives that are no document of another format: no text of their own, the files in them as documents. What is
 * encrypted or packed by a method that is not known is found by its name.
 */
import type { BytesExtractor, Child } from '../extractor.js';
import { MAX_UNPACKED_BYTES } from '../tree-limits.js';
import { openZip, ZIP_HEAD, type ZipArchive } from '../zip/zip.js';

const NO_TEXT = Buffer.alloc(0);

export const zipExtractor = {
  id: 'zip',
  version: 2,
  takes: 'bytes',
  matches: { extensions: ['zip', 'jar', 'cbz', 'xpi', 'whl'], head: ZIP_HEAD },
  type: 'application/zip',
  async extract({ bytes, maxBytes }) {
    const archive = await openZip(bytes, MAX_UNPACKED_BYTES);
    return archive && { title: '', text: NO_TEXT, children: filesOf(archive, maxBytes) };
  },
} satisfies BytesExtractor;

/** @param maxBytes  of each of them. */
async function* filesOf(archive: ZipArchive, maxBytes: number): AsyncGenerator<Child> {
  for (const member of archive.members) {
    if (member.isLink) continue;
    const { bytes, isCut } = await archive.read(member, maxBytes);
    yield { name: Buffer.from(member.name), bytes, isTruncated: isCut };
  }
  if (archive.isCut) throw new Error('the archive is cut off or damaged');
}

/** The path of a document within a file, as an archive tells it → a path that harms nobody and can be shown. Pure. */

const MAX_BYTES = 1024;
const SLASH = 0x2f;
const UNNAMED = Buffer.from('unnamed');

/**
 * Relative, without `.`, `..` and empty parts, and without what follows a NUL. The bytes are else as they are: whoever
 * shows them cleans them of control characters.
 */
export function cleanInnerPath(name: Uint8Array, above: Uint8Array | undefined): Buffer {
  const bytes = Buffer.from(name.buffer, name.byteOffset, name.byteLength);
  const end = bytes.indexOf(0);
  const own = withoutDots(end < 0 ? bytes : bytes.subarray(0, end));
  const clean = own.length > 0 ? own : UNNAMED;
  const path = above === undefined ? clean : join([above, clean]);
  // What is cut may end in a slash or dots.
  return path.length > MAX_BYTES ? withoutDots(path.subarray(0, MAX_BYTES)) : path;
}

function withoutDots(path: Buffer): Buffer {
  return join(split(path).filter((part) => !isEmptyOrDots(part)));
}

function split(path: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = path.indexOf(SLASH); at >= 0; at = path.indexOf(SLASH, from)) {
    parts.push(path.subarray(from, at));
    from = at + 1;
  }
  return [...parts, path.subarray(from)];
}

function join(parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(parts.flatMap((part, i) => (i === 0 ? [part] : [Buffer.of(SLASH), part])));
}

function isEmptyOrDots(part: Buffer): boolean {
  return /^\.{0,2}$/.test(part.toString('latin1', 0, 3)) && part.length < 3;
}

/** A path as a URL, byte for byte. Pure. */

/** @param host  '' for this machine. */
export function fileUrl(path: Uint8Array, host = ''): string {
  const escaped = Buffer.from(path)
    .toString('latin1')
    .replace(/[^\w./~-]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
  return `file://${host}${escaped}`;
}

/**
 * Frames on a byte stream, in both directions between the pool and a child: 4 bytes length of the header, 4 bytes
 * length of the payload (little endian), header as JSON, payload as it is. Reading copies each payload once, into
 * memory of its own that can be handed to another thread; chunks may be cut anywhere.
 */

const PREFIX_BYTES = 8;
/** The labels of a tree (tree-limits.ts), each byte of which JSON may write with six characters. */
export const MAX_HEADER_BYTES = 8 * 1024 * 1024;
export const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;
const EMPTY = Buffer.alloc(0);

/** The parts of one frame, to be written one after the other; the payload is not copied. */
export function encodeFrame(header: object, payload: Uint8Array = EMPTY): readonly Uint8Array[] {
  const json = JSON.stringify(header);
  const length = Buffer.byteLength(json);
  const start = Buffer.allocUnsafe(PREFIX_BYTES + length);
  start.writeUInt32LE(length, 0);
  start.writeUInt32LE(payload.length, 4);
  start.write(json, PREFIX_BYTES);
  return payload.length === 0 ? [start] : [start, payload];
}

export class FrameReader {
  #part: 'prefix' | 'header' | 'payload' = 'prefix';
  /** Where the current part is collected, and how much of it is there. */
  #target = Buffer.alloc(PREFIX_BYTES);
  #filled = 0;
  #payloadLength = 0;
  #header: unknown;

  /** @param onFrame  called for each whole frame; the payload belongs to the receiver. */
  constructor(private readonly onFrame: (header: unknown, payload: Buffer) => void) {}

  /** @throws Error when the stream cannot be one of ours: a length beyond the limits, or a header that is not JSON. */
  push(chunk: Buffer): void {
    let at = 0;
    for (;;) {
      if (this.#part === 'prefix' && this.#filled === 0) at = this.#takeWhole(chunk, at);
      const taken = chunk.copy(this.#target, this.#filled, at);
      at += taken;
      this.#filled += taken;
      if (this.#filled < this.#target.length) return;
      this.#endPart(this.#target);
    }
  }

  /** Frames that are in the chunk from end to end: their prefix and header are not copied. @returns where it goes on. */
  #takeWhole(chunk: Buffer, from: number): number {
    let at = from;
    while (at + PREFIX_BYTES <= chunk.length) {
      const { header, payload } = lengthsIn(chunk, at);
      const start = at + PREFIX_BYTES;
      const end = start + header + payload;
      if (end > chunk.length) break;
      const bytes = payload === 0 ? EMPTY : Buffer.allocUnsafeSlow(payload);
      chunk.copy(bytes, 0, start + header, end);
      at = end;
      this.onFrame(JSON.parse(chunk.toString('utf8', start, start + header)), bytes);
    }
    return at;
  }

  #endPart(bytes: Buffer): void {
    if (this.#part === 'prefix') this.#endPrefix(bytes);
    else if (this.#part === 'header') this.#endHeader(bytes);
    else this.#endFrame(bytes);
    this.#filled = 0;
  }

  #endPrefix(bytes: Buffer): void {
    const { header, payload } = lengthsIn(bytes, 0);
    this.#payloadLength = payload;
    this.#part = 'header';
    this.#target = Buffer.allocUnsafe(header);
  }

  #endHeader(bytes: Buffer): void {
    this.#header = JSON.parse(bytes.toString('utf8'));
    this.#part = 'payload';
    this.#target = this.#payloadLength === 0 ? EMPTY : Buffer.allocUnsafeSlow(this.#payloadLength);
  }

  #endFrame(payload: Buffer): void {
    this.#part = 'prefix';
    this.#target = Buffer.allocUnsafe(PREFIX_BYTES);
    this.onFrame(this.#header, payload);
  }
}

/** @throws Error for a length beyond the limits. */
function lengthsIn(bytes: Buffer, at: number): { readonly header: number; readonly payload: number } {
  const [header, payload] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
  if (header > MAX_HEADER_BYTES || payload > MAX_PAYLOAD_BYTES)
    throw new Error(`frame of ${header} + ${payload} bytes is over the limit`);
  return { header, payload };
}

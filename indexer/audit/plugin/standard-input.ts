/**
 * Reads standard input into one buffer, over and over. With a buffer for each chunk a flood takes 40 MB more, of the 80
 * that the plugin may have. auditd gives it one end of a socket pair.
 */
import { Socket, type SocketConstructorOpts } from 'node:net';

const BUFFER_BYTES = 64 * 1024;

/** @param onChunk  its chunk is valid during the call only. @returns a promise of the end of input. */
export function readStandardInput(onChunk: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve) => {
    const input = openInput(onChunk);
    input.on('end', resolve).on('error', resolve).on('close', resolve);
    input.resume();
  });
}

function openInput(onChunk: (chunk: Buffer) => void): NodeJS.ReadableStream {
  const buffer = Buffer.alloc(BUFFER_BYTES);
  const callback = (length: number) => {
    onChunk(buffer.subarray(0, length));
    return true;
  };
  try {
    const options = { fd: 0, readable: true, writable: false, onread: { buffer, callback } };
    return new Socket(options as SocketConstructorOpts);
  } catch {
    // A file or a terminal, when somebody tries the plugin by hand.
    return process.stdin.on('data', onChunk);
  }
}

/** An open file by its descriptor alone: it can be handed to another process, and is never closed by the garbage collector. */
import * as fs from 'node:fs';
import { promisify } from 'node:util';

const open = promisify(fs.open);
const close = promisify(fs.close);
const stat = promisify(fs.fstat);
const chmod = promisify(fs.fchmod);
const chown = promisify(fs.fchown);
const truncate = promisify(fs.ftruncate);
const read = promisify(fs.read);
const write = promisify(fs.write);
const writev = promisify(fs.writev);

/** Its methods are those of Node's FileHandle, with its errors. */
export class HeldFile {
  #closing: Promise<void> | undefined;

  constructor(readonly fd: number) {}

  static async open(path: string, flags: number, mode?: number): Promise<HeldFile> {
    return new HeldFile(await open(path, flags, mode));
  }

  stat(): Promise<fs.Stats> {
    return stat(this.fd);
  }

  chmod(mode: number): Promise<void> {
    return chmod(this.fd, mode);
  }

  chown(uid: number, gid: number): Promise<void> {
    return chown(this.fd, uid, gid);
  }

  truncate(length: number): Promise<void> {
    return truncate(this.fd, length);
  }

  read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesRead: number; buffer: Buffer }> {
    return read(this.fd, buffer, offset, length, position);
  }

  async write(buffer: Buffer, position: number): Promise<void> {
    await write(this.fd, buffer, 0, buffer.length, position);
  }

  writev(buffers: readonly Buffer[]): Promise<{ bytesWritten: number }> {
    return writev(this.fd, buffers);
  }

  /** Once: the number may be that of another file afterwards. */
  close(): Promise<void> {
    this.#closing ??= close(this.fd);
    return this.#closing;
  }
}

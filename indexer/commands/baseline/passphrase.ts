/** Asks for a passphrase on the terminal, or reads it from a file that nobody else may read. */
import { type BigIntStats, closeSync, fstatSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { FindTextError, reasonText } from '../../../shared/errors.js';
import { cleanText } from '../../../shared/path-text.js';

const FOR_OTHERS = 0o077n;
const MAX_BYTES = 1024;
const [ENTER, CTRL_C, CTRL_D, BACKSPACE, DELETE] = [13, 3, 4, 8, 127];

/** @throws FindTextError FT_CONFIG_INVALID */
export function passphraseIn(file: string): string {
  try {
    const fd = openSync(file, 'r');
    try {
      requirePrivate(fstatSync(fd, { bigint: true }));
      return readFileSync(fd, 'utf8').slice(0, MAX_BYTES).split(/\r?\n/)[0] ?? '';
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw new FindTextError('FT_CONFIG_INVALID', cleanText(`read the passphrase in ${file}: ${reasonText(error)}`), {
      cause: error,
    });
  }
}

function requirePrivate(stats: BigIntStats): void {
  if (!stats.isFile()) throw new Error('it is no plain file');
  if ((stats.mode & FOR_OTHERS) !== 0n) throw new Error('others may read it: chmod 600');
}

/** @returns undefined where nobody sits at a terminal */
export function askPassphrase(question: string): string | undefined {
  let fd: number;
  try {
    fd = openSync('/dev/tty', 'r+');
  } catch {
    return undefined;
  }
  const terminal = new ReadStream(fd);
  try {
    writeSync(fd, question);
    terminal.setRawMode(true);
    return readLine(fd);
  } finally {
    terminal.setRawMode(false);
    writeSync(fd, '\n');
    terminal.destroy();
  }
}

function readLine(fd: number): string {
  const bytes: number[] = [];
  for (const one = Buffer.alloc(1); readSync(fd, one) === 1; ) {
    const [byte = ENTER] = one;
    if (byte === ENTER || byte === 10 || byte === CTRL_D) break;
    if (byte === CTRL_C) throw new FindTextError('FT_CONFIG_INVALID', 'read the passphrase: interrupted');
    if (byte === BACKSPACE || byte === DELETE) bytes.pop();
    else if (bytes.length < MAX_BYTES) bytes.push(byte);
  }
  return Buffer.from(bytes).toString();
}

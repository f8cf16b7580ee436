/** Asks for a passphrase on the terminal, or reads it from a file that nobody else may read. */
import { type BigIntStats, closeSync, fstatSync, openSync, readFileSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { FindTextError, orUndefined, reasonText } from '../../../shared/errors.js';
import { cleanText } from '../../../shared/path-text.js';

const FOR_OTHERS = 0o077n;
const MAX_BYTES = 1024;
const [ENTER, LINE_FEED, CTRL_C, CTRL_D, BACKSPACE, DELETE] = [13, 10, 3, 4, 8, 127];

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

/** Resolves with undefined where nobody sits at a terminal. Nothing is shown of what is typed. */
export async function askPassphrase(question: string): Promise<string | undefined> {
  const fd = orUndefined(() => openSync('/dev/tty', 'r+'));
  if (fd === undefined) return undefined;
  const terminal = new ReadStream(fd);
  terminal.setRawMode(true);
  try {
    writeSync(fd, question);
    return await readLine(terminal);
  } finally {
    terminal.setRawMode(false);
    writeSync(fd, '\n');
    terminal.destroy();
  }
}

async function readLine(terminal: ReadStream): Promise<string> {
  const typed: number[] = [];
  for await (const bytes of terminal) {
    for (const byte of bytes as Buffer) {
      if (byte === ENTER || byte === LINE_FEED || byte === CTRL_D) return Buffer.from(typed).toString();
      if (byte === CTRL_C) throw new FindTextError('FT_CONFIG_INVALID', 'read the passphrase: interrupted');
      if (byte === BACKSPACE || byte === DELETE) eraseCharacter(typed);
      else if (typed.length < MAX_BYTES) typed.push(byte);
    }
  }
  return Buffer.from(typed).toString();
}

/** All its bytes: those that go on with one begin with 10. */
function eraseCharacter(typed: number[]): void {
  while (((typed.pop() ?? 0) & 0xc0) === 0x80);
}

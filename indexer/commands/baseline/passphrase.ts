/** Asks for a passphrase on the terminal, or reads it from a file that nobody else may read. */
import { openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { FindTextError, orUndefined } from '../../../shared/errors.js';
import { readSecretFile } from '../../../shared/secret-file.js';

const MAX_BYTES = 1024;
const [ENTER, LINE_FEED, CTRL_C, CTRL_D, BACKSPACE, DELETE] = [13, 10, 3, 4, 8, 127];

/** @throws FindTextError FT_CONFIG_INVALID */
export function passphraseIn(file: string): string {
  return readSecretFile(file, 'the passphrase').slice(0, MAX_BYTES).split(/\r?\n/)[0] ?? '';
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

/** JSON lines at the end of a file. It is opened for each: a file that was rotated away is followed by itself. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { whySteerable } from '../../../../shared/own-folder.js';
import { cleanText } from '../../../../shared/path-text.js';
import { toFailure } from '../http/answer.js';
import { steerable } from '../reasons.js';
import type { Answer, Outgoing, Target } from '../target.js';

const { O_APPEND, O_CREAT, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
const FLAGS = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

export class FileTarget implements Target {
  readonly place: string;

  constructor(private readonly path: string) {
    this.place = cleanText(path);
  }

  identity(): string {
    return this.place;
  }

  async send({ json }: Outgoing): Promise<Answer> {
    const why = whySteerable(this.path, 'write');
    if (why !== undefined) return steerable(why);
    try {
      const file = await open(this.path, FLAGS, 0o600);
      try {
        return await append(file, Buffer.from(`${json}\n`));
      } finally {
        await file.close();
      }
    } catch (error) {
      return toFailure(error);
    }
  }
}

/** A line that did not fit is taken back. */
async function append(file: FileHandle, line: Buffer): Promise<Answer> {
  const before = await file.stat();
  if (!before.isFile()) return notPlain();
  try {
    for (let at = 0; at < line.length; ) at += (await file.write(line, at)).bytesWritten;
    await file.datasync();
    return { kind: 'accepted' };
  } catch (error) {
    await file.truncate(before.size);
    throw error;
  }
}

function notPlain(): Answer {
  const hint = 'name a file, `-` for standard output, or a command';
  return { kind: 'failed', how: 'later', code: 'EINVAL', why: 'it is not a plain file', hint };
}

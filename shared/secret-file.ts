/**
 * Files with a secret in them: of webhooks, repositories of backups, keys of baselines. One that others could read or
 * change is refused: what is in it is no secret any more. A secret is in no message.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { FindTextError, reasonText } from './errors.js';
import { checkFile } from './own-folder.js';
import { cleanText } from './path-text.js';

const { O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const MAX_BYTES = 16_384;
const BY_ALL = 0o007;
const BY_GROUP = 0o070;
const GROUP_READS = 0o040;

/** Its mode is what is wrong. */
export class SecretExposed extends FindTextError {
  constructor(
    message: string,
    readonly file: string,
  ) {
    const hint = `\`chmod 600 ${cleanText(file)}\`, and change the secret if others use this machine`;
    super('FT_CONFIG_INVALID', message, { hint });
  }
}

/**
 * @param what  for messages: `the address of the endpoint "ops"`
 * @returns all of it, which is not empty. @throws FindTextError FT_CONFIG_INVALID
 */
export function readSecretFile(file: string, what: string): string {
  const doing = `read ${what} from ${cleanText(file)}`;
  const text = contents(realPath(file, doing), doing);
  if (text.trim() === '') throw invalid(`${doing}: it is empty`, 'the secret stands in its first line');
  return text;
}

/** What it leads to, and every folder on the way there, nobody else can replace. */
function realPath(file: string, doing: string): string {
  const real = place(file, doing);
  if (real === undefined) throw invalid(`${doing}: there is no such file`, 'make it, for you alone: `umask 077` first');
  return real;
}

function place(file: string, doing: string): string | undefined {
  try {
    return checkFile(file, { path: dirname(file), name: 'folder of a secret', variable: 'its option' });
  } catch (error) {
    const hint = 'the file and every folder above it must belong to you or root, and nobody else may write there';
    throw invalid(`${doing}: ${(error as Error).message}`, hint, error);
  }
}

function contents(file: string, doing: string): string {
  const fd = open(file, doing);
  try {
    const stat = fstatSync(fd);
    const why = whyNotSecret(stat);
    if (why) throw invalid(`${doing}: ${why}`, 'the secret stands in the first line of a plain file');
    const exposed = whyExposed(stat);
    if (exposed) throw new SecretExposed(`${doing}: ${exposed}`, file);
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

function open(file: string, doing: string): number {
  try {
    return openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  } catch (error) {
    throw invalid(`${doing}: ${reasonText(error)}`, 'it must be readable by the user as whom find-text runs', error);
  }
}

function whyNotSecret({ mode, size }: Stats): string | undefined {
  if ((mode & constants.S_IFMT) !== constants.S_IFREG) return 'it is not a plain file';
  if (size > MAX_BYTES) return `it has ${size} bytes, a secret has at most ${MAX_BYTES}`;
  return undefined;
}

/** Root's file may be readable by one of our groups: that is how root lets a service read a secret. */
function whyExposed({ mode, uid, gid }: Stats): string | undefined {
  if ((mode & BY_ALL) !== 0) return 'other users can read it';
  const isForUs = uid === 0 && (mode & BY_GROUP) === GROUP_READS && process.getgroups?.().includes(gid);
  return (mode & BY_GROUP) === 0 || isForUs ? undefined : 'its group can read it';
}

function invalid(message: string, hint: string, cause?: unknown): FindTextError {
  return new FindTextError('FT_CONFIG_INVALID', message, { hint, cause });
}

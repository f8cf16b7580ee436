/** `find-textd baseline export` and `import`: a baseline is signed where its key is, on another machine. */
import { constants, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { FindTextError, orUndefined, reasonText } from '../../../shared/errors.js';
import { cleanText } from '../../../shared/path-text.js';
import { parseDocument } from '../../baseline/document.js';
import { sha256 } from '../../baseline/entry.js';
import {
  keyName,
  type PublicKey,
  parsePublicKey,
  publicKeyLine,
  publicKeyText,
  verifySignature,
} from '../../baseline/sign/minisign.js';
import { BaselineStore } from '../../baseline/store.js';
import { whoTypes } from '../who.js';
import type { BaselineIo } from './make.js';
import { prunedLines } from './print.js';

/** The one that waits for its signature, else the one that counts with its signature. @throws FindTextError */
export function exportBaseline(file: string | undefined, { dataDirectory, stdout, stderr }: BaselineIo): void {
  const store = new BaselineStore(dataDirectory);
  const waiting = store.waiting();
  const current = waiting ? undefined : store.current();
  const bytes = waiting ?? (current && readFileSync(current.file));
  if (!bytes) throw new FindTextError('FT_STORE_MISSING', 'export the baseline: there is none yet');
  if (file === undefined || file === '-') return void stdout.write(bytes);
  writing(file, () => writeFileSync(file, bytes, { flag: 'wx' }));
  if (current)
    writing(`${file}.minisig`, () =>
      copyFileSync(`${current.file}.minisig`, `${file}.minisig`, constants.COPYFILE_EXCL),
    );
  const key = store.publicKey();
  stderr.write(
    current && key
      ? `find-textd: written with its signature; verify: minisign -Vm ${cleanText(file)} -P ${publicKeyLine(key)}\n`
      : `find-textd: written; sign it where the key is: minisign -Sm ${cleanText(file)}\n`,
  );
}

function writing(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new FindTextError('FT_CONFIG_INVALID', cleanText(`write ${file}: ${reasonText(error)}`), { cause: error });
  }
}

/** FILE with FILE.minisig beside it. @throws FindTextError when it is not what may follow here */
export function importBaseline(file: string, keyText: string | undefined, io: BaselineIo): void {
  const { dataDirectory, stdout, stderr } = io;
  const store = new BaselineStore(dataDirectory);
  const bytes = readInput(file);
  const signature = readInput(`${file}.minisig`).toString('latin1');
  const key = keyFor(store, keyText);
  const verified = verifySignature(bytes, signature, key);
  if (!verified.isValid) throw refused(file, verified.why);
  const { head, lines } = parseDocument(bytes.toString('latin1'));
  const why = whyNotNext(store, head, sha256(bytes));
  if (why !== undefined) throw refused(file, why);
  store.prepare();
  const isOtherKey = !store.publicKey()?.bytes.equals(key.bytes);
  if (isOtherKey) store.putKeys(publicKeyText(key));
  store.put(head.number, bytes.toString('latin1'), signature);
  store.record({
    at: new Date().toISOString(),
    kind: 'imported',
    number: head.number,
    hash: sha256(bytes),
    by: whoTypes(),
    reason: head.reason,
    entries: lines.length,
  });
  stdout.write(`baseline ${head.number}: ${lines.length} files, signed with the key ${keyName(key)}\n`);
  for (const line of prunedLines(store)) stderr.write(`find-textd: ${line}\n`);
}

function keyFor(store: BaselineStore, keyText: string | undefined): PublicKey {
  const key = keyText === undefined ? store.publicKey() : parsePublicKey(keyText);
  if (key) return key;
  throw new FindTextError('FT_CONFIG_INVALID', 'import a baseline: no public key is known', {
    hint: 'give it with --key: the second line of minisign.pub',
  });
}

interface Next {
  readonly host: string;
  readonly number: number;
  readonly previous: string;
}

/** An old one, or one of another machine, would hide what has changed since. */
function whyNotNext(store: BaselineStore, { host, number, previous }: Next, hash: string): string | undefined {
  if (host !== hostname()) return `it is of the machine ${cleanText(host)}`;
  const current = orUndefined(() => store.current());
  if (!current) return whyOlder(store, number);
  if (hash === current.hash) return undefined;
  return number === current.head.number + 1 && previous === current.hash
    ? undefined
    : `it does not follow baseline ${current.head.number}, which counts now`;
}

/** Where the one that counts was changed or lost, a copy of it repairs that. */
function whyOlder(store: BaselineStore, number: number): string | undefined {
  const known = store.currentNumber() ?? 0;
  return number < known ? `it is older than baseline ${known}` : undefined;
}

function readInput(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const hint = file.endsWith('.minisig') && !existsSync(file) ? 'sign it: minisign -Sm FILE' : undefined;
    throw new FindTextError('FT_CONFIG_INVALID', cleanText(`read ${file}: ${reasonText(error)}`), {
      cause: error,
      ...(hint !== undefined && { hint }),
    });
  }
}

function refused(file: string, why: string): FindTextError {
  return new FindTextError('FT_CONFIG_INVALID', cleanText(`import the baseline ${file}: ${why}`));
}

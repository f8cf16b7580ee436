/** `find-textd baseline check`: compares what is there with the baseline. Every check is recorded, also a clean one. */
import { FindTextError } from '../../../shared/errors.js';
import { loadAccounts } from '../../audit/view/accounts.js';
import { differences } from '../../baseline/differences.js';
import { BaselineStore } from '../../baseline/store.js';
import { whoTypes } from '../who.js';
import type { BaselineIo } from './make.js';
import { checkJson, checkText, foundStatus, namesOf, STATUS, troubleLines } from './print.js';
import { surveyHere } from './survey-here.js';

/** @returns the exit status */
export async function checkBaseline(
  { json }: { readonly json?: boolean | undefined },
  io: BaselineIo,
): Promise<number> {
  const store = new BaselineStore(io.dataDirectory);
  try {
    return await compare(store, json ?? false, io);
  } catch (error) {
    const status = STATUS.noBaseline;
    const { message, hint } = error as FindTextError;
    if (json) io.stdout.write(`${JSON.stringify({ status, error: message })}\n`);
    io.stderr.write(`find-textd: ${message}${hint ? `\n  ${hint}` : ''}\n`);
    recordFailed(store, status);
    return status;
  }
}

async function compare(store: BaselineStore, isJson: boolean, { stdout, stderr }: BaselineIo): Promise<number> {
  const baseline = store.current();
  if (!baseline) throw missing(store);
  const now = await surveyHere(baseline.head.scope);
  const found = differences(baseline.lines, now, namesOf(loadAccounts()));
  const status = now.troubles.length > 0 ? STATUS.unreadable : foundStatus(found);
  stdout.write(
    isJson ? `${JSON.stringify({ ...checkJson(baseline, found, now), status })}\n` : checkText(baseline, found, now),
  );
  if (!isJson) for (const line of troubleLines(now)) stderr.write(`find-textd: ${line}\n`);
  if (store.waiting()) stderr.write('find-textd: a new baseline waits for its signature: find-textd baseline export\n');
  store.record({
    at: new Date().toISOString(),
    kind: 'checked',
    number: baseline.head.number,
    hash: baseline.hash,
    by: whoTypes(),
    counts: { added: found.added.length, removed: found.removed.length, changed: found.changed.length },
    entries: now.lines.length,
    errors: now.troubles.length,
    status,
  });
  return status;
}

function missing(store: BaselineStore): FindTextError {
  const isWaiting = store.waiting() !== undefined;
  return new FindTextError(
    'FT_STORE_MISSING',
    `check the baseline: ${isWaiting ? 'its signature is missing' : 'there is none yet'}`,
    {
      hint: isWaiting
        ? 'find-textd baseline export, sign it, find-textd baseline import'
        : '`find-textd baseline create PATH` makes it, of the files and folders that you name',
    },
  );
}

/** That a check failed counts, too. */
function recordFailed(store: BaselineStore, status: number): void {
  try {
    store.record({ at: new Date().toISOString(), kind: 'checked', number: null, hash: null, by: whoTypes(), status });
  } catch {
    // There is no folder to write to: nothing was ever made.
  }
}

/** Rules that ask for reads, and audit rules that are older than they. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readNotedReads } from '../../../indexer/audit/log/noted-reads.js';
import { findOwnLogs } from '../../../indexer/audit/log/own-logs.js';
import type { ReadWatch } from '../../../indexer/audit/plugin/audit-config.js';
import { MISSED_READS_NOTE, MissedReads, readsMissed } from '../../../indexer/notify/missed-reads.js';
import { parseNotify } from '../../../indexer/notify/rules/parse-notify.js';
import { readsOf } from '../../../indexer/notify/rules/reads-of-rules.js';
import { Notes, openNotify } from '../../../indexer/notify/store.js';
import { watchedByAudit } from '../../helpers/audit-setup.js';
import { tempFolder } from '../../helpers/temp.js';

const PLACES = { home: '/root', realPath: (path: string) => path, exists: () => true };

let root: Buffer;
let auditConfig: string;

beforeEach(() => {
  const folder = tempFolder();
  auditConfig = join(folder, 'audit.json');
  root = Buffer.from(join(folder, 'tree'));
  mkdirSync(join(root.toString(), 'secret'), { recursive: true });
});

/** `a: secret opened, denied; b: . opened` */
function rules(...texts: string[]) {
  const blocks = texts.map((text) => {
    const [, name, path, events = '', exe] = /^(\w+): (\S+) ([\w, ]+?)(?: but (\S+))?$/.exec(text) ?? [];
    const ignore = exe ? `ignore = [{ exe = "${exe}" }]\n` : '';
    const list = JSON.stringify(events.split(', '));
    return `[[notify]]\nname = "${name}"\npaths = ["${join(root.toString(), path ?? '')}"]\nevents = ${list}\nto = []\n${ignore}`;
  });
  return parseNotify(blocks.join(''), 'config.toml', { roots: [root], places: PLACES }).compiled;
}

async function missed(installed: ReadWatch | undefined, ...texts: string[]): Promise<Record<string, string[]>> {
  await watchedByAudit(auditConfig, root, installed);
  const found = readsMissed({ rules: rules(...texts), roots: [root], auditConfig });
  return Object.fromEntries([...found].map(([name, kinds]) => [name, [...kinds]]));
}

describe('reads that a rule asks for', () => {
  it('are missed until audit tells of them', async () => {
    const asked = ['a: secret opened, denied', 'b: . created'];
    expect(await missed(undefined, ...asked)).toEqual({ a: ['opened', 'denied'] });
    expect(await missed(readsOf(rules('a: secret opened'), root), ...asked)).toEqual({ a: ['denied'] });
    expect(await missed(readsOf(rules(...asked), root), ...asked)).toEqual({});
  });

  it('are missed in folders that are no part of those that are told', async () => {
    const told = readsOf(rules('a: secret opened'), root);
    expect(await missed(told, 'a: secret/deep opened', 'b: . opened')).toEqual({ b: ['opened'] });
  });

  it('are missed of a program that the rule does not ignore any more', async () => {
    const told = readsOf(rules('a: . opened but /usr/bin/env'), root);
    expect(await missed(told, 'a: . opened but /usr/bin/env')).toEqual({});
    expect(await missed(told, 'a: . opened')).toEqual({ a: ['opened'] });
  });

  it('are what there is where a rule names all events', async () => {
    expect(await missed(undefined, 'a: . any')).toEqual({});
  });

  it('are not known to be missed without audit, or with a plugin that does not say', async () => {
    const asked = { rules: rules('a: . opened'), roots: [root], auditConfig };
    expect(readsMissed(asked).size).toBe(0);
    await watchedByAudit(auditConfig, root, undefined);
    const [log] = findOwnLogs(auditConfig).logs;
    expect(readNotedReads(log?.directory ?? '')).toBeNull();
    expect(readNotedReads(join(log?.directory ?? '', 'none'))).toBeUndefined();
  });
});

describe('what is missed', () => {
  it('is said once, and noted until it is so no more', async () => {
    const notices: string[] = [];
    const db = openNotify(tempFolder());
    onTestFinished(() => void db.close());
    const noted = () => new Notes(db).get(MISSED_READS_NOTE);
    const watch = new MissedReads({
      asked: { rules: rules('a: . opened'), roots: [root], auditConfig },
      db,
      listener: { noticed: (text) => notices.push(text) },
    });
    await watchedByAudit(auditConfig, root, undefined);
    for (let time = 0; time < 2; time++) watch.look();
    expect(notices).toEqual([expect.stringMatching(/^the rule "a" asks for opened: .*sudo find-textd audit install/)]);
    expect(noted()).toEqual(['the rule "a" asks for opened']);
    await watchedByAudit(auditConfig, root, readsOf(rules('a: . opened'), root));
    watch.look();
    expect([notices.length, noted()]).toEqual([1, []]);
  });
});

/** With a real auditd: who read a file, and who was not allowed to, where a rule asks for it. find-text's own reads are not among it. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EventLine } from '../../indexer/commands/events.js';
import { AUDIT_TEST_MS, whyNoAudit } from '../helpers/audit-machine.js';
import { startWorld } from '../helpers/audit-world.js';
import { type TestEnv, until } from '../helpers/test-env.js';

const whyNot = whyNoAudit();
const ANN = 12_345;
const BOB = 12_346;
/** Its reads are of no interest. */
const IGNORED = '/usr/bin/perl';
const MANY = 500;

const RULE = `
[[notify]]
name = "readers"
paths = ["."]
events = ["opened", "denied"]
to = []
ignore = [{ exe = "${IGNORED}" }]
`;
const YOUNGER = '[[notify]]\nname = "younger"\npaths = ["."]\nevents = ["opened"]\nto = []\n';
const PREPARE = `
echo text > read.txt
echo text > secret.txt
chmod 600 secret.txt
chmod 666 read.txt
mkdir many
for name in $(seq ${MANY}); do echo text > many/$name; done
`;

function as(user: number, script: string, cwd: string): void {
  const become = `echo ${user} > /proc/self/loginuid; exec setpriv --reuid ${user} --regid ${user} --clear-groups sh -c "$0"`;
  execFileSync('sh', ['-ec', become, script], { cwd, stdio: 'ignore' });
}

/** `open read.txt by 12345 cat` */
function told(env: TestEnv): string[] {
  const lines = env.run('find-textd', 'events', '--json').stdout.split('\n').filter(Boolean);
  return lines.map((line) => {
    const { kind, path, who } = JSON.parse(line) as EventLine;
    return `${kind} ${path.replace(`${env.tree}/`, '')} by ${who?.auid} ${who?.comm}`;
  });
}

function reads(env: TestEnv): string[] {
  return told(env).filter((line) => /^(?:open|close|denied) /.test(line));
}

async function untilTold(env: TestEnv, line: string): Promise<void> {
  await until(
    () => `this is told: ${line}\nnot only:\n${reads(env).join('\n')}`,
    () => told(env).includes(line),
  );
}

describe.skipIf(whyNot)(`who reads${whyNot ? ` (not here: ${whyNot})` : ''}`, { timeout: AUDIT_TEST_MS }, () => {
  it('is told where a rule asks for it, and writes are indexed all the same', async () => {
    const wishes = { isOpened: true, isDenied: true, exes: [IGNORED] };
    const { env } = await startWorld({ prepare: PREPARE, settings: RULE, reads: wishes });
    chmodSync(env.home, 0o755);
    chmodSync(env.tree, 0o777);
    await env.untilSettled();

    as(ANN, 'cat read.txt', env.tree);
    await untilTold(env, `open read.txt by ${ANN} cat`);
    expect(reads(env)).toEqual([`open read.txt by ${ANN} cat`]);

    as(BOB, 'cat secret.txt; head -c 1 secret.txt; (echo more >> secret.txt); true', env.tree);
    for (const program of ['cat', 'head', 'sh']) await untilTold(env, `denied secret.txt by ${BOB} ${program}`);

    const rewrite = 'open(F, "+<", "read.txt"); print F "rewritten"; close(F); open(F, "<", "read.txt"); <F>';
    as(ANN, `perl -e '${rewrite}'; grep -r text many; tail -c 1 read.txt`, env.tree);
    await untilTold(env, `write read.txt by ${ANN} perl`);
    await untilTold(env, `open read.txt by ${ANN} tail`);
    expect(reads(env).filter((line) => line.endsWith(' perl'))).toEqual([]);
    expect(new Set(reads(env).filter((line) => line.endsWith(' grep'))).size).toBe(MANY);
    expect(reads(env).filter((line) => line.endsWith(' grep'))).toHaveLength(MANY);
    await env.untilSettled();
    expect(reads(env).filter((line) => !/ (?:cat|head|sh|grep|tail)$/.test(line))).toEqual([]);
    await env.untilFound('rewritten', ['read.txt']);

    // The rules of the kernel leave out a program that this one does not ignore.
    const missed = () => env.status().integrity?.missedReads;
    expect(missed()).toEqual([]);
    appendFileSync(join(env.env.XDG_CONFIG_HOME as string, 'find-text/config.toml'), YOUNGER);
    await until('it is said that reads are missed', () => missed()?.length === 1);
    expect(missed()).toEqual(['the rule "younger" asks for opened']);
  });
});

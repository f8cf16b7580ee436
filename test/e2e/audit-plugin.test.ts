/** What processes do to files of a watched folder, as it arrives in the change log of a real auditd with the real plugin. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ChangeLogReader } from '../../indexer/audit/log/log-reader.js';
import type { LogItem } from '../../indexer/audit/log/read-log-line.js';
import { pathText } from '../../shared/path-text.js';
import { AUDIT_TEST_MS, auditState, whyNoAudit } from '../helpers/audit-machine.js';
import { Auditd } from '../helpers/auditd.js';
import { tempFolder } from '../helpers/temp.js';
import { until } from '../helpers/test-env.js';

const whyNot = whyNoAudit();
const FILES = 5000;

class Watched {
  readonly items: LogItem[] = [];
  readonly reader: ChangeLogReader;

  static async start(): Promise<Watched> {
    const tree = tempFolder();
    return new Watched(tree, await Auditd.start([tree]));
  }

  private constructor(
    readonly tree: string,
    readonly auditd: Auditd,
  ) {
    this.reader = new ChangeLogReader(auditd.logDirectory(tree), Buffer.from(tree));
    onTestFinished(() => this.reader.close());
  }

  /** Runs it in a process of its own: those from before auditing was switched on are not seen. */
  sh(script: string): void {
    execFileSync('/bin/sh', ['-ec', script], { cwd: this.tree, env: { PATH: process.env.PATH }, stdio: 'pipe' });
  }

  async until(what: string, condition: () => boolean): Promise<void> {
    await until(what, async () => {
      this.items.push(...(await this.reader.read()).items);
      return condition();
    });
  }

  gaps(): string[] {
    return this.items.flatMap((item) => (item.kind === 'gap' ? [item.reason] : []));
  }

  /** Kind, last part of the name (of both names), program. */
  changes(): string[] {
    const nameOf = (place: { path: Buffer | null; name: Buffer | null } | null) =>
      place ? pathText(place.path ?? place.name ?? Buffer.from('?')).replace(/.*\//, '') : '';
    return this.items.flatMap((item) =>
      item.kind === 'gap'
        ? []
        : [[item.kind, nameOf(item.from), nameOf(item.to), item.who.comm].filter(Boolean).join(' ')],
    );
  }
}

describe.skipIf(whyNot)(
  `the change log of a real auditd${whyNot ? ` (not here: ${whyNot})` : ''}`,
  { timeout: AUDIT_TEST_MS },
  () => {
    it('says what was done to which file, by which program', async () => {
      const watched = await Watched.start();
      watched.sh(
        'touch new; mv new old; mkdir folder; cp old folder/copy; ln old link; ln -s old soft; chmod 600 old; rm -r folder; touch end',
      );
      await watched.until('the last change has come', () => watched.changes().includes('create end touch'));
      expect(watched.changes()).toEqual([
        'create new touch',
        'rename new old mv',
        'mkdir folder mkdir',
        'create copy cp',
        'link old link ln',
        'symlink soft ln',
        'attrib old chmod',
        'delete copy rm',
        'rmdir folder rm',
        'create end touch',
      ]);
      expect(watched.gaps()).toEqual([]);
      expect(watched.items[0]).toMatchObject({ who: { uid: 0, exe: expect.stringMatching(/\/touch$/) } });
    });

    it('loses nothing while an archive is unpacked, in bounded memory', async () => {
      const watched = await Watched.start();
      const source = tempFolder();
      for (let folder = 0; folder < FILES / 100; folder++) {
        mkdirSync(join(source, `folder ${folder}`));
        for (let file = 0; file < 100; file++)
          writeFileSync(join(source, `folder ${folder}`, `${folder}-${file}.txt`), 'text');
      }
      const archive = join(tempFolder(), 'archive.tar');
      execFileSync('tar', ['-cf', archive, '-C', source, '.']);
      const { lost } = auditState();
      watched.sh(`tar -xf '${archive}'; touch end`);
      await watched.until('the last change has come', () => watched.changes().includes('create end touch'));
      const created = new Set(watched.changes().filter((change) => /^create .*\.txt tar$/.test(change)));
      expect(created.size).toBe(FILES);
      expect(watched.gaps()).toEqual([]);
      expect(auditState().lost).toBe(lost);
      const peak = /^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${watched.auditd.pluginPid}/status`, 'utf8'));
      expect(Number(peak?.[1])).toBeLessThan(80_000);
    });

    it('tells a gap after the plugin was killed, and goes on', async () => {
      const watched = await Watched.start();
      await watched.auditd.killPlugin();
      await watched.until('a gap and a later change have come', () => {
        watched.sh('touch again');
        return (
          watched.gaps().includes('plugin-start') && watched.changes().some((change) => /again touch$/.test(change))
        );
      });
    });

    it('tells a gap after its log was removed, and makes a new one', async () => {
      const watched = await Watched.start();
      rmSync(watched.auditd.logDirectory(watched.tree), { recursive: true });
      await watched.until('a gap and a later change have come', () => {
        watched.sh('touch again');
        const { length } = watched.gaps();
        return length > 0 && watched.changes().some((change) => /again touch$/.test(change));
      });
      expect(watched.gaps()).toContain('log-lost');
    });

    it('tells a gap when the watched folder is removed, whose rule goes with it', async () => {
      const watched = await Watched.start();
      execFileSync('/bin/rm', ['-r', watched.tree], { cwd: '/' });
      await watched.until('the gap has come', () => watched.gaps().includes('rule-removed'));
      expect(watched.changes()).toContain(`rmdir ${watched.tree.replace(/.*\//, '')} rm`);
    });
  },
);

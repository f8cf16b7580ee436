/**
 * Three users on one machine with a real auditd, one of them hostile: she learns no name of another's, and blinds nobody. Each
 * test tries one way; what the others did must be in their own logs, and nothing of it in hers.
 */
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AUDIT_TEST_MS, auditctl, whyNoAudit } from '../helpers/audit-machine.js';
import { Machine } from '../helpers/install-machine.js';
import { until } from '../helpers/test-env.js';

const whyNot = whyNoAudit();
const MALLORY = 12_345;
const ALICE = 12_346;
const BOB = 12_347;
const HOMES = { mallory: MALLORY, alice: ALICE, bob: BOB } as const;

class Users {
  #steps = 0;

  static async start(): Promise<Users> {
    const machine = await Machine.borrow('home', 'srv', 'srv/other');
    const users = new Users(machine);
    for (const [name, uid] of Object.entries(HOMES)) {
      users.folder(`home/${name}`, uid, 0o700);
      appendFileSync(machine.at('etc/passwd'), `${name}:x:${uid}:${uid}::${machine.at('home', name)}:/bin/sh\n`);
    }
    for (const [folder, uid] of [
      ['home/mallory/a', MALLORY],
      ['home/mallory/a/docs', MALLORY],
      ['home/alice/docs', ALICE],
      ['home/bob/docs', BOB],
    ] as const)
      users.folder(folder, uid);
    await machine.startAuditd();
    return users;
  }

  private constructor(readonly machine: Machine) {}

  folder(name: string, uid: number, mode = 0o755): void {
    mkdirSync(this.machine.at(name), { recursive: true });
    chmodSync(this.machine.at(name), mode);
    chownSync(this.machine.at(name), uid, uid);
  }

  install(...names: string[]): Promise<void> {
    return this.machine.install(names);
  }

  /** Loads the rules as the next boot does. */
  loadRules(): void {
    auditctl('-D');
    auditctl('-R', this.machine.parts.paths.rulesFile);
  }

  /** As this user, in his home. */
  sh(uid: number, script: string): void {
    const name = Object.entries(HOMES).find(([, id]) => id === uid)?.[0];
    const cwd = name ? this.machine.at('home', name) : this.machine.borrowed.folder;
    const { status, stderr } = spawnSync('/bin/sh', ['-ec', script], { cwd, uid, gid: uid, encoding: 'utf8' });
    expect({ script, status, stderr }).toEqual({ script, status: 0, stderr: '' });
  }

  /** All that the logs of a user hold. */
  log(uid: number): string {
    const { logDirectory } = this.machine.parts.paths;
    const folders = readdirSync(logDirectory).filter((name) => name.startsWith(`${uid}-`));
    const slots = folders.flatMap((name) => readdirSync(join(logDirectory, name)).map((slot) => join(name, slot)));
    return slots.map((slot) => readFileSync(join(logDirectory, slot), 'utf8')).join('');
  }

  /** What alice and bob do in a folder of theirs arrives at those who are told of it, and mallory learns nothing of it. */
  async keepTheirs(
    where: { alice?: string; bob?: string } = {},
    told: readonly number[] = [ALICE, BOB],
  ): Promise<void> {
    const step = this.#steps++;
    const end = `end-of-secret-${step}`;
    const work = (name: string) =>
      `cd ${name}; mkdir secret-dir-${step}; cd secret-dir-${step}; echo x > secret-${step}; mv secret-${step} secret-b-${step}; ` +
      `chmod 600 secret-b-${step}; cd ..; rm -r secret-dir-${step}; echo x > ${end}; ln ${end} secret-link-${step}; rm secret-link-${step}`;
    this.sh(ALICE, work(where.alice ?? 'docs'));
    this.sh(BOB, work(where.bob ?? 'docs'));
    for (const uid of told) {
      await until(`user ${uid} is told of his own in step ${step}`, () => this.log(uid).includes(end));
      for (const name of [`secret-${step}`, `secret-b-${step}`]) expect(this.log(uid)).toContain(name);
    }
    expect(this.log(MALLORY)).not.toMatch(/secret/);
    expect(this.log(ALICE)).not.toContain('home/bob');
    expect(this.log(BOB)).not.toContain('home/alice');
  }

  /** Mallory's own folder is seen: without that, keeping her from names would be easy. */
  async seeMallorys(folder: string, name: string): Promise<void> {
    this.sh(MALLORY, `echo x > ${folder}/${name}`);
    await until('mallory is told of her own', () => this.log(MALLORY).includes(name));
  }
}

describe.skipIf(whyNot)(
  `three users, one of them hostile${whyNot ? ` (not here: ${whyNot})` : ''}`,
  { timeout: AUDIT_TEST_MS },
  () => {
    it('who swaps a folder above her root for a symlink learns nothing, whoever loads the rules', async () => {
      const users = await Users.start();
      await users.install('home/alice/docs', 'home/bob/docs', 'home/mallory/a/docs');
      await users.keepTheirs();
      await users.seeMallorys('a/docs', 'before');
      users.sh(MALLORY, `mv a a2; ln -s ../alice a`);
      await users.keepTheirs();
      users.loadRules();
      await until('it is told', () => users.log(MALLORY).includes('root-replaced'));
      await users.keepTheirs();
      expect(users.machine.status()).toMatch(/mallory\/a\/docs.*\n {2}trouble: a symbolic link leads elsewhere/);
      await users.install('srv/other');
      expect(users.machine.stdout).toMatch(/mallory\/a\/docs is not watched: a symbolic link leads elsewhere/);
      await users.keepTheirs();
      users.sh(MALLORY, 'rm a; mv a2 a');
      await users.install();
      await users.seeMallorys('a/docs', 'after');
      await users.keepTheirs();
      await users.machine.uninstall();
    });

    it('who makes her root anew, as a symlink or by way of another user, learns nothing', async () => {
      const users = await Users.start();
      await users.install('home/alice/docs', 'home/bob/docs', 'home/mallory/a/docs');
      users.sh(MALLORY, 'rm -r a/docs; ln -s ../../alice/docs a/docs');
      users.loadRules();
      await users.keepTheirs();
      users.sh(MALLORY, 'rm a/docs; chmod 777 a; chmod 711 .');
      users.sh(ALICE, 'mkdir ../mallory/a/docs');
      users.loadRules();
      await until('it is told', () => users.log(MALLORY).includes('root-replaced'));
      // Alice's own rule is not on that folder: only what mallory learns matters here. Bob's events come after hers.
      await users.keepTheirs({ alice: '../mallory/a/docs' }, [BOB]);
      await users.machine.stopAuditd();
      expect(users.log(MALLORY)).not.toMatch(/secret/);
      await users.machine.uninstall();
    });

    it('who flips the symlink all the time learns nothing', async () => {
      const users = await Users.start();
      await users.install('home/alice/docs', 'home/bob/docs', 'home/mallory/a/docs');
      users.sh(MALLORY, 'mv a a2; ln -s a2 a');
      const flip = 'while :; do ln -s ../alice s; mv -T s a; ln -s a2 s; mv -T s a; done';
      const cwd = users.machine.at('home/mallory');
      const flipping = spawn('/bin/sh', ['-c', flip], { cwd, uid: MALLORY, gid: MALLORY, stdio: 'ignore' });
      onTestFinished(() => void flipping.kill('SIGKILL'));
      for (let times = 0; times < 5; times++) {
        users.loadRules();
        await users.keepTheirs();
      }
      await users.machine.uninstall();
    });

    it('who leads the place of her index elsewhere blinds nobody', async () => {
      const users = await Users.start();
      users.folder('home/alice/docs/find-text', ALICE);
      users.folder('home/mallory/.local', MALLORY);
      await users.install('home/alice/docs', 'home/bob/docs', 'home/mallory');
      users.sh(
        MALLORY,
        'rm -rf .local; mkdir .local; ln -s ../../alice/docs .local/share; ln -s ../../alice/docs .local/state',
      );
      users.loadRules();
      await users.keepTheirs({ alice: 'docs/find-text' });
      await users.install('home/mallory');
      await users.keepTheirs({ alice: 'docs/find-text' });
      expect(auditctl('-l')).not.toMatch(/never.*home/);
      await users.machine.uninstall();
    });

    it('whose root holds the closed folder of another user, watched or not, learns nothing of it', async () => {
      const users = await Users.start();
      users.folder('home/mallory/a/docs/alice', ALICE, 0o700);
      users.folder('home/mallory/a/docs/bob', BOB, 0o700);
      users.sh(MALLORY, 'chmod 711 . a a/docs');
      await users.install('home/mallory/a/docs', 'home/mallory/a/docs/alice', 'home/alice/docs', 'home/bob/docs');
      await users.keepTheirs({ alice: '../mallory/a/docs/alice' });
      users.sh(BOB, 'cd ../mallory/a/docs/bob; mkdir -p d/e; echo x > d/e/secret; mv d/e/secret d/e/secret2; rm -r d');
      await users.keepTheirs();
      await users.seeMallorys('a/docs', 'hers');
      await users.machine.uninstall();
    });

    it('who lays links to the folders of others into her root, or gets a file of theirs, learns what it is called there', async () => {
      const users = await Users.start();
      await users.install('home/mallory/a/docs', 'home/alice/docs', 'home/bob/docs');
      users.sh(MALLORY, 'chmod 711 . a; chmod 777 a/docs; ln -s ../../../alice/docs a/docs/way; echo x > a/docs/hard');
      users.sh(ALICE, 'echo x > ../mallory/a/docs/way/secret-by-her-way; rm ../mallory/a/docs/way/secret-by-her-way');
      users.sh(ALICE, 'ln -s ../mallory/a/docs secret-way; echo x > secret-way/given; cd secret-way; mv given given2');
      users.sh(ALICE, 'echo x > docs/secret-source; mv docs/secret-source ../mallory/a/docs/present');
      users.sh(0, 'ln home/alice/docs/secret-hard home/mallory/a/docs/h 2>/dev/null || true');
      users.sh(ALICE, 'echo x > docs/secret-hard');
      users.sh(0, 'ln home/alice/docs/secret-hard home/mallory/a/docs/h; echo y > home/alice/docs/secret-hard');
      await until('mallory has got it', () => /present/.test(users.log(MALLORY)));
      await users.keepTheirs();
      await users.seeMallorys('a/docs', 'hers');
      await users.machine.uninstall();
    });

    it('whose names have line feeds and escapes forges no line, and obeys no terminal', async () => {
      const users = await Users.start();
      await users.install('home/mallory/a/docs', 'home/alice/docs', 'home/bob/docs');
      users.sh(MALLORY, `cd a/docs; touch "$(printf 'a\\n{"kind":"gap"}\\033[2Jevil')"`);
      await until('it is told', () => users.log(MALLORY).includes('evil'));
      const lines = users.log(MALLORY).split('\n');
      expect(lines.filter((line) => line.startsWith('{"kind":"gap"}'))).toEqual([]);
      expect(users.machine.status()).not.toMatch(/[^\n -~]/);
      await users.keepTheirs();
      await users.machine.uninstall();
    });

    it('cannot read what others have, nor which folders of theirs are watched', async () => {
      const users = await Users.start();
      await users.install('home/mallory/a/docs', 'home/alice/docs', 'home/bob/docs');
      const { configFile, rulesFile, logDirectory, statusFile } = users.machine.parts.paths;
      expect(statSync(configFile).mode & 0o077).toBe(0);
      expect(statSync(rulesFile).mode & 0o007).toBe(0);
      expect(readFileSync(statusFile, 'utf8')).not.toContain('home');
      for (const folder of readdirSync(logDirectory)) {
        expect(folder).toMatch(/^\d+-[0-9a-f]+$/);
        for (const slot of readdirSync(join(logDirectory, folder)))
          expect(statSync(join(logDirectory, folder, slot)).mode & 0o077).toBe(0);
      }
      await users.machine.uninstall();
    });
  },
);

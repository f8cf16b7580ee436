/** What debian/ says of the package, and that it names what the build makes. `npm run deb` builds it. */
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { unitOf } from '../../indexer/commands/install/unit.js';
import { tempFolder } from '../helpers/temp.js';

const TOP = fileURLToPath(new URL('../..', import.meta.url));

interface Contents {
  debianFiles(made: object): Record<string, string>;
  nodeDependency(abi: string): string;
  runtimeFiles(cpu: string): string[];
  readonly ELSEWHERE: readonly string[];
  readonly LEFT_OUT: readonly string[];
}

const { debianFiles, nodeDependency, runtimeFiles, ELSEWHERE, LEFT_OUT } = (await import(
  join(TOP, 'packaging/deb/contents.mjs')
)) as Contents;

const files = debianFiles({
  version: '1.2.3',
  abi: '115',
  maintainer: 'Ann <ann@example.org>',
  date: new Date('2026-05-01T10:00:00Z'),
  licence: 'MIT License\n',
  licences: 'library 1.0.0: MIT\n',
});

describe('the Debian package', () => {
  it('depends on the nodejs whose ABI its native parts have, within what package.json says', () => {
    expect(nodeDependency('115')).toBe('nodejs (>= 20.19), nodejs (<< 21~)');
    expect(nodeDependency('127')).toBe('nodejs (>= 22), nodejs (<< 23~)');
    expect(nodeDependency('137')).toBe('nodejs (>= 24)');
    expect(nodeDependency('147')).toBe('nodejs (>= 24)');
    expect(() => nodeDependency('111')).toThrow('ABI 111');
    const { engines } = JSON.parse(readFileSync(join(TOP, 'package.json'), 'utf8'));
    expect(engines.node).toBe('>=20.19');
    expect(files.control).toContain(`Depends: ${nodeDependency('115')}, \${shlibs:Depends}, \${misc:Depends}\n`);
  });

  it('has a changelog as dpkg reads it', () => {
    expect(files.changelog).toMatch(/^find-textd \(1\.2\.3-1\) unstable; urgency=medium\n\n {2}\* .*\n\n -- Ann <ann@/);
    expect(files.changelog).toContain('>  Fri, 01 May 2026 10:00:00 +0000\n');
  });

  it('names what the build makes, and programs on the PATH', () => {
    const sources = (files.install as string).split('\n').flatMap((line) => line.split(' ')[0] || []);
    const built = [...sources, (files.manpages as string).trim()].map((each) =>
      each.replace('package/', '').replace('elsewhere/', 'dist/'),
    );
    const ours = built.filter((each) => each.startsWith('dist'));
    expect(ours.length).toBe(5);
    expect(ours.filter((pattern) => matching(pattern).length === 0)).toEqual([]);
    const apart = [...ELSEWHERE, ...LEFT_OUT].filter((name) => !existsSync(join(TOP, 'dist', name)));
    expect(apart).toEqual([]);
    expect(files.links).toContain('usr/lib/find-textd/dist/find-text.js usr/bin/find-text\n');
  });

  it('has the native parts of this machine, and licences of what is inside', () => {
    const missing = runtimeFiles(process.arch).filter((file) => !existsSync(join(TOP, 'node_modules', file)));
    expect(missing).toEqual([]);
    const folder = tempFolder();
    for (const file of runtimeFiles(process.arch))
      cpSync(join(TOP, 'node_modules', file), join(folder, 'node_modules', file));
    const { load } = createRequire(join(folder, 'program.js'))('koffi');
    expect(load(null).func('int getpid()')()).toBe(process.pid);
    expect(files.copyright).toMatch(/^MIT License\n[\s\S]*library 1\.0\.0: MIT\n$/);
    const licences = readFileSync(join(TOP, 'dist/licences.txt'), 'utf8');
    for (const name of ['flexsearch', 'better-sqlite3', 'commander', '@hyzyla/pdfium'])
      expect(licences).toContain(`${name} `);
  });

  it('has a unit that starts what it installs', () => {
    const unit = unitOf({ node: '/usr/bin/node', file: '/usr/lib/find-textd/dist/find-textd.js' });
    expect(unit).toMatch(/^\[Unit\]\n/);
    expect(unit).toContain('ExecStart=/usr/bin/node /usr/lib/find-textd/dist/find-textd.js run\n');
  });
});

/** Of the checkout; a star stands for a whole name, or for one before its ending. */
function matching(pattern: string): string[] {
  const [folder, name] = [join(TOP, pattern, '..'), pattern.slice(pattern.lastIndexOf('/') + 1)];
  return readdirSync(folder).filter((each) => name === each || (name.startsWith('*') && each.endsWith(name.slice(1))));
}

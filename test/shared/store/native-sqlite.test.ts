/** Which better-sqlite3 a Node loads, and what is said where it cannot be loaded. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nativeFile, sqlitePackage, whyNotLoaded } from '../../../shared/store/native-sqlite.mjs';

const TOP = fileURLToPath(new URL('../../..', import.meta.url));
const INSTALLED = join(TOP, 'node_modules');
const missing = Object.assign(new Error("Cannot find module 'better-sqlite3-napi/package.json'"), {
  code: 'MODULE_NOT_FOUND',
});

describe('sqlitePackage', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '23.11.1'])('is version 12 for Node %s', (version) => {
    expect(sqlitePackage(version)).toBe('better-sqlite3');
    expect(nativeFile(version)).toBe('build/Release/better_sqlite3.node');
  });

  it.each(['24.0.0', '24.21.0', '26.1.0', '100.0.0'])('is version 13 for Node %s', (version) => {
    expect(sqlitePackage(version)).toBe('better-sqlite3-napi');
    expect(nativeFile(version)).toMatch(/^prebuilds\/linux(musl)?-\w+\.node$/);
  });

  it('has its native part here, the one that the library itself would take', () => {
    expect(existsSync(join(INSTALLED, sqlitePackage(), nativeFile()))).toBe(true);
    const { glibcVersionRuntime } = (process.report.getReport() as { header: Record<string, string> }).header;
    expect(nativeFile('24.0.0').includes('musl')).toBe(glibcVersionRuntime === undefined);
    const { version } = JSON.parse(readFileSync(join(INSTALLED, sqlitePackage(), 'package.json'), 'utf8'));
    expect(version.split('.')[0]).toBe(sqlitePackage() === 'better-sqlite3' ? '12' : '13');
  });
});

describe('whyNotLoaded', () => {
  it('names the tools that compile version 12 where it is missing', () => {
    const { why, hint } = whyNotLoaded(missing, '22.1.0');
    expect(why).toMatch(/^there is no native part of better-sqlite3 12 for this Node \(v22\.1\.0, .*\)$/);
    expect(hint).toMatch(/make, g\+\+ and python3: .* or use Node 24/);
  });

  it.each([
    ['20.19.0', new Error('was compiled against a different Node.js version using NODE_MODULE_VERSION 127')],
    ['24.1.0', missing],
  ])('tells of another Node, for %s', (version, error) => {
    const { why, hint } = whyNotLoaded(error, version);
    expect(why).toContain(`installed with another Node than this one (v${version}, `);
    expect(hint).toContain('npm install -g');
  });

  it('says that the C library is too old', () => {
    const error = new Error("/lib/libc.so.6: version `GLIBC_2.34' not found");
    const { why, hint } = whyNotLoaded(error, '24.1.0');
    expect(why).toMatch(/newer C library: .*GLIBC_2\.34/);
    expect(hint).toContain('Node 20.19 or 22');
  });
});

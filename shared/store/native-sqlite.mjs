/**
 * Which better-sqlite3 a Node loads, and the file of its native part. Version 12 is compiled for one ABI, and aborts the
 * process under Node 24 and newer; version 13 has ready-made parts, which do not run under Node 20. Plain JavaScript: the
 * set-up asks before there is a compiler.
 */
import { closeSync, openSync, readSync } from 'node:fs';

const [TWELVE, THIRTEEN] = ['better-sqlite3', 'better-sqlite3-napi'];
/** Of a program its interpreter stands in here. */
const HEAD_BYTES = 4096;

/** @param node  as process.versions.node */
export function sqlitePackage(node = process.versions.node) {
  return Number.parseInt(node, 10) < 24 ? TWELVE : THIRTEEN;
}

/** Below the folder of its package. */
export function nativeFile(node = process.versions.node) {
  if (sqlitePackage(node) === TWELVE) return 'build/Release/better_sqlite3.node';
  return `prebuilds/linux${isMusl() ? 'musl' : ''}-${process.arch}.node`;
}

/** @param error  of loading it. @param version  as process.versions.node. @returns for people */
export function whyNotLoaded(error, version = process.versions.node) {
  const why = error instanceof Error ? error.message : String(error);
  const node = `v${version}, ${process.execPath}`;
  if (sqlitePackage(version) === THIRTEEN) {
    if (!['x64', 'arm64'].includes(process.arch))
      return { why: `better-sqlite3 13 has no native part for ${process.arch}`, hint: OLDER };
    if (/GLIBC/.test(why)) return { why: `better-sqlite3 13 needs a newer C library: ${why}`, hint: OLDER };
  } else if (/^Cannot find|\.node: cannot open/.test(why))
    return {
      why: `there is no native part of better-sqlite3 12 for this Node (${node})`,
      hint: 'npm compiles it with make, g++ and python3: install these, then find-text anew; or use Node 24, which needs none',
    };
  return {
    why: `find-text was installed with another Node than this one (${node})`,
    hint: 'install it anew with this one: `npm install -g` as before, in a checkout `npm ci`; or start it with the other one',
  };
}

const OLDER = 'install find-text with Node 20.19 or 22 here, and start it with that one';

/** better-sqlite3 looks into /proc/self/maps, 0.3 ms at each start. */
function isMusl() {
  let program;
  try {
    program = openSync(process.execPath, 'r');
    const head = Buffer.alloc(HEAD_BYTES);
    readSync(program, head, 0, HEAD_BYTES, 0);
    return head.includes('/ld-musl-');
  } catch {
    return false;
  } finally {
    if (program !== undefined) closeSync(program);
  }
}

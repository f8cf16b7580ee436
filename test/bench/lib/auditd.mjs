/**
 * A real auditd with the real plugin for measurements, as root: a configuration of its own, and the machine's audit borrowed by
 * the tests' helper, so that tests and benchmarks never use it at the same time. Used by audit-plugin.mjs and sections.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '../../..');
/** Of the one rule. */
export const KEY = 'find-text-be2c4';

/**
 * Calls `use` with the borrowed audit, and puts everything back.
 * @returns what `use` returned; a text that says why nothing can be measured here.
 */
export async function withAudit(scratch, use) {
  const machine = await loadMachine(scratch);
  const why = machine.whyNoAudit();
  if (why) return why;
  const folder = machine.runFolder();
  chmodSync(folder, 0o755);
  const borrowed = await machine.borrow({ folder, keys: [KEY] });
  try {
    return await use({ machine, borrowed });
  } finally {
    machine.giveBack();
  }
}

async function loadMachine(scratch) {
  const outfile = join(scratch, 'audit-machine.mjs');
  buildSync({
    entryPoints: [join(ROOT, 'test/helpers/audit-machine.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  return import(outfile);
}

/** auditd and, unless `hasPlugin` is false, the plugin at work; without a rule yet. */
export async function startAuditd({ machine, borrowed }, tree, { hasPlugin = true } = {}) {
  const setup = writeSetup(borrowed.folder, tree, hasPlugin);
  const auditd = spawn('auditd', ['-n', '-c', setup.folder], { stdio: 'ignore' });
  const ended = new Promise((resolve) => auditd.on('exit', resolve));
  machine.note({ ...borrowed, auditdPid: auditd.pid });
  await until(
    'auditd runs',
    () => machine.auditState().pid === auditd.pid && (!hasPlugin || existsSync(setup.statusFile)),
  );
  return {
    ...setup,
    pid: auditd.pid,
    addRule: () => machine.auditctl('-a', 'always,exit', '-F', `dir=${tree}`, '-F', 'perm=wa', '-F', `key=${KEY}`),
    stop: async () => {
      auditd.kill('SIGTERM');
      await ended;
      spawnSync('auditctl', ['-D', '-k', KEY]);
      rmSync(setup.folder, { recursive: true });
    },
  };
}

function writeSetup(base, tree, hasPlugin) {
  const folder = join(base, 'setup');
  const [config, program, plugins] = ['audit.json', 'find-text-audit', 'plugins.d'].map((name) => join(folder, name));
  mkdirSync(plugins, { recursive: true, mode: 0o750 });
  const statusFile = join(folder, 'status.json');
  const root = { path: tree, uid: 0, gid: 0, key: KEY };
  const account = { uid: 65_529, gid: 65_529 };
  const limits = { maxLogBytes: 64 << 20, maxLogs: 4 };
  const rest = { runAs: account, roots: [root], leaveOut: { paths: [], actors: [] } };
  writeFileSync(
    config,
    JSON.stringify({ version: 1, logDirectory: join(folder, 'log'), statusFile, ...limits, ...rest }),
    { mode: 0o644 },
  );
  copyFileSync(join(ROOT, 'dist/find-text-audit.js'), program);
  const actions = ['space_left', 'admin_space_left', 'disk_full', 'disk_error'].map(
    (what) => `${what}_action = IGNORE`,
  );
  const conf = [
    'local_events = yes',
    'write_logs = no',
    'log_format = ENRICHED',
    'q_depth = 20000',
    `plugin_dir = ${plugins}`,
  ];
  writeFileSync(join(folder, 'auditd.conf'), lines('space_left = 2', 'admin_space_left = 1', ...actions, ...conf), {
    mode: 0o640,
  });
  const plugin = ['active = yes', 'direction = out', `path = ${process.execPath}`, `args = ${program} ${config}`];
  if (hasPlugin)
    writeFileSync(join(plugins, 'find-text.conf'), lines(...plugin, 'type = always', 'format = string'), {
      mode: 0o640,
    });
  return { folder, config, statusFile, logs: join(folder, 'log', '0-be2c4') };
}

const lines = (...all) => `${all.join('\n')}\n`;

export async function until(what, condition) {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited a minute until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

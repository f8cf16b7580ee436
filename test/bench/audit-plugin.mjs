/**
 * `node test/bench/audit-plugin.mjs [ROUNDS]`, as root: what watching costs while `tar x` unpacks 40,000 files, with a real
 * auditd. Rounds alternate between no rule, the rule with auditd alone, and the rule with the plugin, so that whatever else the
 * machine does falls on all of them. Exit status 1: a file is missing in the change log, a gap was told, records were lost, or
 * the plugin took more than 80 MB; 2: it could not start.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAuditd, until, withAudit } from './lib/auditd.mjs';

const FILES = 40_000;
const MAX_MB = 80;
const CASES = ['no rule', 'rule', 'rule and plugin'];
const TICKS_PER_SECOND = 100;

async function main(rounds) {
  const scratch = mkdtempSync(join(tmpdir(), 'find-text-bench-audit-'));
  try {
    const archive = makeArchive(scratch);
    const runs = [];
    const why = await withAudit(scratch, async (audit) => {
      for (let round = 0; round < rounds; round++)
        for (const name of CASES) {
          const run = await measure(name, { audit, archive, scratch });
          console.log(JSON.stringify(run));
          runs.push(run);
        }
    });
    if (why) throw new Error(`nothing can be measured: ${why}`);
    return report(runs);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function makeArchive(scratch) {
  const source = join(scratch, 'source');
  for (let at = 0; at < FILES; at++) {
    const folder = join(source, `${Math.floor(at / 2000)}`, `${Math.floor(at / 100)}`);
    if (at % 100 === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file-${at}.txt`), `text ${at}\n`);
  }
  const archive = join(scratch, 'archive.tar');
  must('tar', ['-cf', archive, '-C', source, '.']);
  rmSync(source, { recursive: true });
  return archive;
}

async function measure(name, { audit, archive, scratch }) {
  const tree = join(scratch, 'tree');
  mkdirSync(tree);
  const { machine } = audit;
  const hasPlugin = name === 'rule and plugin';
  const auditd = await startAuditd(audit, tree, { hasPlugin });
  if (name !== 'no rule') auditd.addRule();
  const before = { lost: machine.auditState().lost, kernel: cpuOf(kauditd()) };
  const tar = timed(['tar', '-xf', archive, '-C', tree]);
  if (hasPlugin) await until('the last file is in the log', () => read(auditd.logs).includes(`file-${FILES - 1}.txt`));
  const plugin = childOf(auditd.pid);
  const run = {
    case: name,
    load: loadavg()[0],
    ...tar,
    cpuS: tar.cpuS + cpuOf(kauditd()) - before.kernel + cpuOf(auditd.pid) + (plugin ? cpuOf(plugin) : 0),
    lost: machine.auditState().lost - before.lost,
    ...(plugin && pluginFigures(plugin, auditd)),
  };
  await auditd.stop();
  rmSync(tree, { recursive: true });
  return run;
}

function pluginFigures(pid, { logs }) {
  const text = read(logs);
  const created = new Set(
    [...text.matchAll(/"kind":"create","path":"[^"]*\/file-(\d+)\.txt"|"name":"file-(\d+)\.txt"/g)].map(
      ([, a, b]) => a ?? b,
    ),
  );
  const gaps = [...text.matchAll(/"reason":"([^"]+)"/g)].map(([, reason]) => reason);
  return {
    pluginCpuS: cpuOf(pid),
    pluginMb: Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1000,
    created: created.size,
    gaps: gaps.filter((reason) => !['plugin-start', 'daemon-start', 'rule-added'].includes(reason)),
  };
}

function read(directory) {
  if (!existsSync(directory)) return '';
  return readdirSync(directory)
    .map((name) => readFileSync(join(directory, name), 'latin1'))
    .join('');
}

/** By a shell, which knows the CPU time of its children. */
function timed(argv) {
  const script = `TIMEFORMAT='%R %U %S'; time ${argv.map((word) => `'${word}'`).join(' ')}`;
  const { stderr, status } = spawnSync('bash', ['-c', script], { cwd: '/', encoding: 'utf8' });
  if (status !== 0) throw new Error(`${argv[0]}: ${stderr}`);
  const [wallS, user, system] = stderr.trim().split(' ').map(Number);
  return { wallS, cpuS: user + system };
}

function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function kauditd() {
  return Number(processes().find((pid) => statField(pid, /\((.*)\)/) === 'kauditd'));
}

function childOf(parent) {
  const pid = processes().find((name) => statField(name, /\) \S (\d+)/) === String(parent));
  return pid && Number(pid);
}

function processes() {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

function statField(pid, pattern) {
  try {
    return pattern.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1];
  } catch {
    return undefined;
  }
}

function must(program, args) {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
}

function report(runs) {
  const of = (name, field) =>
    runs
      .filter((run) => run.case === name)
      .map((run) => run[field])
      .sort((a, b) => a - b);
  const least = (name, field) => of(name, field)[0];
  console.log(`\ntar x of ${FILES} files, ${cpus().length} processors, least of ${of('rule', 'wallS').length} rounds:`);
  for (const name of CASES)
    console.log(
      `${name.padEnd(16)} ${least(name, 'wallS').toFixed(1)} s, ${least(name, 'cpuS').toFixed(1)} CPU s (tar, kernel, auditd, plugin)`,
    );
  const ratio = least('rule and plugin', 'wallS') / least('rule', 'wallS');
  console.log(`with the plugin ${((ratio - 1) * 100).toFixed(0)} % slower than the rule alone`);
  const watched = runs.filter((run) => run.case === 'rule and plugin');
  const wrong = watched.filter(
    (run) => run.lost > 0 || run.gaps.length > 0 || run.created !== FILES || run.pluginMb > MAX_MB,
  );
  console.log(wrong.length === 0 ? 'nothing lost, no gap' : `WRONG: ${JSON.stringify(wrong)}`);
  return wrong.length === 0 ? 0 : 1;
}

main(Number(process.argv[2] ?? 3)).then(
  (status) => {
    process.exitCode = status;
  },
  (error) => {
    console.error(`audit-plugin: ${error.stack}`);
    process.exitCode = 2;
  },
);

/** A plan as text: every file with its content, every command, and why. */
import { cleanText } from '../../../shared/path-text.js';
import { readText } from './facts.js';
import type { Plan, PlannedCommand, PlannedFile } from './plan.js';

/** Longer files, that is the plugin, are named only. */
const MAX_SHOWN = 4096;

export function showPlan(plan: Plan): string {
  const { files, after, auditd } = plan;
  return [
    ...files.map(showFile),
    ...after.map(showCommand),
    auditd === 'restart' ? 'restart auditd' : 'send SIGHUP to auditd; restart it if it does not start the plugin',
    '',
  ].join('\n');
}

export function showAdvice({ advice }: Plan): string {
  return advice.map((line) => `note: ${line}\n`).join('');
}

function showCommand({ argv, why }: PlannedCommand): string {
  return `run ${cleanText(argv.join(' '))}  # ${why}`;
}

function showFile({ path, mode, content, why }: PlannedFile): string {
  const old = readText(path);
  const text = content.toString();
  if (old === text) return `keep ${path}`;
  const size = `${content.length} bytes${mode === undefined ? '' : `, mode ${mode.toString(8)}`}`;
  const head = `${old === undefined ? 'write' : 'change'} ${path} (${size})  # ${why}`;
  if (content.length > MAX_SHOWN) return head;
  return [head, ...changedLines(old ?? '', text).map((line) => `    ${cleanText(line)}`)].join('\n');
}

function changedLines(old: string, text: string): string[] {
  const [before, after] = [old.trimEnd().split('\n'), text.trimEnd().split('\n')];
  const gone = before.filter((line) => line !== '' && !after.includes(line)).map((line) => `- ${line}`);
  return [...gone, ...after.filter((line) => old === '' || !before.includes(line)).map((line) => `+ ${line}`)];
}

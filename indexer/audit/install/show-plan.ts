/** A plan as text: every file with its content, every command, and why. */
import { existsSync } from 'node:fs';
import { cleanText } from '../../../shared/paths.js';
import type { Plan, PlannedCommand, PlannedFile } from './plan.js';

/** Longer files are named only: the plugin, and what others have written too. */
const MAX_SHOWN = 4096;

export function showPlan(plan: Plan): string {
  const { before, files, after, auditd } = plan;
  return [
    ...before.map(showCommand),
    ...files.map(showFile),
    ...after.map(showCommand),
    auditd === 'restart' ? 'restart auditd' : 'send SIGHUP to auditd; restart it if it does not start the plugin',
    '',
  ].join('\n');
}

export function showAdvice({ advice }: Plan): string {
  return advice.map((line) => `note: ${line}\n`).join('');
}

function showCommand({ argv, as, why }: PlannedCommand): string {
  return `run ${cleanText(argv.join(' '))}${as ? ` (as user ${as.uid})` : ''}  # ${why}`;
}

function showFile({ path, mode, content, why }: PlannedFile): string {
  const verb = existsSync(path) ? 'replace' : 'write';
  const head = `${verb} ${path} (${content.length} bytes${mode === undefined ? '' : `, mode ${mode.toString(8)}`})  # ${why}`;
  if (content.length > MAX_SHOWN) return head;
  const lines = content.toString().trimEnd().split('\n');
  return [head, ...lines.map((line) => `    ${cleanText(line)}`)].join('\n');
}

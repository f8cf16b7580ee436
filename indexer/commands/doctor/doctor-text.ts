/** What `find-textd doctor` prints for people. Pure. */
import { counted } from '../../../shared/counted.js';
import { cleanText } from '../../../shared/path-text.js';
import type { Diagnosis, Unseen } from './diagnose.js';
import { AREAS, FINDINGS, type Finding } from './finding.js';

export function doctorText({ findings, unseen }: Diagnosis): string {
  const problems = findings.filter(({ finding }) => FINDINGS[finding].level === 'problem');
  const lines = [
    ...findings.flatMap(findingLines),
    ...unseen.flatMap(unseenLines),
    summary(problems.length, findings.length),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 *   problem  folders: other users can write to /home/ann
 *            why      other users could replace …
 *            repair   chmod go-w /home/ann
 */
function findingLines({ finding, text, repair, advice }: Finding): readonly string[] {
  const { area, level, why } = FINDINGS[finding];
  return [
    `${level.padEnd(9)}${area}: ${cleanText(text)}`,
    detail('why', why),
    ...(repair === undefined ? [] : [detail('repair', repair)]),
    ...(advice === undefined ? [] : [detail(repair === undefined ? 'to do' : 'note', cleanText(advice))]),
    '',
  ];
}

function unseenLines({ text, command }: Unseen): readonly string[] {
  const rest = command === undefined ? [] : [detail('see', command)];
  return [`${command === undefined ? 'failed   ' : 'unseen   '}${cleanText(text)}`, ...rest, ''];
}

function detail(what: string, text: string): string {
  return `         ${what.padEnd(9)}${text}`;
}

function summary(problems: number, all: number): string {
  const notes = all > problems ? `, ${counted(all - problems, 'note')}` : '';
  if (problems > 0) return `${counted(problems, 'problem')}${notes}`;
  return `well: no problem found${notes} (${AREAS.join(', ')})`;
}

/** Of the endpoints of integrity monitoring: those of the configuration, and what waits for them. Pure. */
import { counted } from '../../../../shared/counted.js';
import { cleanText } from '../../../../shared/path-text.js';
import { shellWord } from '../../../backup/shell-word.js';
import type { EndpointHealth } from '../../../notify/deliver/health.js';
import type { Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import type { EndpointFacts } from '../look/endpoints.js';
import type { Ways } from '../ways.js';

export function checkEndpoints({ endpoints = [], history }: Facts, ways: Ways): readonly Finding[] {
  const health = history?.status?.endpoints ?? [];
  return [
    ...endpoints.flatMap(ofConfigured),
    ...health.flatMap((each) => ofHealth(each, ways)),
    ...ofDead(health, ways),
  ];
}

function ofConfigured({ name, secret, unreachable }: EndpointFacts): readonly Finding[] {
  if (secret) {
    const { message: text, hint: advice, exposed } = secret;
    const repair = exposed === undefined ? undefined : `chmod 600 ${shellWord(exposed)}`;
    return [{ finding: 'endpoint secret', text, repair, advice }];
  }
  if (!unreachable) return [];
  const { why, hint: advice } = unreachable;
  return [{ finding: 'endpoint unreachable', text: `the endpoint ${name} cannot be reached: ${why}`, advice }];
}

function ofHealth({ name, state, waiting, problem }: EndpointHealth, ways: Ways): readonly Finding[] {
  const why = problem === null ? '' : `: ${cleanText(problem)}`;
  const waits = waiting > 0 ? `, ${counted(waiting, 'message')} waiting` : '';
  const repair = ways.textd('notify', 'enable', shellWord(name));
  switch (state) {
    case 'failing':
      return [{ finding: 'endpoint failing', text: `the endpoint ${cleanText(name)} fails${why}${waits}`, repair }];
    case 'off':
      return [
        { finding: 'endpoint off', text: `the endpoint ${cleanText(name)} is switched off${why}${waits}`, repair },
      ];
    case 'removed':
      return waiting > 0 ? [{ finding: 'endpoint removed', text: removedText(name, waiting), advice: OF_REMOVED }] : [];
    case 'works':
      return [];
  }
}

const OF_REMOVED = 'give an endpoint that name again; a daemon without it gives these messages up';

function removedText(name: string, waiting: number): string {
  return `${counted(waiting, 'message')} waiting for ${cleanText(name)}, which is not configured any more`;
}

function ofDead(health: readonly EndpointHealth[], ways: Ways): readonly Finding[] {
  const dead = health.reduce((sum, each) => sum + each.dead, 0);
  if (dead === 0) return [];
  const text = `${counted(dead, 'message')} ${dead === 1 ? 'was' : 'were'} given up`;
  const repair = ways.textd('notify', 'dead', '--resend', 'all');
  return [{ finding: 'dead letters', text, repair, advice: `\`${ways.textd('notify', 'dead')}\` lists them` }];
}

/** One entry of the history in words: whether it was told, why, and whether its message has arrived. */
import { counted } from '../../../shared/counted.js';
import { cleanText, displayPath } from '../../../shared/path-text.js';
import { timeText } from '../../../shared/who-text.js';
import type { ExplainedEntry, Undelivered } from '../../notify/ledger/explain-entry.js';
import type { Delivery } from '../../notify/ledger/ledger.js';

const DELIVERIES: Readonly<Record<Delivery, string>> = {
  sent: 'told in full',
  'kept back': 'kept back',
  digest: 'not told yet: it waits for the digest of a burst',
  quiet: 'not told yet: it waits for the end of the quiet hours',
  window: 'not told yet: it waits for the end of a change window',
  package: 'not told yet: it waits for the line of its package',
  counted: 'counted',
};

export function entryText(entry: ExplainedEntry): string {
  const { sequence, atMs, kind, path, rule, text, clauses, countedIn, undelivered, delivery } = entry;
  const what = path ? `${kind} ${displayPath(path)}` : cleanText([kind, text].filter(Boolean).join(': '));
  const by = rule === null ? '' : `, rule ${cleanText(rule)}`;
  const inWhat = countedIn
    ? `in entry ${countedIn.sequence}, a ${countedIn.kind.replaceAll('_', ' ')}`
    : 'in a digest that is not kept any more';
  const isTold = delivery === 'sent' || countedIn !== undefined;
  const lines = [
    `entry ${sequence} of the history, ${timeText(atMs)}: ${what}${by}: ${DELIVERIES[delivery]}${delivery === 'counted' ? ` ${inWhat}` : ''}`,
    ...clauses.map(({ clause, isPassed, why }) => `  ${isPassed ? 'yes' : 'no '}  ${clause}: ${cleanText(why)}`),
    ...undelivered.map((message) => `  ${undeliveredText(message)}`),
    ...(isTold && undelivered.length === 0 ? ['  no message with it waits: whoever it was for has taken it'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function undeliveredText({ endpoint, attempts, why }: Undelivered): string {
  const name = cleanText(endpoint);
  if (why !== null) return `${name}: given up: ${cleanText(why)}; \`find-textd notify dead\` sends it again`;
  return `${name}: waits${attempts > 0 ? `, after ${counted(attempts, 'attempt')}` : ''}: \`find-textd status\` says how the endpoint does`;
}

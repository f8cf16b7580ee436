/** A report as a person reads it. Pure; safe on a terminal. */
import { counted, grouped } from '../../../shared/counted.js';
import { cleanText } from '../../../shared/path-text.js';
import { timeText } from '../../../shared/who-text.js';
import { whoText } from './changes.js';
import type {
  BaselineLine,
  ChangeLine,
  CheckLine,
  Count,
  Deliveries,
  GapLine,
  HistoryLine,
  Report,
  Scope,
} from './report-words.js';

const SHOWN_COUNTS = 20;

/** All but the changes, which follow. */
export function reportText(report: Report): string {
  const { made, since, until, host, isMonitored, watch, otherWatches, scope, baselines, checks, comparisons } = report;
  const { gaps, pauses, windows, deliveries, history, totals } = report;
  const from = since === null ? 'the beginning of the history' : at(since);
  const sections = [
    [
      `report of ${host.name}${watch ? ` on \`find-textd watch ${watch.path}\`` : ''}, from ${from} until ${at(until)}, made ${at(made)}`,
      ...(isMonitored ? [] : ['integrity monitoring was never at work here: no [[notify]] rule has ever been loaded']),
      ...otherWatches.map(({ path }) => `not in it: \`find-textd watch ${path}\`, see \`find-textd report ${path}\``),
    ],
    titled('Scope', scopeLines(scope)),
    titled('Baselines', baselines.map(baselineText)),
    titled('Checks against the baseline', checks.map(checkText)),
    titled(
      'Comparisons with the disk',
      comparisons.map((each) => {
        const lost = each.unreachable > 0 ? `, ${grouped(each.unreachable)} could not be reached` : '';
        return `${at(each.at)}  ${counted(each.names, 'name')}, ${counted(each.changes, 'change')} found that no event told of${lost}`;
      }),
    ),
    titled('Gaps: times in which changes may have been missed', gaps.map(gapText)),
    titled(
      'Pauses',
      pauses.map(({ from, to, text }) => `${range(from, to)}  ${text}`),
    ),
    titled(
      'Change windows',
      windows.map(({ from, until, reason, by }) => `${range(from, until)}  by ${by}: ${reason}`),
    ),
    titled('Deliveries', deliveryLines(deliveries)),
    titled('History', historyLines(history)),
    titled('Changes', totalLines(report)),
  ];
  return `${sections.map((lines) => lines.map(cleanText).join('\n')).join('\n\n')}\n${totals.changes > 0 ? '\n' : ''}`;
}

/**
 * `  2026-11-29 10:30:12  17  pii  modified /srv/a  by ann as root (/usr/bin/vim)  (sent)`
 * @param deliveries  of the report
 */
export function changeText(change: ChangeLine, deliveries: Deliveries): string {
  const { sequence, at: time, rule, kind, path, to, origin, delivery, changed } = change;
  const found = origin === 'comparison' ? ', found by comparing' : '';
  const what = changed.length > 0 ? `: ${changed.join(', ')}` : '';
  const names = to === undefined ? path : `${path} -> ${to}`;
  return `${cleanText(`  ${at(time)}  ${sequence}  ${rule}  ${kind} ${names}${what}  by ${whoText(change)}  (${deliveryText(delivery, deliveries)}${found})`)}\n`;
}

/** Where nobody was ever told anything, nothing was sent. */
function deliveryText(delivery: string, { endpoints }: Deliveries): string {
  return delivery === 'sent' && endpoints.length === 0 ? 'recorded' : delivery;
}

function titled(title: string, lines: readonly string[]): string[] {
  return [title, ...(lines.length > 0 ? lines.map((line) => `  ${line}`) : ['  none'])];
}

function scopeLines({ roots, configFile, configSha256, problem, settings, rules, ruleChanges }: Scope): string[] {
  return [
    ...roots.map(({ path }) => `folder ${path}`),
    configFile === null
      ? 'one rule for all that is there, of the command line'
      : `configuration ${configFile}: ${configSha256 === null ? 'there is none' : `SHA-256 ${configSha256}`}`,
    ...(problem === null ? [] : [`the rules cannot be read: ${problem}`]),
    ...(settings === null ? [] : [`rules of the last daemon: digest ${settings}`]),
    ...rules.flatMap(({ name, paths, events, severity, ignore, only, to }) => [
      `rule ${name} (${severity}): ${paths.join(', ')}`,
      `  events ${events.join(', ')}; told to ${to.join(', ') || 'nobody, only recorded'}`,
      ...ignore.map((entry) => `  ignores ${entry}`),
      ...only.map((entry) => `  only ${entry}`),
    ]),
    ...ruleChanges.map((each) => `${at(each.at)}  ${each.text}`),
  ];
}

function baselineText({ at: time, kind, number, by, reason, sha256, isCurrent, signature }: BaselineLine): string {
  const why = reason === null ? '' : `: ${reason}`;
  const now = isCurrent ? `; it counts now, its signature: ${signature ?? 'not known'}` : '';
  return `${at(time)}  baseline ${number ?? '?'} ${kind} by ${by}${why} (SHA-256 ${sha256 ?? '?'})${now}`;
}

function checkText({ at: time, by, baseline, isClean, status, added, removed, changed, errors }: CheckLine): string {
  const found =
    added === null
      ? 'failed'
      : `${added} new, ${removed} removed, ${changed} changed${errors ? `, ${errors} could not be read` : ''}`;
  return `${at(time)}  baseline ${baseline ?? '?'}, by ${by}: ${isClean ? 'nothing differs' : found} (status ${status ?? '?'})`;
}

function gapText({ from, to, folder, reason, comparedAt }: GapLine): string {
  const good = comparedAt === null ? 'not compared since' : `compared at ${at(comparedAt)}`;
  return `${from === null ? 'since a time not known' : ''}${range(from, to)}  ${folder ?? 'everything'}: ${reason}; ${good}`;
}

function deliveryLines({ endpoints, failures, deadLetters }: Deliveries): string[] {
  return [
    ...endpoints.map(
      ({ name, place, state, delivered, waiting, dead }) =>
        `${name}${place && ` (${place})`}: ${state}, ${grouped(delivered)} delivered, ${grouped(waiting)} waiting, ${grouped(dead)} given up`,
    ),
    ...failures.map((each) => `${at(each.at)}  ${each.text}`),
    ...deadLetters.map(({ endpoint, created, firstSequence, lastSequence, why }) => {
      const which = firstSequence === lastSequence ? `${firstSequence}` : `${firstSequence} to ${lastSequence}`;
      return `${at(created)}  given up, to ${endpoint}: entry ${which}: ${why}`;
    }),
  ];
}

function historyLines({ isWhole, fault, first, last, head }: HistoryLine): string[] {
  if (isWhole === null) return [];
  const older = first > 1 ? '; older ones were removed by age' : '';
  return [
    isWhole ? `whole: ${first === 0 ? 'no entries' : `entries ${first} to ${last}`}${older}` : `not whole, ${fault}`,
    `head ${head}`,
    'Who can become root can write all of it anew: compare with a digest that was received elsewhere, `find-textd verify --head`.',
  ];
}

function totalLines({ totals: { changes, rules, kinds, doers, deliveries }, deliveries: told }: Report): string[] {
  if (changes === 0) return [];
  const became = deliveries.map(({ name, count }) => ({ name: deliveryText(name, told), count }));
  return [
    counted(changes, 'change'),
    `by rule: ${countsText(rules)}`,
    `by kind: ${countsText(kinds)}`,
    `by doer: ${countsText(doers)}`,
    `what became of them: ${countsText(became)}`,
  ];
}

function countsText(counts: readonly Count[]): string {
  const rest = counts.slice(SHOWN_COUNTS).reduce((sum, { count }) => sum + count, 0);
  const shown = counts.slice(0, SHOWN_COUNTS).map(({ name, count }) => `${name} ${grouped(count)}`);
  return [...shown, ...(rest > 0 ? [`others ${grouped(rest)}`] : [])].join(', ');
}

function range(from: string | null, to: string | null): string {
  return `${from === null ? '' : at(from)} to ${to === null ? 'now' : at(to)}`;
}

function at(time: string): string {
  return timeText(Date.parse(time));
}

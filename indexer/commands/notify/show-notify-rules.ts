/** `find-textd notify rules`: the rules and endpoints as they were understood, without anything secret. */
import type { Writable } from 'node:stream';
import { cleanText, displayPath } from '../../../shared/path-text.js';
import { readsMissed, WHY_MISSED } from '../../notify/missed-reads.js';
import { loadNotify } from '../../notify/rules/load-notify.js';
import type { Endpoint, NotifyRule, SecretSource, Target } from '../../notify/rules/rule.js';
import { entryText } from '../../notify/rules/rule-text.js';
import { surroundingsIn } from '../rule-surroundings.js';

export interface ShowRulesIo {
  readonly dataDirectory: string;
  readonly configFile: string;
  /** Of the audit plugin. */
  readonly auditConfig: string;
  readonly stdout: Writable;
}

const WHY_UNSEEN =
  'in no folder that is indexed; `roots` has to name one, which a daemon reads when it starts, or on SIGHUP';

/** @throws FindTextError FT_CONFIG_INVALID */
export async function showNotifyRules({ dataDirectory, configFile, auditConfig, stdout }: ShowRulesIo): Promise<void> {
  const surroundings = surroundingsIn(dataDirectory);
  const { roots } = surroundings;
  const { rules, endpoints, compiled } = await loadNotify(configFile, surroundings);
  if (rules.length === 0) return void stdout.write(`there are no rules: ${cleanText(configFile)} has no [[notify]]\n`);
  const places = compiled.map(({ selection }) => selection.places.map(displayPath).join(', '));
  const unseen = compiled.map(({ selection }) => selection.unseen(roots).join(', '));
  const missed = readsMissed({ rules: compiled, roots, auditConfig });
  const texts = [
    ...rules.map((rule, at) => ruleText(rule, places[at] ?? '', [unseen[at] ?? '', missed.get(rule.name)])),
    ...endpoints.map(endpointText),
  ];
  stdout.write(texts.join('\n'));
}

function ruleText(
  rule: NotifyRule,
  places: string,
  [unseen, missed]: readonly [unseen: string, missed: ReadonlySet<string> | undefined],
): string {
  const { name, paths, events, attributes, ignore, only, severity, quiet, to, first, settleMs, kind } = rule;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['paths', paths.join(', ')],
    ['in', places],
    ['not seen', unseen === '' ? undefined : `${unseen}: ${WHY_UNSEEN}`],
    ['events', [...events].join(', ')],
    ['not told', missed && `${[...missed].join(', ')}: ${WHY_MISSED}`],
    ['attributes', attributes && [...attributes].join(', ')],
    ...ignore.map((entry) => ['ignore', entryText(entry)] as const),
    ...only.map((entry) => ['only', entryText(entry)] as const),
    ['severity', severity],
    ['quiet', quiet && `${quiet.from} to ${quiet.to}`],
    ['kind', kind],
    ['first', `${first}`],
    ['settles', `${settleMs} ms`],
    ['told to', to.length > 0 ? to.join(', ') : 'nobody, only recorded'],
  ];
  return block(`rule ${name}`, lines);
}

function endpointText({ name, target, secrets, format, proxy, ca, maxAgeHours }: Endpoint): string {
  return block(`endpoint ${name}`, [
    ['target', targetText(target)],
    ['signed', secrets.length > 0 ? `with that ${secrets.map(sourceText).join(' and ')}` : 'no'],
    ['format', format],
    ['authority', ca],
    ['proxy', proxy === undefined ? undefined : hostOf(proxy)],
    ['kept for', `${maxAgeHours} h`],
  ]);
}

function block(title: string, lines: readonly (readonly [string, string | undefined])[]): string {
  const shown = lines.flatMap(([key, value]) =>
    value === undefined ? [] : `  ${key.padEnd(11)} ${cleanText(value)}\n`,
  );
  return `${title}\n${shown.join('')}`;
}

function targetText(target: Target): string {
  switch (target.kind) {
    case 'webhook':
      return `webhook ${sourceText(target.url)}`;
    case 'command':
      return `command ${target.argv.join(' ')}`;
    case 'file':
      return target.path === '-' ? 'standard output' : `file ${target.path}`;
    case 'journald':
      return 'journald';
    case 'syslog':
      return `syslog ${target.url}`;
  }
}

/** The address of a chat is a secret behind its host. */
function sourceText(source: SecretSource): string {
  if ('text' in source) return `at ${hostOf(source.text)}`;
  return 'file' in source ? `of ${source.file}` : `of $${source.env}`;
}

function hostOf(url: string): string {
  return new URL(url).host;
}

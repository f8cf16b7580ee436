/** Events that a rule names and its source never tells are said when the rules are read. */
import { expect, it } from 'vitest';
import { type SourceKind, untoldEvents } from '../../../../indexer/notify/rules/untold-events.js';
import { NET_KINDS, type NetKind } from '../../../../indexer/notify/words.js';

const rule = (name: string, ...events: NetKind[]) => ({ name, events: new Set(events) });

it.each<[SourceKind, readonly string[]]>([
  ['audit', ['the rule "b" asks for closed_no_write']],
  ['inotify', ['the rule "b" asks for denied', 'the rule "c" asks for denied']],
  [
    'none',
    [
      ...['the rule "b" asks for opened', 'the rule "b" asks for closed_no_write', 'the rule "b" asks for denied'],
      'the rule "c" asks for denied',
    ],
  ],
])('with the source %s, but not of a rule that takes whatever there is', (source, expected) => {
  const rules = [
    rule('a', 'created', 'modified'),
    rule('b', 'opened', 'closed_no_write', 'denied'),
    rule('c', 'denied'),
    rule('any', ...NET_KINDS),
  ];
  expect(untoldEvents(rules, source).map((text) => text.split(',')[0])).toEqual(expected);
});

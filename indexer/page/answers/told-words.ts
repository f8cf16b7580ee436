/** An entry of the history of integrity monitoring → words for the page. docs/notify-json.md has its keys. Pure. */
import { cleanText, displayPath, jsonPathBytes } from '../../../shared/path-text.js';
import { type PayloadView, userOf } from '../../notify/deliver/formats/payload-view.js';
import type { LedgerEntry } from '../../notify/ledger/ledger.js';
import type { ToldWords } from '../words.js';

export function toldWords({ sequence, atMs, kind, rule, json }: LedgerEntry): ToldWords {
  const {
    severity = '',
    src_path = '',
    src_pathHex,
    dest_path = '',
    dest_pathHex,
    text,
    changes = [],
    actor,
    origin,
    diff,
  } = JSON.parse(json) as PayloadView;
  return {
    sequence,
    atMs,
    kind,
    rule: cleanText(rule ?? ''),
    severity,
    path: displayPath(jsonPathBytes(src_path, src_pathHex)),
    ...(dest_path !== '' && { to: displayPath(jsonPathBytes(dest_path, dest_pathHex)) }),
    who: actor ? userOf(actor) : '',
    source: cleanText(actor?.process?.executable ?? actor?.process?.name ?? (origin ? `told by ${origin}` : '')),
    changes: changes.map(cleanText),
    ...(diff?.text && { diff: diff.text }),
    ...(diff?.omitted !== undefined && { noDiff: diff.omitted }),
    ...(text !== undefined && { text: cleanText(text) }),
  };
}

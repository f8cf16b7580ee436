/** An entry of the history of integrity monitoring → words for the page. docs/notify-json.md has its keys. Pure. */
import { cleanText } from '../../../shared/path-text.js';
import type { LedgerEntry } from '../../notify/ledger/ledger.js';
import type { ToldWords } from '../words.js';

interface Account {
  readonly id: number;
  readonly name: string | null;
}

/** As far as it is shown. */
interface Body {
  readonly severity?: string;
  readonly src_path?: string;
  readonly dest_path?: string;
  readonly origin?: string;
  readonly text?: string;
  readonly changes?: readonly string[];
  readonly actor?: {
    readonly login?: Account | 'unset' | null;
    readonly user?: Account | null;
    readonly process?: { readonly executable?: string | null; readonly name?: string | null };
  } | null;
  readonly diff?: { readonly text?: string; readonly omitted?: string };
}

export function toldWords({ sequence, atMs, kind, rule, json }: LedgerEntry): ToldWords {
  const {
    severity = '',
    src_path = '',
    dest_path = '',
    text,
    changes = [],
    actor,
    origin,
    diff,
  } = JSON.parse(json) as Body;
  return {
    sequence,
    atMs,
    kind,
    rule: cleanText(rule ?? ''),
    severity,
    path: cleanText(src_path),
    ...(dest_path !== '' && { to: cleanText(dest_path) }),
    who: whoText(actor),
    source: cleanText(actor?.process?.executable ?? actor?.process?.name ?? (origin ? `told by ${origin}` : '')),
    changes: changes.map(cleanText),
    ...(diff?.text && { diff: diff.text }),
    ...(diff?.omitted !== undefined && { noDiff: diff.omitted }),
    ...(text !== undefined && { text: cleanText(text) }),
  };
}

function whoText(actor: Body['actor']): string {
  if (!actor) return '';
  const user = nameOf(actor.user);
  const login = actor.login === 'unset' ? '' : nameOf(actor.login);
  return login === '' || login === user ? user : `${login} as ${user}`;
}

function nameOf(account: Account | null | undefined): string {
  return account ? cleanText(account.name ?? String(account.id)) : '';
}

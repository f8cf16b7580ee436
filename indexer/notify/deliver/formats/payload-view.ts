/**
 * What the formats read of a payload. It was stored as JSON, maybe by an older version: whatever is not there is not
 * told. docs/notify-json.md has all of it.
 */
import { cleanText } from '../../../../shared/path-text.js';

export interface NamedId {
  readonly id?: number;
  readonly name?: string | null;
}

export interface ActorView {
  readonly login?: NamedId | 'unset' | null;
  readonly user?: NamedId | null;
  readonly process?: {
    readonly name?: string | null;
    readonly executable?: string | null;
    readonly parents?: readonly string[];
    readonly unit?: string | null;
  } | null;
}

export interface PayloadView {
  readonly type?: string;
  readonly id?: string;
  readonly timestamp?: string;
  readonly event_type?: string;
  readonly src_path?: string;
  readonly src_pathHex?: string;
  readonly dest_path?: string;
  readonly dest_pathHex?: string;
  readonly is_directory?: boolean;
  readonly origin?: string;
  readonly rule?: string;
  readonly severity?: string;
  readonly tags?: readonly string[];
  readonly host?: { readonly name?: string; readonly id?: string };
  readonly sequence?: number;
  readonly chain?: unknown;
  readonly via?: string;
  readonly actor?: ActorView | null;
  readonly actors?: readonly { readonly actor?: ActorView; readonly count?: number }[];
  readonly actors_omitted?: number;
  /** In words: `mode 644 → 4755, now setuid`. */
  readonly changes?: readonly string[];
  readonly changed?: readonly string[];
  readonly diff?: { readonly text?: string; readonly omitted?: string };
  readonly backup?: { readonly restore?: string; readonly snapshot?: string; readonly none?: string } | null;
  readonly count?: number;
  readonly first?: string;
  readonly last?: string;
  /** Of an own event or a digest: one line for a person. */
  readonly text?: string;
  /** Of a digest. */
  readonly first_sequence?: number;
  readonly last_sequence?: number;
  readonly counts?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly reason?: string;
}

/** `anna as root`: who had logged in, and as whom it was done. '': neither is told. */
export function userOf({ login, user }: ActorView): string {
  const as = nameOf(user);
  if (login === 'unset' || !login) return cleanText(as);
  const logged = nameOf(login);
  return cleanText(as === '' || as === logged ? logged : `${logged} as ${as}`);
}

function nameOf(account: NamedId | null | undefined): string {
  return account?.name ?? (account?.id === undefined ? '' : `uid ${account.id}`);
}

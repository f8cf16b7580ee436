/**
 * Files whose text is never compared, kept nor shown, because it is a secret as a whole. Asked by the path alone, with
 * the matcher of ignore lists: any name, linear time. What a rule adds is asked by findings.ts.
 */
import { pathKey } from '../../../shared/path-key.js';
import { DEFAULT_LISTS } from '../../rules/default-lists.js';
import { PatternList } from '../../rules/ignore-patterns.js';

/** Patterns of gitignore syntax from the root of the file system, lower-case: they are asked about names in lower case. */
const OWN = [
  '/etc/shadow*',
  '/etc/gshadow*',
  '/etc/security/opasswd*',
  '/etc/ssl/private/',
  '/etc/ssh/ssh_host_*_key',
  '/etc/wireguard/',
  '/etc/krb5.keytab',
  '*.key',
  '*.pem',
  '*.p12',
  '*.pfx',
  '*.pkcs12',
  '*.jks',
  '*.keystore',
  '*.kdbx',
  '*.keytab',
  '*.gpg',
  '*.pgp',
  '*.asc',
  '*.age',
  'id_rsa',
  'id_dsa',
  'id_ecdsa',
  'id_ed25519',
  'id_ecdsa_sk',
  'id_ed25519_sk',
  '.env*',
  '*.env',
  '*.tfstate',
  '*.tfstate.backup',
  '.htpasswd',
  '*.htpasswd',
];
/** Public parts in folders of secrets. */
const NOT_SECRET = ['!**/.ssh/*.pub', '!**/.gnupg/gpg.conf'];
const LISTS = ['ignore.secrets', 'ignore.browserProfiles', 'ignore.histories'] as const;
/** Backups that editors and packages make beside a file. */
const BACKUP =
  /(?:~|\.(?:bak|old|orig|save|swp|tmp|dpkg-(?:old|dist|new|tmp)|rpm(?:save|new|orig)|ucf-(?:old|dist)))+$/;

export class NeverDiff {
  readonly #default = toList([...LISTS.flatMap((name) => DEFAULT_LISTS[name]), ...OWN, ...NOT_SECRET].map(lower));

  has(path: Uint8Array): boolean {
    const name = lower(pathKey(path));
    return isIn(this.#default, name) || isIn(this.#default, name.replace(BACKUP, ''));
  }
}

function toList(patterns: readonly string[]): PatternList {
  return PatternList.parse(Buffer.from(patterns.join('\n')));
}

/** ASCII only: names are bytes. */
function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Is the file, or a folder above it, in the list? */
function isIn(list: PatternList, key: string): boolean {
  for (let slash = key.indexOf('/', 1); slash > 0; slash = key.indexOf('/', slash + 1))
    if (list.decide(key.slice(1, slash + 1))?.isExcluded) return true;
  return list.decide(key.slice(1))?.isExcluded ?? false;
}

/**
 * Extended attributes of a file as one text: ACLs, capabilities, labels and what programs keep there. Two texts are
 * compared, and what differs is said in words. Pure.
 */
import { createHash } from 'node:crypto';
import { displayPath } from '../../shared/path-text.js';
import type { ExtendedAttribute } from '../system/libc.js';
import { percentDecoded, percentEncoded } from './percent.js';

const NO_XATTRS = '-';
const CAPABILITIES = 'security.capability';
const WORDS: Readonly<Record<string, string>> = {
  'system.posix_acl_access': 'access control list',
  'system.posix_acl_default': 'default access control list',
  [CAPABILITIES]: 'capabilities',
  'security.selinux': 'SELinux label',
};

/** `NAME=SHA-256,…` in the order of the names; `-` where there are none. */
export function xattrsText(attributes: readonly ExtendedAttribute[]): string {
  if (attributes.length === 0) return NO_XATTRS;
  return attributes
    .map(({ name, value }) => `${nameText(name)}=${createHash('sha256').update(value).digest('hex')}`)
    .sort()
    .join(',');
}

/** `capabilities added`, `access control list changed`, `attribute user.x removed`. */
export function xattrWords(before: string, now: string): string[] {
  const [was, is] = [byName(before), byName(now)];
  const names = [...new Set([...was.keys(), ...is.keys()])].filter((name) => was.get(name) !== is.get(name));
  return names.map((name) => `${shownName(name)} ${verb(was.has(name), is.has(name))}`);
}

/** A program that has some may do what only root may. */
export function hasCapabilities(text: string): boolean {
  return byName(text).has(CAPABILITIES);
}

/** As they are shown to a program: percent-encoded. */
export function xattrNames(text: string): readonly string[] {
  return [...byName(text).keys()];
}

function byName(text: string): ReadonlyMap<string, string> {
  return new Map(text === NO_XATTRS ? [] : text.split(',').map((each) => each.split('=') as [string, string]));
}

/** A comma or an equals sign would end it. */
function nameText(name: Buffer): string {
  return percentEncoded(name).replaceAll(',', '%2C').replaceAll('=', '%3D');
}

function shownName(name: string): string {
  return WORDS[name] ?? `attribute ${displayPath(percentDecoded(name))}`;
}

function verb(wasThere: boolean, isThere: boolean): string {
  if (!wasThere) return 'added';
  return isThere ? 'changed' : 'removed';
}

/**
 * What the digits of a field mean by the field's name: proto=17 → 'udp'. From the format of each in the kernel's audit
 * code, in audit.h and in libaudit. A reader gives undefined for what has no name, and what is not written as it
 * expects.
 */
import { mapFlags } from './argument-kinds.js';
import { archOf } from './call-arguments.js';
import { errorName } from './error-names.js';
import { fileMode, openFlags, personalityName, shortMode } from './flag-names.js';
import { hasCommonMemoryNumbers, hasCommonNumbers } from './machine-numbers.js';
import { IOCTL_REQUESTS, PROTECTIONS } from './names/files.js';
import { flagText, type Names } from './names/name-table.js';
import { CAPABILITIES, SECCOMP_ACTIONS, SIGNALS } from './names/processes.js';
import * as records from './names/records.js';
import { PROTOCOLS } from './names/sockets.js';
import { socketAddress } from './socket-address.js';
import { decodeEscaped, type TextFields } from './text-fields.js';
import { ttyData } from './tty-data.js';

type Reader = (raw: string, record: TextFields) => string | undefined;

const ICMP = '1';

/** A number in decimal digits; undefined for anything else. */
function decimal(raw: string): number | undefined {
  return /^\d{1,10}$/.test(raw) ? Number(raw) : undefined;
}

/** The same in hex digits, with or without 0x. */
function hex(raw: string): number | undefined {
  return /^(?:0x)?[\da-f]{1,8}$/i.test(raw) ? Number.parseInt(raw, 16) : undefined;
}

/** @param nameOf  gets the machine's `arch=` too, for what not all machines number alike. */
const read =
  (parse: (raw: string) => number | undefined, nameOf: (value: number, arch: number) => string | undefined): Reader =>
  (raw, record) => {
    const value = parse(raw);
    return value === undefined ? undefined : nameOf(value, archOf(record));
  };

const named = (table: Names, parse = decimal): Reader => read(parse, (value) => table.get(value));
const signal = read(decimal, (value, arch) => (hasCommonNumbers(arch) ? SIGNALS.get(value) : undefined));
const isSet = read(decimal, (value) => (value === 0 ? 'no' : 'yes'));
const success = read(decimal, (value) => ['no', 'yes'][value]);

/** Written by one type of record; elsewhere the name means something else. */
const BY_TYPE: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  BPRM_FCAPS: each('fp fi pp pi pe pa old_pp old_pi old_pe old_pa new_pp new_pi new_pe new_pa', capabilities),
  FANOTIFY: {
    resp: named(records.FANOTIFY_RESPONSES),
    fan_type: named(records.FANOTIFY_INFO_TYPES),
    fan_info: read(hex, String),
    subj_trust: named(records.TRUST),
    obj_trust: named(records.TRUST),
  },
  MMAP: {
    flags: read(hex, (value, arch) => (hasCommonMemoryNumbers(arch) ? mapFlags(value) : undefined)),
    prot: read(hex, (value) => (value === 0 ? 'PROT_NONE' : flagText(value, PROTECTIONS))),
  },
  MQ_OPEN: { oflag: read(hex, openFlags), mode: read(octal, shortMode) },
  NETFILTER_CFG: { family: named(records.NETFILTER_FAMILIES) },
  NETFILTER_PKT: {
    action: named(records.NETFILTER_ACTIONS),
    family: named(records.NETFILTER_FAMILIES),
    hook: named(records.NETFILTER_HOOKS),
    icmptype,
    macproto: named(records.ETHERNET_PROTOCOLS, hex),
    proto: named(PROTOCOLS),
    saddr: () => undefined,
  },
  SECCOMP: { code: read(hex, (value) => SECCOMP_ACTIONS.get(value >>> 16)) },
};

const EVERYWHERE: Readonly<Record<string, Reader>> = {
  ...each('cap_fi cap_fp cap_pi cap_pp cap_pe cap_pa', capabilities),
  ...each('old_prom prom', isSet),
  ...each('res result', success),
  ...each('sig sigev_signo', signal),
  ...each('perm perm_mask', read(decimal, rulePermissions)),
  capability: named(CAPABILITIES),
  data: (raw) => (raw.startsWith('"') ? undefined : typed(raw)),
  errno: read((raw) => decimal(raw.replace(/^-/, '')), errorName),
  ioctlcmd: read(hex, (value, arch) => (hasCommonMemoryNumbers(arch) ? IOCTL_REQUESTS.get(value) : undefined)),
  list: named(records.RULE_LISTS),
  mode: read(octal, fileMode),
  'nl-mcgrp': named(records.MULTICAST_GROUPS),
  per: read(hex, personalityName),
  saddr: (raw, { enriched }) => enriched.get('SADDR') ?? socketAddress(decodeEscaped(raw) ?? Buffer.alloc(0)),
};

export function fieldMeaning(type: string, name: string, raw: string, record: TextFields): string | undefined {
  const own = Object.hasOwn(BY_TYPE, type) ? BY_TYPE[type] : undefined;
  if (own && Object.hasOwn(own, name)) return own[name]?.(raw, record);
  return Object.hasOwn(EVERYWHERE, name) ? EVERYWHERE[name]?.(raw, record) : undefined;
}

function each(fields: string, reader: Reader): Record<string, Reader> {
  return Object.fromEntries(fields.split(' ').map((field) => [field, reader]));
}

function octal(raw: string): number | undefined {
  return /^[0-7]{1,11}$/.test(raw) ? Number.parseInt(raw, 8) : undefined;
}

/** 0000000000003000 → 'net_admin,net_raw'; a bit that has no name as 0x… */
function capabilities(raw: string): string | undefined {
  if (!/^[\da-f]{1,16}$/i.test(raw)) return undefined;
  let rest = BigInt(`0x${raw}`);
  if (rest === 0n) return 'none';
  const known: string[] = [];
  for (let bit = 0; bit < 64; bit++) {
    const name = CAPABILITIES.get(bit);
    const mask = 1n << BigInt(bit);
    if (name === undefined || (rest & mask) === 0n) continue;
    known.push(name);
    rest &= ~mask;
  }
  return [...known, ...(rest === 0n ? [] : [`0x${rest.toString(16)}`])].join(',');
}

/** A rule without permissions is for all of them. */
function rulePermissions(value: number): string | undefined {
  if (value > 0xf) return undefined;
  return flagText(value === 0 ? 0xf : value, records.RULE_PERMISSIONS)?.replaceAll('|', ',');
}

/** The types of ICMPv6 are others. */
function icmptype(raw: string, record: TextFields): string | undefined {
  const isVersion4 = record.fields.some(({ name, raw: other }) => name === 'proto' && other === ICMP);
  return isVersion4 ? named(records.ICMP_TYPES)(raw, record) : undefined;
}

function typed(raw: string): string | undefined {
  const bytes = decodeEscaped(raw);
  return bytes && ttyData(bytes);
}

/**
 * Everything about this machine that an installation depends on, gathered once; what follows from it (plan.ts) is a
 * function of these facts. Reads only; what needs root is undefined without it.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditConfig } from '../plugin/audit-config.js';
import { loadAuditConfig } from '../plugin/load-audit-config.js';
import { whyUntrusted } from '../plugin/trusted-path.js';
import { type Account, freeId, parsePasswd } from './accounts.js';
import { type AuditPaths, PROGRAM_NAME } from './audit-paths.js';
import { type Before, readBefore } from './before.js';
import { type KernelState, parseKernelState } from './kernel-state.js';
import type { RunCommand } from './run-command.js';

export interface Tools {
  readonly auditctl: string | undefined;
  readonly systemctl: string | undefined;
  readonly service: string | undefined;
  readonly augenrules: string | undefined;
  readonly node: string;
}

export interface Facts {
  readonly paths: AuditPaths;
  readonly tools: Tools;
  /** Why something root would run is not to be trusted, for each such program. */
  readonly untrusted: readonly string[];
  /** Where the plugin goes; undefined when none of the folders is root's alone, `untrusted` says why. */
  readonly programFile: string | undefined;
  readonly kernel: KernelState | undefined;
  readonly config: AuditConfig | undefined;
  readonly accounts: readonly Account[];
  readonly freeId: number | undefined;
  readonly auditdConf: string | undefined;
  /** Of other rules files. */
  readonly otherRules: string;
  readonly mergedRules: string | undefined;
  /** As noted at the first installation. */
  readonly before: Before | undefined;
  /** systemd keeps auditd's plugins from compiling at run time, which node does. */
  readonly deniesJit: boolean;
  readonly hasDropIn: boolean;
  /** `audit=1`: processes from before auditd's start are seen. */
  readonly isAuditedFromBoot: boolean;
  readonly distribution: string;
}

const PROGRAM_PLACES = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

export function gatherFacts(paths: AuditPaths, tools: Tools, run: RunCommand): Facts {
  const programDirectory = paths.programDirectories.find((directory) => whyUntrustedTo(directory) === undefined);
  const passwd = readText(paths.passwd) ?? '';
  return {
    paths,
    tools,
    untrusted: [
      ...Object.values(tools).flatMap((program) => (program && whyUntrusted(program)) ?? []),
      ...(programDirectory ? [] : [whyUntrustedTo(paths.programDirectories[0] as string) as string]),
    ],
    programFile: programDirectory && join(programDirectory, PROGRAM_NAME),
    kernel: tools.auditctl ? parseKernelState(run([tools.auditctl, '-s'])) : undefined,
    config: existsSync(paths.configFile) ? loadAuditConfig(paths.configFile) : undefined,
    accounts: parsePasswd(passwd),
    freeId: freeId(passwd, readText(paths.group) ?? ''),
    auditdConf: readText(paths.auditdConf),
    otherRules: readOtherRules(paths),
    mergedRules: readText(paths.mergedRules),
    before: readBefore(paths.beforeFile),
    deniesJit: tools.systemctl !== undefined && deniesJit(tools.systemctl, run),
    hasDropIn: existsSync(paths.serviceDropIn),
    isAuditedFromBoot: isAuditedFromBoot('/proc'),
    distribution: distributionOf('/'),
  };
}

/** Programs by their real path, which is what has to be trusted. */
export function findTools(): Tools {
  const hasSystemd = existsSync('/run/systemd/system');
  return {
    auditctl: find('auditctl'),
    systemctl: hasSystemd ? find('systemctl') : undefined,
    service: existsSync('/etc/init.d/auditd') ? find('service') : undefined,
    augenrules: find('augenrules'),
    node: realpathSync(process.execPath),
  };
}

function find(program: string): string | undefined {
  const place = PROGRAM_PLACES.map((folder) => join(folder, program)).find((path) => existsSync(path));
  return place && realpathSync(place);
}

/** The folder itself may not exist yet: what does exist of its path counts. */
function whyUntrustedTo(directory: string): string | undefined {
  let existing = directory;
  while (!existsSync(existing)) existing = join(existing, '..');
  return whyUntrusted(existing);
}

function deniesJit(systemctl: string, run: RunCommand): boolean {
  return run([systemctl, 'show', 'auditd.service', '--property=MemoryDenyWriteExecute']).output.endsWith('=yes');
}

export function isAuditedFromBoot(proc: string): boolean {
  return /\baudit=1\b/.test(readText(join(proc, 'cmdline')) ?? '');
}

/** `debian`; empty where it is not told. */
export function distributionOf(base: string): string {
  return /^ID=\W?(\w+)/m.exec(readText(join(base, 'etc/os-release')) ?? '')?.[1] ?? '';
}

export function readOtherRules(paths: AuditPaths): string {
  return rulesFiles(paths)
    .map((file) => readText(file) ?? '')
    .join('\n');
}

/** Those of others; none where they may not be listed. */
export function rulesFiles({ rulesDirectory, rulesFile }: Pick<AuditPaths, 'rulesDirectory' | 'rulesFile'>): string[] {
  try {
    const files = readdirSync(rulesDirectory).filter((name) => name.endsWith('.rules'));
    return files.map((name) => join(rulesDirectory, name)).filter((file) => file !== rulesFile);
  } catch {
    return [];
  }
}

export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

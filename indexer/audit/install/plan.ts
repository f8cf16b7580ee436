/**
 * What an installation will do, worked out before anything is done: files with their content, commands, and what the
 * person should know. A function of the facts. install.ts shows it, then carries it out.
 */
import { dirname } from 'node:path';
import { displayPath } from '../../../shared/path-text.js';
import { isWithin, outermost } from '../../../shared/path-within.js';
import { toBytes } from '../../../shared/paths.js';
import type { Owner } from '../log/open-slots.js';
import { AUDIT_DEFAULTS, type AuditConfig, KEY_PREFIX, keyOf, type WatchedRoot } from '../plugin/audit-config.js';
import type { Facts } from './facts.js';
import { filesFor } from './plan-files.js';
import { whyNoRule } from './rules-text.js';

export interface PlannedFile {
  readonly path: string;
  /** Undefined: stays as it is. */
  readonly mode: number | undefined;
  readonly content: Buffer;
  readonly why: string;
}

export interface PlannedCommand {
  readonly argv: readonly string[];
  readonly why: string;
  /** It may fail, as when there is nothing to remove. */
  readonly isOptional?: boolean;
}

export interface Plan {
  /** Reasons not to do it; then the rest is empty. */
  readonly refusals: readonly string[];
  readonly files: readonly PlannedFile[];
  /** When the files are written. */
  readonly after: readonly PlannedCommand[];
  /** How auditd learns of it: anew when its own limits change, else by a signal. */
  readonly auditd: 'reload' | 'restart';
  readonly advice: readonly string[];
  readonly config: AuditConfig | undefined;
  /** Folders of before that have no rule now, and why. */
  readonly loose: ReadonlyMap<WatchedRoot, string>;
}

export interface Wanted {
  readonly roots: readonly Pick<WatchedRoot, 'path' | 'owner' | 'folder' | 'reads'>[];
  /** The plugin as it was built. */
  readonly program: Buffer;
  /** Folders the daemon itself writes to (index, state), with their owner. */
  readonly ownFolders: readonly { readonly path: string; readonly owner: Owner }[];
  /** Of the folders of before, those whose path leads elsewhere now, and why. */
  readonly loose?: ReadonlyMap<WatchedRoot, string>;
}

const MAX_SHEBANG = 250;

export function planInstall(facts: Facts, wanted: Wanted): Plan {
  const refusals = whyRefused(facts, wanted);
  const { programFile, tools } = facts;
  if (refusals.length > 0 || !programFile || !tools.auditctl) return { ...NOTHING, refusals };
  const config = configFor(facts, wanted);
  const loose = new Map([...(wanted.loose ?? [])].filter(([root]) => config.roots.includes(root)));
  const watched = config.roots.filter((root) => !loose.has(root));
  return {
    refusals,
    config,
    loose,
    files: filesFor(facts, programFile, wanted.program, { config, watched }),
    after: commandsFor(facts, tools.auditctl),
    auditd: facts.deniesJit ? 'restart' : 'reload',
    advice: [...[...loose].map(looseText), ...adviceFor(facts)],
  };
}

function looseText([{ path }, why]: readonly [WatchedRoot, string]): string {
  const name = displayPath(path);
  return `${name} is not watched: ${why}. To watch what stands there now, run \`find-textd audit install ${name}\`.`;
}

const NOTHING: Omit<Plan, 'refusals'> = {
  files: [],
  loose: new Map(),
  after: [],
  auditd: 'reload',
  advice: [],
  config: undefined,
};

function whyRefused(
  { tools, untrusted, freeId, kernel, otherRules, distribution, config }: Facts,
  { roots }: Wanted,
): string[] {
  if (!tools.auditctl)
    return [`auditd is not installed: ${INSTALL_AUDITD[distribution] ?? 'install the package audit'}`];
  const node = tools.node;
  return [
    ...untrusted.map((why) => `root would run what others can change: ${why}`),
    ...(/\s/.test(node) || node.length > MAX_SHEBANG ? [`${node} cannot stand in the first line of a script`] : []),
    ...(freeId === undefined ? ['none of the ids 65520 to 65529 is free for the plugin'] : []),
    ...(kernel?.enabled === 2 ? ['the audit rules are locked until the next boot (auditctl -e 2)'] : []),
    ...(TASK_NEVER.test(otherRules)
      ? ['a rule `-a never,task` in rules.d switches auditing off for every process: remove it']
      : []),
    ...roots.flatMap(({ path }) => whyNoRule(path) ?? []),
    ...(roots.length === 0 && !config?.roots.length ? ['no folder is named'] : []),
  ];
}

const TASK_NEVER = /^\s*-[aA]\s+(?:never,task|task,never)\b/m;

const INSTALL_AUDITD: Readonly<Record<string, string>> = {
  debian: 'apt install auditd',
  ubuntu: 'apt install auditd',
  fedora: 'dnf install audit',
  arch: 'pacman -S audit',
};

/** The folders of before stay: each user of a machine adds his own. */
function configFor({ config, paths, freeId }: Facts, wanted: Wanted): AuditConfig {
  const added = wanted.roots.map((root) => withOwnFolders({ ...root, key: keyOf(root.path) }, wanted));
  const kept = (config?.roots ?? []).filter((root) => !added.some((other) => isSameWatch(root, other)));
  const roots = [...kept, ...added];
  const leftOut = outermost([...(config?.leaveOut.paths ?? []), toBytes(paths.logDirectory)]);
  return {
    maxLogBytes: config?.maxLogBytes ?? AUDIT_DEFAULTS.maxLogBytes,
    maxLogs: config?.maxLogs ?? AUDIT_DEFAULTS.maxLogs,
    logDirectory: paths.logDirectory,
    statusFile: paths.statusFile,
    runAs: config?.runAs ?? { uid: freeId as number, gid: freeId as number },
    roots,
    leaveOut: {
      paths: leftOut.filter((path) => roots.some((root) => isWithin(path, root.path))),
      actors: config?.leaveOut.actors ?? [],
    },
  };
}

function withOwnFolders(root: WatchedRoot, { ownFolders }: Wanted): WatchedRoot {
  const own = ownFolders.filter(({ owner }) => owner.uid === root.owner.uid).map(({ path }) => toBytes(path));
  return own.length === 0 ? root : { ...root, ownFolders: outermost(own) };
}

function isSameWatch(a: WatchedRoot, b: WatchedRoot): boolean {
  return a.key === b.key && a.owner.uid === b.owner.uid;
}

function commandsFor({ paths, kernel, deniesJit, tools }: Facts, auditctl: string): PlannedCommand[] {
  return [
    ...(deniesJit && tools.systemctl ? [{ argv: [tools.systemctl, 'daemon-reload'], why: 'reads the drop-in' }] : []),
    { argv: [auditctl, '-D', '-k', KEY_PREFIX], why: 'removes our rules of before', isOptional: true },
    { argv: [auditctl, '-R', paths.rulesFile], why: 'sets the rules, now', isOptional: true },
    ...(kernel?.enabled === 0 ? [{ argv: [auditctl, '-e', '1'], why: 'switches auditing on' }] : []),
  ];
}

function adviceFor({ kernel, isAuditedFromBoot }: Facts): string[] {
  return [
    ...(isAuditedFromBoot
      ? []
      : [
          'Programs that were started before auditing was first switched on are not seen until they are started again. ' +
            'Add audit=1 to the kernel command line to have all of them seen after the next boot.',
        ]),
    ...(kernel?.backlogWaitTime === 0
      ? ['The kernel is set to drop records rather than wait (backlog_wait_time 0): a busy machine will lose some.']
      : []),
  ];
}

/** Folders that have to exist before the files are written. */
export function foldersOf({ files, config }: Plan): string[] {
  return [...new Set([...files.map(({ path }) => dirname(path)), ...(config ? [config.logDirectory] : [])])];
}

/** The files of an installation with their content: a part of the plan. */
import { toBytes } from '../../../shared/paths.js';
import { type AuditConfig, encodeAuditConfig, type WatchedRoot } from '../plugin/audit-config.js';
import { withLargeQueue } from './auditd-conf.js';
import { encodeBefore } from './before.js';
import type { Facts } from './facts.js';
import type { PlannedFile } from './plan.js';
import { rulesText } from './rules-text.js';

/** The kernel's default of 64 records is full in a millisecond; larger than this gave nothing in measurements. */
export const BACKLOG = 8192;

interface Watch {
  readonly config: AuditConfig;
  /** Of its roots those that get a rule. */
  readonly watched: readonly WatchedRoot[];
}

/** Every file of an installation, in the order of writing: auditd's own last. */
export function filesFor(
  facts: Facts,
  programFile: string,
  program: Buffer,
  { config, watched }: Watch,
): PlannedFile[] {
  const { paths, tools, auditdConf, deniesJit, hasDropIn } = facts;
  const rules = rulesText({ roots: watched, never: neverFor(config), backlog: backlogFor(facts) });
  const largeQueue = auditdConf === undefined ? undefined : withLargeQueue(auditdConf);
  const files: (Omit<PlannedFile, 'content'> & { content: Buffer | string | undefined })[] = [
    {
      path: paths.beforeFile,
      mode: 0o600,
      why: 'how auditing was, for `audit uninstall`',
      content: encodeBefore(facts),
    },
    { path: programFile, mode: 0o755, why: 'the plugin', content: withInterpreter(program, tools.node) },
    { path: paths.configFile, mode: 0o600, why: 'what it watches, for whom', content: encodeAuditConfig(config) },
    { path: paths.rulesFile, mode: 0o640, why: 'the rules, for now and after the next boot', content: rules },
    {
      path: paths.serviceDropIn,
      mode: 0o644,
      why: 'systemd forbids auditd and its plugins what node needs',
      content: deniesJit || hasDropIn ? DROP_IN : undefined,
    },
    { path: paths.auditdConf, mode: undefined, why: 'a queue that does not overflow', content: largeQueue },
    {
      path: paths.pluginConf,
      mode: 0o640,
      why: 'tells auditd of the plugin',
      content: pluginConf(programFile, paths.configFile),
    },
  ];
  return files.flatMap(({ content, ...file }) =>
    content === undefined ? [] : [{ ...file, content: toBytes(content) }],
  );
}

/** A rule is loaded by its path: only folders of root's own are safe from a symlink that would blind somebody. */
function neverFor({ logDirectory, leaveOut }: AuditConfig): readonly Buffer[] {
  return leaveOut.paths.filter((path) => path.equals(toBytes(logDirectory)));
}

const DROP_IN = `# Written by \`find-textd audit install\`; \`find-textd audit uninstall\` removes it.
# The plugin find-text-audit runs on node, whose compiler needs memory it can write to and then execute.
[Service]
MemoryDenyWriteExecute=no
`;

/** auditd takes no lines of 160 characters or more, and wants the spaces. */
function pluginConf(programFile: string, configFile: string): string {
  const lines = [
    '# Written by find-textd audit install.',
    'active = yes',
    'direction = out',
    `path = ${programFile}`,
    'type = always',
    `args = ${configFile}`,
    'format = string',
  ];
  return `${lines.join('\n')}\n`;
}

/** auditd starts plugins without a PATH. */
function withInterpreter(program: Buffer, node: string): Buffer {
  const isScript = program.subarray(0, 2).toString() === '#!';
  const body = isScript ? program.subarray(program.indexOf('\n') + 1) : program;
  return Buffer.concat([Buffer.from(`#!${node}\n`), body]);
}

/** Never less than anybody else has asked for. */
function backlogFor({ kernel, otherRules }: Facts): number | undefined {
  const limits = [...otherRules.matchAll(/^\s*-b\s+(\d+)/gm)].map(([, limit]) => Number(limit));
  return Math.max(0, ...limits) >= BACKLOG ? undefined : Math.max(BACKLOG, kernel?.backlogLimit ?? 0);
}

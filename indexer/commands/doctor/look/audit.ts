/** The way of changes from the kernel through auditd and the plugin, as far as this user may see it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { orUndefined } from '../../../../shared/errors.js';
import { type AuditStatus, readAuditStatus } from '../../../audit/install/audit-status.js';
import { isAuditedFromBoot, readText, rulesFiles } from '../../../audit/install/facts.js';
import { loadAuditConfig } from '../../../audit/plugin/load-audit-config.js';
import { type Distrust, findDistrust } from '../../../audit/plugin/trusted-path.js';
import type { Place } from '../place.js';
import { processes, processName } from './processes.js';

export interface AuditFacts {
  readonly isInstalled: boolean;
  readonly status: AuditStatus;
  /** Only root sees them: `auditctl -l`. */
  readonly rules: string | undefined;
  /** Of the folders that are watched; only root sees them all. */
  readonly keys: readonly string[];
  /** Of auditd; undefined: none runs. */
  readonly auditdPid: number | undefined;
  readonly wrongFiles: readonly Distrust[];
  /** Files with rules of others, of those that switch auditing off for every process. */
  readonly filesWithTaskNever: readonly string[];
  readonly rulesFile: string;
  readonly auditFolder: string;
  readonly starter: 'systemctl' | 'service' | undefined;
  readonly isAuditedFromBoot: boolean;
}

const ROOTS_ALONE = { trustedUids: [0], forbidden: 0o022 };
const TASK_NEVER = /^\s*-[aA]\s+(?:never,task|task,never)\b/m;

export function lookAtAudit({ audit, proc }: Place): AuditFacts {
  const { paths, tools, run } = audit;
  const status = readAuditStatus(audit);
  const listed = status.kernel && tools.auditctl ? run([tools.auditctl, '-l']) : undefined;
  return {
    isInstalled: existsSync(paths.configFile),
    status,
    rules: listed?.isOk ? listed.output : undefined,
    keys: orUndefined(() => loadAuditConfig(paths.configFile).roots.map(({ key }) => key)) ?? [],
    auditdPid: status.kernel
      ? status.kernel.pid || undefined
      : processes(proc).find((pid) => processName(pid, proc) === 'auditd'),
    wrongFiles: wrongFiles(audit),
    filesWithTaskNever: rulesFiles(paths).filter((file) => TASK_NEVER.test(readText(file) ?? '')),
    rulesFile: paths.rulesFile,
    auditFolder: join(paths.auditdConf, '..'),
    starter: tools.systemctl ? 'systemctl' : tools.service ? 'service' : undefined,
    isAuditedFromBoot: isAuditedFromBoot(proc),
  };
}

/** The first fault of each path; of a fault that several have, once. What is hidden from this user is none. */
function wrongFiles({ paths }: Place['audit']): readonly Distrust[] {
  const program = /^path *= *(.+)$/m.exec(readText(paths.pluginConf) ?? '')?.[1]?.trim();
  const files = [paths.configFile, paths.rulesFile, paths.pluginConf, ...(program ? [program] : [])];
  const found = files
    .flatMap((file) => findDistrust(file, ROOTS_ALONE) ?? [])
    .filter(({ fault }) => fault !== 'unseen');
  return found.filter(({ path }, at) => found.findIndex((other) => other.path === path) === at);
}

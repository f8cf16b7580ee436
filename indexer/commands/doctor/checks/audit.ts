/** Of the way of changes from the kernel to the change logs, the nearest cause first. Pure. */
import { grouped } from '../../../../shared/counted.js';
import { cleanText, displayPath } from '../../../../shared/path-text.js';
import { isWithin } from '../../../../shared/path-within.js';
import type { KernelState } from '../../../audit/install/kernel-state.js';
import { BACKLOG } from '../../../audit/install/plan-files.js';
import type { Distrust } from '../../../audit/plugin/trusted-path.js';
import { shellWord, shellWords } from '../../../backup/shell-word.js';
import type { Facts } from '../facts.js';
import type { Finding, FindingName } from '../finding.js';
import type { AuditFacts } from '../look/audit.js';
import type { Ways } from '../ways.js';

const NEARLY = 0.8;
const WAIT_TIME = 60_000;

export function checkAudit({ audit, configuration, index, me }: Facts, ways: Ways): readonly Finding[] {
  if (!audit) return [];
  const roots = index?.kind === 'open' ? index.roots : [];
  const source = configuration?.config.source;
  const isWanted = source === 'audit';
  if (!audit.isInstalled) return isWanted ? [noAudit(roots, ways)] : [];
  const isOurs = me.uid === 0 || audit.status.logs.length > 0;
  if (!isOurs) return isWanted ? [noAudit(roots, ways)] : [];
  return [
    ...audit.wrongFiles.map((wrong) => ofFile(wrong, ways)),
    ...ofAuditd(audit, ways),
    ...(audit.status.kernel ? ofKernel(audit.status.kernel, ways) : []),
    ...ofRules(audit, ways),
    ...ofPlugin(audit, ways),
    ...ofLogs(audit, ways),
    ...(source === 'inotify' ? [] : ofOthers(roots, audit, ways)),
    ...ofBoot(audit),
  ];
}

function noAudit(roots: readonly Buffer[], ways: Ways): Finding {
  const folders = roots.length > 0 ? shellWords(roots) : '~';
  const repair = ways.textdAsRoot('audit', 'install', folders);
  return { finding: 'no audit', text: 'auditing is not set up for your folders', repair };
}

function ofFile({ path, fault, text: what }: Distrust, ways: Ways): Finding {
  const text = `${path} ${what}`;
  const place = shellWord(path);
  if (fault === 'mode') return { finding: 'plugin file open', text, repair: ways.asRoot(`chmod go-w ${place}`) };
  if (fault === 'owner')
    return { finding: 'plugin file of another user', text, repair: ways.asRoot(`chown 0 ${place}`) };
  // Whoever owns a link may lead it elsewhere.
  return {
    finding: fault === 'symlink' ? 'plugin file open' : 'plugin file missing',
    text,
    repair: ways.textdAsRoot('audit', 'install'),
  };
}

/** A plugin that lives has an auditd, also where this user sees no processes of others. */
function ofAuditd({ auditdPid, starter, auditFolder, status }: AuditFacts, ways: Ways): readonly Finding[] {
  if (auditdPid !== undefined || (!status.kernel && status.isPluginAlive)) return [];
  const start = {
    systemctl: 'systemctl start auditd',
    service: 'service auditd start',
    none: `auditd -c ${shellWord(auditFolder)}`,
  }[starter ?? 'none'];
  return [{ finding: 'auditd stopped', text: 'auditd does not run', repair: ways.asRoot(start) }];
}

function ofKernel(kernel: KernelState, ways: Ways): readonly Finding[] {
  const { enabled, lost, backlog, backlogLimit, backlogWaitTime } = kernel;
  const auditctl = (...args: readonly string[]) => ways.asRoot(['auditctl', ...args].join(' '));
  const waiting = `${grouped(backlog)} of at most ${grouped(backlogLimit)} records wait in the kernel`;
  return [
    ...finding(enabled === 0, 'auditing off', 'auditing is switched off', auditctl('-e', '1')),
    ...finding(backlog >= backlogLimit * NEARLY, 'backlog full', waiting, auditctl('-b', `${2 * backlogLimit}`)),
    ...finding(
      backlogLimit < BACKLOG,
      'backlog small',
      `the kernel keeps ${grouped(backlogLimit)} records at most`,
      auditctl('-b', `${BACKLOG}`),
    ),
    ...finding(lost > 0, 'records lost', `the kernel has lost ${grouped(lost)} records`, auditctl('--reset-lost')),
    ...finding(
      backlogWaitTime === 0,
      'records dropped',
      'backlog_wait_time is 0',
      auditctl('--backlog_wait_time', `${WAIT_TIME}`),
    ),
  ];
}

function ofRules({ rules, keys, rulesFile, filesWithTaskNever }: AuditFacts, ways: Ways): readonly Finding[] {
  const isLoaded = /-a (?:never,task|task,never)/.test(rules ?? '');
  const missing = rules === undefined ? [] : keys.filter((key) => !rules.includes(key));
  const from = filesWithTaskNever.map((file) => `sed -i -E '/^ *-[aA] +(never,task|task,never)/d' ${shellWord(file)}`);
  const lines = [...from, ...(isLoaded ? ['auditctl -d task,never'] : [])];
  const where = filesWithTaskNever.length > 0 ? ` (${filesWithTaskNever.join(', ')})` : '';
  return [
    ...finding(
      lines.length > 0,
      'task never',
      `auditing is off for every new process${where}`,
      ways.lineAsRoot(lines.join(' && ')),
    ),
    ...finding(
      missing.length > 0,
      'rule missing',
      `not loaded: ${missing.join(', ')}`,
      ways.lineAsRoot(`auditctl -D -k find-text- ; auditctl -R ${shellWord(rulesFile)}`),
    ),
  ];
}

/** Without auditd there is none. */
function ofPlugin({ status, auditdPid, starter }: AuditFacts, ways: Ways): readonly Finding[] {
  const { plugin, isPluginAlive } = status;
  const failure = plugin?.lastFailure ? `: ${cleanText(plugin.lastFailure)}` : '';
  if (!isPluginAlive) {
    const restart = starter === 'systemctl' ? 'systemctl restart auditd' : 'service auditd restart';
    const repair = starter ? ways.asRoot(restart) : auditdPid && ways.asRoot(`kill -HUP ${auditdPid}`);
    const advice = auditdPid === undefined ? 'auditd starts it' : '`journalctl -u auditd` has what it said';
    const text = `the plugin of auditd ${plugin ? `has ended${failure}` : 'has not run since the boot'}`;
    return [
      { finding: 'plugin silent', text, repair: auditdPid === undefined ? undefined : repair || undefined, advice },
    ];
  }
  const untold = plugin?.untoldEvents
    ? 'this kernel writes no nametype= in PATH records, or the kind of this machine is unknown: it tells too little'
    : undefined;
  const failing =
    plugin && plugin.logsFailing > 0 ? `${plugin.logsFailing} change logs cannot be written${failure}` : untold;
  if (failing === undefined) return [];
  return [
    { finding: 'plugin failing', text: failing, repair: untold ? undefined : ways.textdAsRoot('audit', 'install') },
  ];
}

function ofLogs({ status }: AuditFacts, ways: Ways): readonly Finding[] {
  return status.logs.flatMap(({ root, trouble }) =>
    trouble === undefined
      ? []
      : [
          {
            finding: 'log silent',
            text: `${displayPath(root)}: ${trouble}`,
            repair: ways.textdAsRoot('audit', 'install'),
          } as const,
        ],
  );
}

/** One folder without a log, and the daemon does without the logs of the others. */
function ofOthers(roots: readonly Buffer[], { status: { logs } }: AuditFacts, ways: Ways): readonly Finding[] {
  const others = roots.filter((folder) => !logs.some(({ root }) => isWithin(folder, root)));
  if (logs.length === 0 || others.length === 0) return [];
  const text = `not watched, while others are: ${others.map(displayPath).join(', ')}`;
  return [{ finding: 'folder not audited', text, repair: ways.textdAsRoot('audit', 'install', shellWords(others)) }];
}

function ofBoot({ isAuditedFromBoot }: AuditFacts): readonly Finding[] {
  if (isAuditedFromBoot) return [];
  const advice =
    'Debian, Ubuntu: add audit=1 to GRUB_CMDLINE_LINUX in /etc/default/grub, then `sudo update-grub`; Fedora: `sudo grubby --update-kernel=ALL --args=audit=1`';
  return [{ finding: 'not audited from boot', text: 'the kernel was started without audit=1', advice }];
}

function finding(isSo: boolean, name: FindingName, text: string, repair: string): readonly Finding[] {
  return isSo ? [{ finding: name, text, repair }] : [];
}

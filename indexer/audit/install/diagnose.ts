/**
 * Why do changes not arrive? From what can be seen of the kernel, the rules, auditd and the plugin, nearest cause
 * first.
 */
import { isFresh, type PluginStatus } from '../plugin/plugin-status.js';
import type { KernelState } from './kernel-state.js';

export interface Symptoms {
  readonly kernel: KernelState | undefined;
  /** Of `auditctl -l`. */
  readonly rules: string;
  readonly keys: readonly string[];
  readonly status: PluginStatus | undefined;
  readonly deniesJit: boolean;
  readonly isSelinuxEnforcing: boolean;
  readonly nowMs: number;
}

/** @returns causes with what to do about each, one line each; never empty. */
export function diagnose(symptoms: Symptoms): string[] {
  const causes = [...ofKernel(symptoms), ...ofPlugin(symptoms)];
  if (causes.length > 0) return causes;
  return ['everything looks right: see `journalctl -u auditd` and `ausearch -k find-text- -ts recent`'];
}

function ofKernel({ kernel, rules, keys }: Symptoms): string[] {
  if (!kernel) return ['the kernel does not tell its audit state: not root, a container, or a kernel without audit'];
  const missing = keys.filter((key) => !rules.includes(key));
  return [
    ...(kernel.enabled === 0 ? ['auditing is switched off: `auditctl -e 1`'] : []),
    ...(kernel.pid === 0 ? ['auditd does not run: `systemctl status auditd`, `systemctl start auditd`'] : []),
    ...(/-a (?:never,task|task,never)/.test(rules)
      ? ['the rule `-a never,task` switches auditing off for every process: remove it from /etc/audit/rules.d']
      : []),
    ...missing.map((key) => `the rule ${key} is not loaded: \`auditctl -R\` with the file of rules says why`),
  ];
}

const UNTOLD =
  'this kernel writes no nametype= in PATH records, or the kind of this machine is unknown: its changes cannot be told';

function ofPlugin({ kernel, status, deniesJit, isSelinuxEnforcing, nowMs }: Symptoms): string[] {
  if (status && isFresh(status, nowMs)) {
    const failure = status.lastFailure ? `: ${status.lastFailure}` : '';
    return [
      ...(status.logsFailing > 0 ? [`the plugin cannot write ${status.logsFailing} change log(s)${failure}`] : []),
      ...(status.untoldEvents ? [UNTOLD] : []),
    ];
  }
  if (kernel?.pid === 0) return [];
  return [
    status
      ? 'the plugin has ended: restart auditd to start it again'
      : 'auditd has not started the plugin: see its messages',
    ...(deniesJit ? ['systemd forbids auditd executable memory, without which node ends at once: restart auditd'] : []),
    ...(isSelinuxEnforcing ? ['SELinux may deny it: `ausearch -m AVC -c find-text-audit`'] : []),
  ];
}

/** What `auditctl -s` says of the kernel's side. */
import type { CommandResult } from './run-command.js';

export interface KernelState {
  /** 0 off, 1 on, 2 on and locked until the next boot. */
  readonly enabled: number;
  /** Of auditd; 0 when none runs. */
  readonly pid: number;
  readonly lost: number;
  readonly backlog: number;
  readonly backlogLimit: number;
  /** 0: the kernel drops records at once instead of making processes wait. */
  readonly backlogWaitTime: number;
}

/** @returns undefined without root, or without audit in the kernel. */
export function parseKernelState({ isOk, output }: CommandResult): KernelState | undefined {
  if (!isOk) return undefined;
  const numbers = new Map([...output.matchAll(/^(\w+) (\d+)/gm)].map(([, name, value]) => [name, Number(value)]));
  const number = (name: string) => numbers.get(name) ?? 0;
  if (!numbers.has('enabled')) return undefined;
  return {
    enabled: number('enabled'),
    pid: number('pid'),
    lost: number('lost'),
    backlog: number('backlog'),
    backlogLimit: number('backlog_limit'),
    backlogWaitTime: number('backlog_wait_time'),
  };
}

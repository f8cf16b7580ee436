/**
 * Makes auditd read its configuration again, and start it anew where a signal is not enough. That is with other limits
 * of systemd, or because its dispatcher, once left without plugins, starts none until the next start (seen with audit
 * 3.0).
 */
import { existsSync } from 'node:fs';
import { KEY_PREFIX } from '../plugin/audit-config.js';
import type { Tools } from './facts.js';
import { parseKernelState } from './kernel-state.js';
import type { RunCommand } from './run-command.js';
import { setupError } from './setup-error.js';

const STOP_MS = 15_000;
const POLL_MS = 50;

export class AuditdService {
  constructor(
    readonly tools: Tools,
    readonly run: RunCommand,
  ) {}

  /** 0 when it does not run. */
  get pid(): number {
    return (this.tools.auditctl && parseKernelState(this.run([this.tools.auditctl, '-s']))?.pid) || 0;
  }

  get canRestart(): boolean {
    return this.tools.systemctl !== undefined || this.tools.service !== undefined;
  }

  reload(): void {
    const { pid } = this;
    if (pid > 0) process.kill(pid, 'SIGHUP');
  }

  /**
   * systemd refuses to stop auditd on some systems, but not to start it after it has ended. The start loads the rules
   * files in the place of all rules: those that somebody has loaded by hand are loaded again.
   * @returns the rules that could not be.
   */
  async restart(): Promise<string[]> {
    const { systemctl, service } = this.tools;
    const before = this.#rulesOfOthers();
    if (systemctl) {
      await this.stop();
      this.#must([systemctl, 'start', 'auditd.service']);
    } else if (service) this.#must([service, 'auditd', 'restart']);
    const after = new Set(this.#rulesOfOthers());
    return before.filter((rule) => !after.has(rule) && !this.#add(rule));
  }

  #rulesOfOthers(): string[] {
    const { auditctl } = this.tools;
    const lines = auditctl === undefined ? [] : this.run([auditctl, '-l']).output.split('\n');
    return lines.filter((line) => /^-[aw] /.test(line) && !line.includes(KEY_PREFIX));
  }

  #add(rule: string): boolean {
    return this.tools.auditctl !== undefined && this.run([this.tools.auditctl, ...rule.split(' ')]).isOk;
  }

  async stop(): Promise<void> {
    const { pid } = this;
    if (pid === 0) return;
    process.kill(pid, 'SIGTERM');
    const deadline = performance.now() + STOP_MS;
    while (existsSync(`/proc/${pid}`)) {
      if (performance.now() > deadline) throw setupError('stop auditd', `process ${pid} does not end`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  #must(argv: readonly string[]): void {
    const { isOk, output } = this.run(argv);
    if (!isOk) throw setupError(`run ${argv.join(' ')}`, output || 'it failed');
  }
}

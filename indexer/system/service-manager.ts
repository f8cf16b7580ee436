/**
 * What the daemon tells systemd where that has started it (sd_notify(3)): that it is ready, that it is alive, that it
 * ends. Anywhere else nobody is told.
 */
import { closeSync } from 'node:fs';
import { connectDatagrams, sendDatagram } from './libc.js';

const US_PER_MS = 1_000;

export class ServiceManager {
  #timer: NodeJS.Timeout | undefined;
  #isReady = false;

  /** @param socket  a path; missing: nobody is to be told. @param watchdogMs  a sign of life is awaited this often. */
  constructor(
    private readonly socket: string | undefined,
    private readonly watchdogMs: number | undefined,
  ) {}

  /** Takes the variables away: they are not for the processes that this one starts. */
  static ofEnvironment(env: NodeJS.ProcessEnv): ServiceManager {
    const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: watchdogUs, WATCHDOG_PID: watchdogPid } = env;
    for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete env[name];
    const isForMe = watchdogPid === undefined || Number(watchdogPid) === process.pid;
    const watchdogMs = Number(watchdogUs) / US_PER_MS;
    return new ServiceManager(
      socket?.startsWith('/') ? socket : undefined,
      isForMe && watchdogMs > 0 ? watchdogMs : undefined,
    );
  }

  /** Once; from then on it is told that the process is alive. */
  ready(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#tell('READY=1');
    if (this.socket === undefined || this.watchdogMs === undefined) return;
    this.#timer = setInterval(() => this.#tell('WATCHDOG=1'), this.watchdogMs / 2).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#tell('STOPPING=1');
  }

  /** A manager that cannot be told notices by itself. */
  #tell(state: string): void {
    if (this.socket === undefined) return;
    try {
      const fd = connectDatagrams(this.socket);
      try {
        sendDatagram(fd, Buffer.from(state));
      } finally {
        closeSync(fd);
      }
    } catch {
      // The next sign of life tries it again.
    }
  }
}

/**
 * Wishes that the daemon rests: small files beside the index, so that the wish reaches its daemon from any environment.
 * `pause.json` is that of `find-textd pause`: it ends with its time or with the boot, whatever becomes of the clock.
 * `inhibit-PID.json` is that of `find-textd inhibit`: it holds no longer than that very process lives.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import type { Rest } from '../../shared/activity.js';
import { indexFolder } from '../../shared/locations.js';
import { readOwnJson, removeOwnFile, replaceFile } from '../../shared/own-file.js';
import { makeFolder } from '../../shared/own-folder.js';
import { identifyProcess, isAlive, type ProcessIdentity } from '../../shared/process-identity.js';

/** The time since the boot does not jump, and goes on while the machine sleeps. */
export interface BootClock {
  readonly bootId: string;
  uptimeS(): number;
  nowMs(): number;
}

interface UserPause {
  readonly bootId: string;
  /** null: until it is ended. */
  readonly untilUptimeS: number | null;
}

interface Inhibitor extends ProcessIdentity {
  readonly command: string;
}

const PAUSE = 'pause.json';
const INHIBITOR = /^inhibit-\d+\.json$/;

export class Pauses {
  constructor(
    private readonly folder: string,
    private readonly clock: BootClock,
  ) {}

  /** Why to rest now; the user's own wish before that of a command. */
  current(): Rest | undefined {
    const names = list(this.folder);
    const user = names.includes(PAUSE) ? this.#userPause() : undefined;
    if (user) return user;
    for (const name of names.filter((each) => INHIBITOR.test(each))) {
      const rest = this.#inhibitor(name);
      if (rest) return rest;
    }
    return undefined;
  }

  /** In place of an earlier one. @throws a system error */
  pause(forSeconds: number | undefined): void {
    const untilUptimeS = forSeconds === undefined ? null : this.clock.uptimeS() + forSeconds;
    this.#write(PAUSE, { bootId: this.clock.bootId, untilUptimeS } satisfies UserPause);
  }

  /** Ends what `pause` began; commands go on to hold theirs. @throws a system error */
  resume(): void {
    this.#forget(PAUSE);
  }

  /** @returns a function that ends it; the end of this process ends it too. @throws a system error */
  inhibit(command: string): () => void {
    const name = `inhibit-${process.pid}.json`;
    const identity = identifyProcess(process.pid) ?? { pid: process.pid, startTicks: 0 };
    this.#write(name, { ...identity, command } satisfies Inhibitor);
    return () => this.#forget(name);
  }

  #userPause(): Rest | undefined {
    const pause = this.#read<UserPause>(PAUSE);
    const leftS =
      pause?.untilUptimeS === null ? Number.POSITIVE_INFINITY : Number(pause?.untilUptimeS) - this.clock.uptimeS();
    // One that has ended is left to the next `pause` or `resume`: whoever removed it here could remove a fresh one.
    if (pause?.bootId !== this.clock.bootId || !(leftS > 0)) return undefined;
    return { kind: 'user', untilMs: leftS === Number.POSITIVE_INFINITY ? null : this.clock.nowMs() + leftS * 1000 };
  }

  #inhibitor(name: string): Rest | undefined {
    const inhibitor = this.#read<Inhibitor>(name);
    if (inhibitor && isAlive(inhibitor))
      return { kind: 'command', command: String(inhibitor.command), pid: inhibitor.pid };
    try {
      this.#forget(name);
    } catch {
      // It says nothing, removed or not.
    }
    return undefined;
  }

  #read<T>(name: string): T | undefined {
    return readOwnJson(join(this.folder, name)) as T | undefined;
  }

  #write(name: string, wish: UserPause | Inhibitor): void {
    makeFolder(indexFolder(this.folder));
    replaceFile(join(this.folder, name), JSON.stringify(wish));
  }

  #forget(name: string): void {
    removeOwnFile(join(this.folder, name));
  }
}

/** Those of this machine. */
export function openPauses(dataDirectory: string): Pauses {
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return new Pauses(dataDirectory, { bootId, uptimeS: uptime, nowMs: Date.now });
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

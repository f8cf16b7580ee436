/**
 * Does a volume answer? A child process finds out, because a look at a hanging volume may never return. A child that
 * waits for a network server or a FUSE program can be killed. Used by find-text before it looks at its hits, and by the
 * daemon.
 */
export interface ProbeCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** Bytes in, bytes out: `printf %b` turns \0ooo into a byte. */
const SCRIPT = 'p=$(printf "%b/" "$1"); exec stat -f -- "$p" "$p$2"';

/**
 * Asks for the state of the volume, and for a name that nobody has used before, so that no cache can answer. A volume
 * that gives any answer does not hang.
 */
function probeCommand(point: Uint8Array): ProbeCommand {
  return {
    command: '/bin/sh',
    args: ['-c', SCRIPT, 'sh', escaped(point), `.find-text-${process.pid}-${process.hrtime.bigint()}`],
  };
}

/** @returns false when there is no answer within `limitMs`. Loads node:child_process only now: it takes 3 ms. */
export function answersNow(point: Uint8Array, limitMs: number): boolean {
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { command, args } = probeCommand(point);
  const { signal } = spawnSync(command, args, { stdio: 'ignore', timeout: limitMs, killSignal: 'SIGKILL' });
  return signal === null;
}

export interface Probe {
  /** Resolves with the answer, however late; at once where no child can be started. */
  readonly answer: Promise<void>;
  readonly end: () => void;
}

export function probe(point: Uint8Array): Probe {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const { command, args } = probeCommand(point);
  const child = spawn(command, args, { stdio: 'ignore' });
  child.unref();
  const answer = new Promise<void>((resolve) => child.on('exit', () => resolve()).on('error', () => resolve()));
  return { answer, end: () => child.kill('SIGKILL') };
}

function escaped(path: Uint8Array): string {
  return Array.from(path, (byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
}

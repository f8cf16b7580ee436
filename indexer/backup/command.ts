/**
 * Any other backup program: a command that prints the copies of a file, one JSON object a line:
 *
 *   {"time": "2026-11-28T23:00:00Z", "path": "/mnt/copy/etc/motd", "size": 12, "mtime": 1795906800.5}
 *
 * `time` is needed. Times are ISO 8601 with a zone, or seconds since 1970. `restore` is a command for a shell.
 */
import { cleanText } from '../../shared/path-text.js';
import { toBytes } from '../../shared/paths.js';
import { copyCommand } from './copy-command.js';
import { fileDigest } from './file-digest.js';
import { isoMs, jsonLines, numberOrNull } from './json-lines.js';
import type { CommandPlace } from './places.js';
import { ToolFailed } from './run-tool.js';
import { shellWord } from './shell-word.js';
import type { Ask, BackupTool, Copy, Snapshot, Wanted } from './tool.js';

type Line = Readonly<Record<string, unknown>>;

interface PrintedCopy extends Snapshot {
  readonly line: Line;
}

export class CommandTool implements BackupTool {
  readonly keepMs = 0;

  constructor(private readonly place: CommandPlace) {}

  async snapshots(wanted: Wanted, { run }: Ask): Promise<readonly PrintedCopy[]> {
    const [program = ''] = this.place.argv;
    const printed = await run({ argv: this.place.argv.map((arg) => filledIn(arg, wanted)) });
    return jsonLines(program.replace(/^.*\//, ''), printed).map((line) => {
      const atMs = timeMs(line.time);
      if (atMs === null) throw new ToolFailed(`${program.replace(/^.*\//, '')} printed a copy without a time`);
      return { id: typeof line.snapshot === 'string' ? line.snapshot : String(line.time), atMs, line };
    });
  }

  async copyIn({ line }: PrintedCopy, { path }: Wanted): Promise<Copy | undefined> {
    const copy = typeof line.path === 'string' && line.path.startsWith('/') ? toBytes(line.path) : null;
    const restore = typeof line.restore === 'string' ? line.restore : copy && copyCommand(shellWord(copy), path);
    if (restore === null) throw new ToolFailed('the command printed a copy with neither path nor restore');
    // It is pasted into a shell: what is shown must be what is run.
    if (cleanText(restore) !== restore)
      throw new ToolFailed('the command printed control characters in a restore command');
    return {
      path: copy,
      size: numberOrNull(line.size),
      mtimeMs: timeMs(line.mtime),
      restore,
      ...(copy && { digest: () => fileDigest(copy).catch(() => null) }),
    };
  }
}

function timeMs(value: unknown): number | null {
  return typeof value === 'number' ? numberOrNull(value * 1000) : isoMs(value);
}

/** `{path}`, `{before}` as ISO 8601, `{beforeSeconds}` since 1970. */
function filledIn(arg: string, { path, beforeMs }: Wanted): Buffer {
  const pieces = arg.split(/(\{path\}|\{before\}|\{beforeSeconds\})/).map((piece) => {
    if (piece === '{path}') return path;
    if (piece === '{before}') return toBytes(new Date(beforeMs).toISOString());
    return toBytes(piece === '{beforeSeconds}' ? String(Math.floor(beforeMs / 1000)) : piece);
  });
  return Buffer.concat(pieces);
}

/** What a kind of backup can be asked, and what it answers. A tool is one configured place with what it needs. */
import type { ToolRun } from './run-tool.js';

export interface Snapshot {
  /** Names it for a person: a folder's name, the id of a snapshot, a commit. */
  readonly id: string;
  /** When it was made; of a folder that is named by a day, the beginning of that day. */
  readonly atMs: number;
  /** Of a folder: where it is. */
  readonly folder?: Buffer;
}

export interface Copy {
  /** Null: it cannot be looked at without restoring it. */
  readonly path: Buffer | null;
  readonly size: number | null;
  readonly mtimeMs: number | null;
  /** A command for a shell. */
  readonly restore: string;
  /** SHA-256 of the content in lower-case hexadecimal; null: too large. Missing: it cannot be had. */
  readonly digest?: () => Promise<string | null>;
}

/** The file that is looked for, by its real path. */
export interface Wanted {
  readonly path: Buffer;
  readonly beforeMs: number;
}

export interface Ask {
  /** Runs a program within the time that is left. @throws ToolFailed */
  readonly run: (run: ToolRun) => Promise<Buffer>;
  /** A folder for what programs keep. */
  readonly cacheDirectory: string;
}

export interface BackupTool {
  /** So long a list of snapshots is used again. 0: it is made for one file. */
  readonly keepMs: number;
  /** Rejects with ToolFailed. */
  snapshots(wanted: Wanted, ask: Ask): Promise<readonly Snapshot[]>;
  /** undefined: the file is not in it. Rejects with ToolFailed. */
  copyIn(snapshot: Snapshot, wanted: Wanted, ask: Ask): Promise<Copy | undefined>;
}

/** Lists of folders are cheap, those of repositories are not. */
export const FOLDERS_KEEP_MS = 60_000;
export const REPOSITORY_KEEP_MS = 600_000;

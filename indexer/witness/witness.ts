/** What a file is, as far as integrity is concerned: two of them that are equal mean that nothing has changed. */

export type FileType = 'file' | 'folder' | 'symlink' | 'other';

export interface Witness {
  readonly type: FileType;
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  /** Permission bits with setuid, setgid and sticky: 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since 1970 with their fraction. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  /** Lower-case hexadecimal; of a symlink that of its target's name. Null: a folder, too large, or it could not be read. */
  readonly sha256: string | null;
  /** As `xattrsText` has them; null: they could not be read. */
  readonly xattrs: string | null;
}

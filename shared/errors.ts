/**
 * Every error find-text raises on purpose. Decide by `code`, never by the text.
 *
 * - Ground errors (config, store, lock) stop the program with a message.
 * - Item errors (one record, one file) are recorded where `find-textd status` shows them, and the pipeline goes on.
 *
 * The table in ARCHITECTURE.md lists the same codes; test/docs.test.ts compares both.
 */
export const ERROR_CODES = {
  FT_CONFIG_INVALID: 'the configuration file or an option has a value that is not understood',
  FT_ROOT_MISSING: 'a folder to index does not exist, or is not a folder',
  FT_FOLDER_UNUSABLE: "a folder of find-text's own cannot be made, or other users could reach into it",
  FT_STORE_MISSING: 'there is no index yet',
  FT_STORE_NEWER: 'the index was written by a newer find-text',
  FT_STORE_OLDER: 'the index was written by an older find-text, and nothing has raised it yet',
  FT_STORE_CORRUPT: 'the index file is damaged',
  FT_STORE_FULL: 'the disk that holds the index is full',
  FT_STORE_BUSY: 'another process holds the index',
  FT_STORE_FAILED: 'the index could not be opened, read or written',
  FT_INSTALL_FAILED: 'the daemon could not be made to start by itself',
  FT_FORGET_KEPT: 'the file or folder would be indexed again',
  FT_QUERY_SYNTAX: 'the query cannot be understood',
  FT_OPEN_FAILED: 'a file could not be opened with another program',
  FT_REQUEST_INVALID: 'a request to the query socket cannot be understood',
  FT_PAGE_OFF: 'no daemon serves the page',
  FT_EXTRACT_TIMEOUT: 'the extractor took too long and was stopped',
  FT_EXTRACT_CRASHED: 'the extractor ended in the middle of the file, most likely out of memory',
  FT_EXTRACT_FAILED: 'the file could not be understood by its extractor',
  FT_READ_DENIED: 'the file or folder may not be read by this user',
  FT_READ_FAILED: 'the file or folder could not be read',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface TextPlace {
  readonly text: string;
  /** In UTF-16 units. */
  readonly at: number;
}

export interface ErrorDetails {
  readonly hint?: string;
  readonly cause?: unknown;
  /** Where in what the user typed it is. */
  readonly place?: TextPlace;
}

/** message = what was being done + to what + why; hint = what the user can do about it. */
export class FindTextError extends Error {
  readonly hint: string | undefined;
  readonly place: TextPlace | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, { cause: details.cause });
    this.name = 'FindTextError';
    this.hint = details.hint;
    this.place = details.place;
  }
}

/** For what may fail without harm; the caller says why. */
export function orUndefined<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** The system's error code (`ENOENT`, `SQLITE_FULL`) of anything that was thrown, or undefined. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Why a call of the system failed, without the path that Node repeats: `permission denied`, `EIO: i/o error`. */
export function reasonText(error: unknown): string {
  if (['EACCES', 'EPERM'].includes(systemCode(error) ?? '')) return 'permission denied';
  const message = error instanceof Error ? error.message : String(error);
  return systemCode(error) === undefined ? message : message.replace(/, \w+(?: '.*)?$/s, '');
}

/**
 * What a program understands, as one value: its manual page and its completions for bash, zsh and fish are made from
 * it when the programs are built. Texts are plain; `back quotes` mark what is typed or read as it stands.
 */

/** What may stand at a place of the command line: one of some words, something that the shell knows, or anything. */
export type Value =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'folder' | 'file' | 'user' | 'program' | 'anything' };

export interface ManualOption {
  readonly short?: string | undefined;
  readonly long: string;
  /** Name of its value; missing: it takes none. */
  readonly value?: string | undefined;
  readonly takes?: Value | undefined;
  readonly help: string;
}

export interface ManualArgument {
  /** As in `[DIR...]`. */
  readonly name: string;
  readonly takes: Value;
  readonly help: string;
}

export interface ManualCommand {
  /** Of a command within another one all words: `['audit', 'log']`. */
  readonly words: readonly string[];
  readonly help: string;
  readonly options: readonly ManualOption[];
  readonly arguments: readonly ManualArgument[];
}

/** `name:value` as a part of an argument. */
export interface ManualField {
  readonly name: string;
  readonly takes: Value;
  readonly help: string;
  readonly example: string;
}

export interface Manual {
  readonly name: string;
  readonly purpose: string;
  readonly synopsis: readonly string[];
  readonly description: readonly string[];
  readonly options: readonly ManualOption[];
  readonly arguments: readonly ManualArgument[];
  readonly commands: readonly ManualCommand[];
  readonly fields: readonly ManualField[];
  /** What stands in the page behind all that. */
  readonly sections: readonly ManualSection[];
}

export interface ManualSection {
  readonly title: string;
  readonly entries: readonly ManualEntry[];
}

/** A paragraph, or a term with what it means. */
export type ManualEntry = string | readonly [term: string, meaning: string];

export const ANYTHING: Value = { kind: 'anything' };

/** `-n, --limit` */
export function optionNames({ short, long }: ManualOption): string[] {
  return [...(short === undefined ? [] : [`-${short}`]), `--${long}`];
}

/** One word for bash and zsh. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

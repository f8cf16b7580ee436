/**
 * The media type of a file, by its name as far as the content does not contradict it. The one place that knows
 * mime-types. mime-types sees `.ts` as video and `.rs` as a kind of XML; on a desktop they are source code, so a short
 * list comes first.
 */
import { extension, lookup } from 'mime-types';

const BINARY = 'application/octet-stream';

const OWN_TYPES: ReadonlyMap<string, string> = new Map([
  ['adoc', 'text/x-asciidoc'],
  ['bash', 'application/x-sh'],
  ['cmake', 'text/x-cmake'],
  ['cs', 'text/x-csharp'],
  ['cts', 'text/x-typescript'],
  ['diff', 'text/x-diff'],
  ['el', 'text/x-emacs-lisp'],
  ['go', 'text/x-go'],
  ['hs', 'text/x-haskell'],
  ['jsonl', 'application/jsonl'],
  ['kt', 'text/x-kotlin'],
  ['mk', 'text/x-makefile'],
  ['mts', 'text/x-typescript'],
  ['org', 'text/x-org'],
  ['patch', 'text/x-diff'],
  ['po', 'text/x-gettext'],
  ['py', 'text/x-python'],
  ['rb', 'text/x-ruby'],
  ['rs', 'text/x-rust'],
  ['rst', 'text/x-rst'],
  ['scala', 'text/x-scala'],
  ['swift', 'text/x-swift'],
  ['ts', 'text/x-typescript'],
  ['tsx', 'text/x-typescript'],
  ['zsh', 'application/x-sh'],
]);

const TEXTUAL =
  /^(?:text|message)\/|[+/](?:json|jsonl|xml)$|^application\/(?:javascript|node|sql|toml|mbox|postscript|pgp-keys|rtf|x-(?:sh|perl|tex|tcl|httpd-php|subrip))$|^image\/x-xpixmap$/;

/**
 * `fallback` when the name tells nothing, or names a type that is never text (`.dot`, a Word template or a Graphviz
 * file).
 */
export function textTypeOf(name: string, fallback: string): string {
  const type = typeByName(name);
  return type !== undefined && TEXTUAL.test(type) ? type : fallback;
}

/** The type of a file that is known not to be text: no extension makes it so. */
export function binaryTypeOf(name: string, fallback = BINARY): string {
  const type = typeByName(name);
  return type === undefined || TEXTUAL.test(type) ? fallback : type;
}

/** The type of a file of which only the name is known. */
export function typeOfName(name: string): string {
  return typeByName(name) ?? BINARY;
}

/** Does the name say of what kind the file is? */
export function isKnownByName(name: string): boolean {
  return typeByName(name) !== undefined;
}

/** 'attachment', 'image/png' → 'attachment.png'. */
export function nameForType(stem: string, type: string): string {
  const ending = extension(type);
  return ending && ending !== 'bin' ? `${stem}.${ending}` : stem;
}

function typeByName(name: string): string | undefined {
  const extension = extensionOf(name);
  if (extension === '') return undefined;
  return OWN_TYPES.get(extension) ?? (lookup(extension) || undefined);
}

/** 'a/README.MD' → 'md'; '' for none, and for a dot file such as `.bashrc`. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

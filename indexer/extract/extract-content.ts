/**
 * From the bytes of a file to its Extraction: unpack, decode, choose the extractor, run it, and the same for the files
 * in it. No file system; called by job.ts in the child. Binary content is no failure: it gives an empty text, so that
 * the file is found by its name.
 */
import { FindTextError } from '../../shared/errors.js';
import { pathText } from '../../shared/path-text.js';
import { splitPath } from '../../shared/paths.js';
import type { Content, Extraction, InnerContent, Limit, Property } from '../../shared/types.js';
import { type Decoded, decodeText, HEAD_BYTES, isBinary } from './decode.js';
import type { Child, Extracted } from './extractor.js';
import { cleanInnerPath } from './inner-path.js';
import { digestContent } from './known-content.js';
import { limitProperties } from './limit-properties.js';
import { binaryTypeOf } from './media-type.js';
import { NO_EXTRACTOR, type Registry } from './registry.js';
import { Source } from './source.js';
import { TreeLimits } from './tree-limits.js';
import { gunzip, isGzip } from './unpack/gunzip.js';
import { packingOf, unpackedName } from './unpack/packing.js';

const NO_BYTES = Buffer.alloc(0);

export interface FileContent {
  /** Last part of the path. */
  readonly name: string;
  readonly bytes: Buffer;
  /** The file is longer than `bytes`. */
  readonly isTruncated: boolean;
  /** Limit for what is unpacked from `bytes`. */
  readonly maxBytes: number;
  /** Missing: all of it is in `bytes`. */
  readonly source?: Source | undefined;
}

/**
 * Whether reading on after the first 64 kB makes sense: not for binary content that no extractor takes, packed by gzip
 * or not. What is packed otherwise needs more than its first 64 kB to tell.
 */
export function isWorthReading(registry: Registry, name: string, head: Buffer): boolean {
  const packing = packingOf(head);
  if (packing === undefined) return isText(registry, name, head) && !registry.isInHead(name, head);
  if (!isGzip(head)) return true;
  const unpacked = gunzip(head, HEAD_BYTES * 4);
  return unpacked !== undefined && isText(registry, unpackedName(packing, name), unpacked.bytes);
}

/** Or of a format of bytes. */
function isText(registry: Registry, name: string, head: Buffer): boolean {
  return registry.chooseForBytes(name, head).length > 0 || !isBinary(head);
}

/** @throws FindTextError FT_EXTRACT_FAILED for a packed file that is damaged from the beginning. */
export async function extractContent(registry: Registry, file: FileContent): Promise<Extraction> {
  const tree = new Tree(registry);
  const { content, isFileText, isContainer } = await tree.read(file, undefined, 0);
  const { met } = tree;
  if (!isContainer && met.length === 0) return { ...content, isFileText };
  const children = tree.children.map((child) => ({ ...child, digest: digestContent(child) }));
  return { ...content, isFileText, ...(isContainer && { children }), ...(met.length > 0 && { met }) };
}

interface Read {
  readonly content: Content;
  /** The text is that of the file, byte for byte. */
  readonly isFileText: boolean;
  readonly isContainer?: boolean;
}

interface Unpacked extends FileContent {
  readonly isPacked: boolean;
}

/** Reads a file and the files in it, one after the other, within one set of limits. */
class Tree {
  /** By their path: what an archive has twice, the later one replaces. */
  readonly #children = new Map<string, InnerContent>();
  readonly #limits = new TreeLimits();

  constructor(private readonly registry: Registry) {}

  /** Those within the file. */
  get children(): InnerContent[] {
    return [...this.#children.values()];
  }

  get met(): readonly Limit[] {
    return this.#limits.met;
  }

  /** @param path  of the file within the outermost one; undefined: it is that one. */
  async read(file: FileContent, path: Buffer | undefined, depth: number): Promise<Read> {
    const unpacked = await this.#unpacked(file);
    const { name, bytes, maxBytes } = unpacked;
    if (unpacked.isTruncated) refuseCut(this.registry.wholeUpTo(bytes), unpacked.isPacked ? maxBytes : Infinity);
    for (const extractor of this.registry.chooseForBytes(name, bytes)) {
      this.#limits.begin();
      const source = unpacked.source ?? Source.ofBytes(bytes);
      const extracted = await extractor.extract({ name, bytes, maxBytes, source });
      if (!extracted) continue;
      for (const limit of extracted.met ?? []) this.#limits.meet(limit);
      const isCut = unpacked.isTruncated && !extractor.isInHead && !unpacked.source;
      const limited = this.#limited(extracted, isCut);
      const { id, version, type } = extractor;
      const content = {
        ...limited,
        type: extracted.type ?? binaryTypeOf(file.name, type),
        extractor: id,
        extractorVersion: version,
      };
      const isWhole = await this.#readChildren(extracted.children, { file: unpacked, path, depth });
      const isTruncated = content.isTruncated || !isWhole;
      return { content: { ...content, isTruncated }, isFileText: false, isContainer: extracted.children !== undefined };
    }
    const decoded = decodeText(bytes, unpacked.isTruncated);
    return decoded ? this.#readText(decoded, unpacked) : { content: binaryContent(file.name), isFileText: false };
  }

  /** Of binary content that no extractor takes only the beginning, but where gzip gives all of it as fast. */
  async #unpacked(file: FileContent): Promise<Unpacked> {
    const packing = packingOf(file.bytes);
    if (packing === undefined) return { ...file, isPacked: false };
    this.#limits.begin();
    const name = unpackedName(packing, file.name);
    const unpack = async (maxBytes: number) => {
      const unpacked = await packing.unpack(file.bytes, this.#limits.roomToUnpack(maxBytes));
      if (unpacked === undefined) throw damaged(packing.name);
      this.#limits.takeUnpacked(unpacked.bytes.length);
      return unpacked;
    };
    const head = await unpack(isGzip(file.bytes) ? file.maxBytes : Math.min(HEAD_BYTES, file.maxBytes));
    const isWhole = !head.isCut || isGzip(file.bytes) || !isText(this.registry, name, head.bytes);
    const { bytes, isCut, isOver } = isWhole ? head : await unpack(file.maxBytes);
    if (isOver && isText(this.registry, name, bytes)) this.#limits.meetByBytes();
    return { ...file, name, bytes, isTruncated: isCut || file.isTruncated, isPacked: true, source: undefined };
  }

  async #readText({ text: source, isFileBytes }: Decoded, { name, isPacked, isTruncated }: Unpacked): Promise<Read> {
    const { extractor, type } = this.registry.choose(name, source);
    const extracted = await extractor.extract({ name, bytes: source });
    const limited = this.#limited(extracted, isTruncated);
    return {
      content: {
        ...limited,
        type: extracted.type ?? type,
        extractor: extractor.id,
        extractorVersion: extractor.version,
      },
      isFileText: extracted.text === source && limited.text === source && isFileBytes && !isPacked,
    };
  }

  /** @returns false when there are, or may be, more. */
  async #readChildren(children: Extracted['children'], { file, path, depth }: Above): Promise<boolean> {
    if (!children) return true;
    try {
      for await (const child of children) {
        const innerPath = cleanInnerPath(child.name, path);
        if (!this.#limits.takeLevel(depth) || !this.#limits.takeChild(innerPath.length)) return false;
        if (!this.#limits.takeUnpacked(child.bytes.length)) return false;
        if (child.isTruncated && child.bytes.length >= file.maxBytes) this.#limits.meetByBytes();
        await this.#readChild(child, { innerPath, maxBytes: file.maxBytes, depth: depth + 1 });
      }
      return true;
    } catch {
      return false;
    }
  }

  async #readChild({ bytes, isTruncated = false }: Child, { innerPath, maxBytes, depth }: Inner): Promise<void> {
    const name = pathText(splitPath(innerPath).name);
    const key = innerPath.toString('latin1');
    const unread = { ...binaryContent(name), isTruncated: true, innerPath };
    // It stands before those that are in it.
    this.#children.set(key, unread);
    const read = await this.read({ name, bytes, isTruncated, maxBytes }, innerPath, depth).catch(() => undefined);
    if (read) this.#children.set(key, { ...read.content, innerPath });
  }

  #limited({ title, text, markup = NO_BYTES, properties, isTruncated = false }: Extracted, isCut: boolean) {
    const limits = this.#limits;
    const hasRoom = limits.takeLabel(Buffer.byteLength(title));
    const takenText = limits.takeText(text);
    const taken = {
      title: hasRoom ? title : '',
      text: takenText,
      markup: limits.takeText(markup),
      isTruncated: isCut || isTruncated || takenText.length < text.length,
    };
    const kept = properties && limitProperties(properties).filter((one) => limits.takeLabel(sizeOf(one)));
    return kept && kept.length > 0 ? { ...taken, properties: kept } : taken;
  }
}

/** @throws FindTextError FT_EXTRACT_FAILED for the beginning of a file that is read whole or not at all. */
function refuseCut(wholeUpTo: number, maxBytes: number): void {
  if (wholeUpTo === 0) return;
  const limit = `${Math.min(wholeUpTo, maxBytes) / 1024 ** 2} MiB`;
  throw new FindTextError('FT_EXTRACT_FAILED', `it is larger than what is read of such a file, at most ${limit}`);
}

interface Above {
  readonly file: Unpacked;
  readonly path: Buffer | undefined;
  readonly depth: number;
}

interface Inner {
  readonly innerPath: Buffer;
  readonly maxBytes: number;
  readonly depth: number;
}

function sizeOf(property: Property): number {
  return Buffer.byteLength(JSON.stringify(property));
}

function damaged(packing: string): FindTextError {
  return new FindTextError('FT_EXTRACT_FAILED', `the ${packing} data is damaged from its beginning on`);
}

function binaryContent(name: string): Content {
  return {
    type: binaryTypeOf(name),
    title: '',
    text: NO_BYTES,
    markup: NO_BYTES,
    isTruncated: false,
    extractor: NO_EXTRACTOR.id,
    extractorVersion: NO_EXTRACTOR.version,
  };
}

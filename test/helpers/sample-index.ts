/** A small index of real files, written through the store: plain text is read from the file, `.html` from the stored copy. */
import { lstatSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { joinPath, splitPath } from '../../shared/paths.js';
import { Documents } from '../../shared/store/documents.js';
import { ensureIndexDirectory, makeCurrent, nextIndexFile } from '../../shared/store/generation.js';
import { type Db, openForWriting } from '../../shared/store/open.js';
import { refreshVocabulary } from '../../shared/store/vocabulary.js';
import type { Extraction, InnerContent, Property } from '../../shared/types.js';
import { tempFolder } from './temp.js';

export interface SampleFile {
  readonly text: string;
  readonly title?: string;
  readonly type?: string;
  /** When the file was changed; default: now. */
  readonly modified?: Date;
  /** False: the index keeps a copy of the text, and the file holds something else. */
  readonly isFileText?: boolean;
  readonly extractor?: string;
  /** Words of tags and attributes. */
  readonly markup?: string;
  readonly properties?: readonly Property[];
  /** Texts of the documents within it, by their path there. */
  readonly children?: Readonly<Record<string, string>>;
}

export class SampleIndex {
  readonly home = tempFolder();
  readonly root = join(this.home, 'tree');
  readonly dataDirectory = join(this.home, 'data/find-text');
  readonly file: string;
  readonly db: Db;
  readonly #documents: Documents;

  /** @param files  by their path in the tree; a string is the text. */
  constructor(files: Readonly<Record<string, string | SampleFile>> = {}) {
    mkdirSync(this.root);
    ensureIndexDirectory(this.dataDirectory);
    this.file = nextIndexFile(this.dataDirectory);
    this.db = openForWriting(this.file);
    makeCurrent(this.dataDirectory, this.file);
    this.#documents = new Documents(this.db);
    for (const [path, file] of Object.entries(files)) this.write(path, file);
    this.refreshVocabulary();
  }

  path(path: string): string {
    return join(this.root, path);
  }

  /** Writes the file and the document. @param path  below the tree; bytes are taken as a name in the tree itself. */
  write(path: string | Buffer, file: string | SampleFile): void {
    const bytes = typeof path === 'string' ? Buffer.from(this.path(path)) : joinPath(Buffer.from(this.root), path);
    const sample = typeof file === 'string' ? { text: file } : file;
    mkdirSync(splitPath(bytes).directory, { recursive: true });
    writeFileSync(bytes, sample.isFileText === false ? `<p>${sample.text}` : sample.text);
    if (sample.modified) utimesSync(bytes, sample.modified, sample.modified);
    this.#put(bytes, sample);
  }

  refreshVocabulary(): void {
    for (let after: string | undefined = ''; after !== undefined; )
      after = refreshVocabulary(this.db, after, { budgetMs: 100, hasLists: false });
  }

  #put(
    path: Buffer,
    { text, title = '', type = 'text/plain', isFileText = true, extractor = 'text', ...more }: SampleFile,
  ): void {
    const { markup = '', properties, children } = more;
    const content = { type, title, markup: Buffer.alloc(0), isTruncated: false, extractor, extractorVersion: 1 };
    const extraction: Extraction = {
      ...content,
      markup: Buffer.from(markup),
      text: Buffer.from(text),
      isFileText,
      ...(properties && { properties }),
      children: Object.entries(children ?? {}).map(([innerPath, inner]): InnerContent => {
        return { ...content, text: Buffer.from(inner), innerPath: Buffer.from(innerPath) };
      }),
    };
    this.#documents.put(path, lstatSync(path), extraction);
  }
}

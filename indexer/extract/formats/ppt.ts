/**
 * Presentations of PowerPoint from 1997 to 2003: each slide is a page, with its notes and comments. What was deleted and
 * is still in the file is not read: the last version of each part is what its list of places says.
 * Format: [MS-PPT].
 */
import { type CompoundText, compoundExtractor } from '../compound/compound-extractor.js';
import { NO_STREAM } from '../compound/compound-file.js';
import { encrypted } from '../compound/failures.js';
import { TextBuilder } from '../xml/text-builder.js';
import { type Atom, atomsIn, atomsOf, places } from './ppt-atoms.js';

export const pptExtractor = compoundExtractor({
  id: 'ppt',
  version: 2,
  type: 'application/vnd.ms-powerpoint',
  extensions: ['ppt', 'pps', 'pot'],
  streams: ['PowerPoint Document'],
  what: 'presentation of PowerPoint',
  read: (file, { bytes }) => readSlides(bytes, (file.stream('Current User') ?? NO_STREAM).bytes),
});

const LIST = 4080;
const SLIDE_IN_LIST = 1011;
const NOTES_INFO = 1009;
const WIDE_TEXT = 4000;
const NARROW_TEXT = 4008;
const NAME = 4026;
const COMMENT = 12000;
const COMMENT_TEXT = 1;
/** How often its bytes are read at the most: many slides may be said to stand in one place. */
const MAX_READ = 2;
/** In a list: of slides, not of masters (1) or notes (2). */
const SLIDES = 0;
const NOTES = 2;

interface Slide {
  readonly reference: number;
  readonly id: number;
  /** Of its title and its points, where they stand in the list and not in the slide. */
  readonly texts: string[];
}

/** @returns undefined when it does not tell where its slides are. */
function readSlides(stream: Buffer, user: Buffer): CompoundText | undefined {
  if (user.length >= 16 && user.readUInt32LE(12) === ENCRYPTED_USER) throw encrypted();
  const found = places(stream, user);
  const document = found && atomAt(stream, found.at.get(found.document));
  if (!found || !document) return undefined;
  let room = stream.length * MAX_READ;
  const partOf = ({ reference }: Slide): Atom | undefined => {
    const atom = room >= 0 ? atomAt(stream, found.at.get(reference)) : undefined;
    room -= atom ? atom.end - atom.begin : 0;
    return room >= 0 ? atom : undefined;
  };
  const notes = new Map(
    listed(stream, document, NOTES).flatMap((one) => {
      const atom = partOf(one);
      return atom ? [[slideOf(stream, atom), textsOf(stream, atom)] as const] : [];
    }),
  );
  const out = new TextBuilder();
  for (const [index, slide] of listed(stream, document, SLIDES).entries()) {
    if (out.isFull || room < 0) break;
    if (index > 0) out.page();
    const atom = partOf(slide);
    addLines(out, [...slide.texts, ...(atom ? textsOf(stream, atom) : []), ...(notes.get(slide.id) ?? [])]);
  }
  return { text: out.toString(), isCut: out.isFull || room < 0 };
}

const ENCRYPTED_USER = 0xf3d1c4df;

function atomAt(stream: Buffer, at: number | undefined): Atom | undefined {
  return at === undefined ? undefined : atomsIn(stream, at, stream.length).next().value;
}

/** Those of the document's lists of one kind, in order. */
function listed(stream: Buffer, document: Atom, kind: number): Slide[] {
  const slides: Slide[] = [];
  for (const list of atomsIn(stream, document.begin, document.end)) {
    if (list.type !== LIST || list.instance !== kind) continue;
    for (const atom of atomsIn(stream, list.begin, list.end)) {
      if (atom.type === SLIDE_IN_LIST && atom.end - atom.begin >= 16)
        slides.push({
          reference: stream.readUInt32LE(atom.begin),
          id: stream.readUInt32LE(atom.begin + 12),
          texts: [],
        });
      else slides.at(-1)?.texts.push(...textOf(stream, atom));
    }
  }
  return slides;
}

/** Which slide the notes belong to. */
function slideOf(stream: Buffer, notes: Atom): number {
  for (const { type, begin, end } of atomsIn(stream, notes.begin, notes.end))
    if (type === NOTES_INFO && end - begin >= 4) return stream.readUInt32LE(begin);
  return -1;
}

/** Of boxes, notes and comments, whatever they stand in. */
function textsOf(stream: Buffer, container: Atom): string[] {
  const texts: string[] = [];
  for (const atom of atomsOf(stream, container)) {
    if (atom.parent === COMMENT ? atom.instance === COMMENT_TEXT : atom.type !== NAME)
      texts.push(...textOf(stream, atom));
  }
  return texts;
}

function textOf(stream: Buffer, { type, begin, end }: Atom): string[] {
  if (type === NARROW_TEXT) return [stream.toString('latin1', begin, end)];
  return type === WIDE_TEXT || type === NAME ? [stream.toString('utf16le', begin, end)] : [];
}

/** A placeholder for the number of the slide or the date is a `*`. */
function addLines(out: TextBuilder, texts: readonly string[]): void {
  for (const line of texts.flatMap((text) => text.split(/[\r\n\v]/)).filter((one) => one !== '*')) {
    out.line();
    out.add(line);
  }
}

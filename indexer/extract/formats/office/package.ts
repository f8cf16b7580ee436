/** The container of Office Open XML: which part is what, and how one leads to another. Used by the readers of word.ts, slides.ts and sheets.ts. */

import type { XmlElement } from '../../xml/elements.js';
import { attribute, type XmlAttributes } from '../../xml/xml-reader.js';
import type { XmlMembers } from '../../zip/xml-members.js';

export const CONTENT_TYPES = '[Content_Types].xml';

interface Part {
  /** Without a slash at its beginning. */
  readonly name: string;
  readonly type: string;
}

export interface Relation {
  readonly id: string;
  /** The last part of its address: 'notesSlide'. */
  readonly kind: string;
  /** Name of the part it leads to. */
  readonly target: string;
}

export class OfficePackage {
  private constructor(
    readonly members: XmlMembers,
    private readonly parts: readonly Part[],
  ) {}

  static async open(members: XmlMembers): Promise<OfficePackage> {
    const elements = await members.elements(CONTENT_TYPES);
    const parts = elements.flatMap(({ name, attributes }) => {
      const [part, type] = [attribute(attributes, 'PartName'), attribute(attributes, 'ContentType')];
      return name === 'Override' && part && type ? [{ name: withoutSlash(part), type }] : [];
    });
    return new OfficePackage(members, parts);
  }

  /** In the order of the list of contents. */
  partsOfType(type: RegExp): readonly Part[] {
    return this.parts.filter((part) => type.test(part.type));
  }

  async relations(part: string): Promise<readonly Relation[]> {
    const [, folder = '', name = ''] = /^(.*\/)?([^/]*)$/.exec(part) ?? [];
    const elements = await this.members.elements(`${folder}_rels/${name}.rels`);
    return elements.flatMap((one) => toRelation(one, folder));
  }
}

function toRelation({ name, attributes }: XmlElement, folder: string): Relation[] {
  const { Id: id, Type: type, Target: target, TargetMode: mode } = attributes;
  if (name !== 'Relationship' || !id || !type || !target || mode === 'External') return [];
  return [{ id, kind: type.slice(type.lastIndexOf('/') + 1), target: resolvePart(target, folder) }];
}

/** '../notes/a.xml' as seen from 'ppt/slides/' → 'ppt/notes/a.xml'. */
export function resolvePart(target: string, folder: string): string {
  if (target.startsWith('/')) return withoutSlash(target);
  const parts: string[] = [];
  for (const part of `${folder}${target}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** Which relation an element stands for: `r:id`, beside which it may have an `id` of its own. */
export function relationId(attributes: XmlAttributes): string | undefined {
  const name = Object.keys(attributes).find((key) => key.endsWith(':id'));
  return name === undefined ? undefined : attributes[name];
}

function withoutSlash(name: string): string {
  return name.replace(/^\/+/, '');
}

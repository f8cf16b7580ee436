/** XML documents in a zip archive: office documents and books consist of them. */
import { ElementList, type XmlElement } from '../xml/elements.js';
import { type XmlEvents, XmlReader } from '../xml/xml-reader.js';
import type { ZipArchive } from './zip.js';

export class XmlMembers {
  readonly #archive: ZipArchive;
  #isWhole = true;

  constructor(archive: ZipArchive) {
    this.#archive = archive;
  }

  /** Something that was asked for could not be read to its end. */
  get isCut(): boolean {
    return !this.#isWhole;
  }

  /**
   * @param name  without a slash at its beginning; a member that is missing is empty.
   * @param isFull  whether the reader of the events wants no more; what it does not want is not missing.
   */
  async read(name: string, events: XmlEvents, isFull: () => boolean = () => false): Promise<void> {
    const member = this.#archive.get(name);
    if (!member) return;
    const reader = new XmlReader(events);
    let hasEnough = false;
    const isWhole = await this.#archive.unpack(member, (part) => {
      reader.write(part);
      hasEnough = isFull();
      return !hasEnough && !reader.isStopped;
    });
    if (!hasEnough && !(reader.end() && isWhole)) this.#isWhole = false;
  }

  async elements(name: string): Promise<readonly XmlElement[]> {
    const list = new ElementList();
    await this.read(name, list, () => list.isFull);
    return list.elements;
  }
}

/** XML documents in a zip archive: office documents and books consist of them. */
import { ElementList, type XmlElement } from '../xml/elements.js';
import { type XmlEvents, XmlReader } from '../xml/xml-reader.js';
import { openZip, type ZipArchive } from './zip.js';

/** Markup is many times as long as the text in it. */
const MARKUP_FACTOR = 4;

export class XmlMembers {
  #isWhole = true;

  private constructor(readonly archive: ZipArchive) {}

  /**
   * @param maxBytes  of the text in them.
   * @returns undefined for what is no zip archive.
   */
  static async open(bytes: Buffer, maxBytes: number): Promise<XmlMembers | undefined> {
    const archive = await openZip(bytes, maxBytes * MARKUP_FACTOR);
    return archive && new XmlMembers(archive);
  }

  /** Something that was asked for could not be read to its end, or may stand behind the end of the archive. */
  get isCut(): boolean {
    return !this.#isWhole;
  }

  /**
   * @param name  without a slash at its beginning; a member that is missing is empty.
   * @param isFull  whether the reader of the events wants no more; what it does not want is not missing.
   */
  async read(name: string, events: XmlEvents, isFull: () => boolean = () => false): Promise<void> {
    const member = this.archive.get(name);
    if (!member) {
      if (this.archive.isCut) this.#isWhole = false;
      return;
    }
    const reader = new XmlReader(events);
    let hasEnough = false;
    const isWhole = await this.archive.unpack(member, (part) => {
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

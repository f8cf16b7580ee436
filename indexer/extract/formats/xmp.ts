/** What a document says of itself in XMP, where it says it nowhere else. The packet stands as it is in the file. Pure. */
import { ElementList, type XmlElement } from '../xml/elements.js';
import { readXml } from '../xml/xml-reader.js';

export interface Xmp {
  readonly title: string;
  readonly authors: readonly string[];
  readonly description: string;
  readonly tags: readonly string[];
  readonly created: string;
}

const BEGIN = '<x:xmpmeta';
const END = '</x:xmpmeta>';
/** A packet of the document, not of one of its pictures, most often has some of it. */
const OF_PDF = 'http://ns.adobe.com/pdf/';
const MAX_BYTES = 1 << 20;
const MAX_PACKETS = 200;

/** @returns undefined where there is none, or it cannot be told which one is that of the document. */
export function xmpOf(bytes: Buffer): Xmp | undefined {
  const packets = [...packetsOf(bytes)];
  const [only] = packets.length === 1 ? packets : [];
  const packet = packets.findLast((one) => one.includes(OF_PDF)) ?? only;
  return packet && readPacket(packet);
}

function* packetsOf(bytes: Buffer): Generator<Buffer> {
  let from = bytes.indexOf(BEGIN);
  for (let count = 0; from >= 0 && count < MAX_PACKETS; count++) {
    const end = bytes.subarray(0, from + MAX_BYTES).indexOf(END, from);
    if (end >= 0) yield bytes.subarray(from, end + END.length);
    from = bytes.indexOf(BEGIN, Math.max(end, from + 1));
  }
}

function readPacket(packet: Buffer): Xmp {
  const list = new ElementList();
  readXml(packet, list, () => list.isFull);
  const { elements } = list;
  const [created = ''] = elements.flatMap(({ name, text, attributes }) =>
    name === 'CreateDate' ? text : (attributes['xmp:CreateDate'] ?? []),
  );
  const [[title = ''], [description = '']] = [itemsOf(elements, 'title'), itemsOf(elements, 'description')];
  return { title, description, authors: itemsOf(elements, 'creator'), tags: itemsOf(elements, 'subject'), created };
}

/** `<dc:title><rdf:Alt><rdf:li>…`: what stands behind an element of that name, up to the next that is no list. */
function itemsOf(elements: readonly XmlElement[], name: string): string[] {
  const items: string[] = [];
  let isInside = false;
  for (const element of elements) {
    if (element.name === name) isInside = true;
    else if (!/^(?:Alt|Seq|Bag|li)$/.test(element.name)) isInside = false;
    else if (isInside && element.name === 'li' && element.text !== '') items.push(element.text);
  }
  return items;
}

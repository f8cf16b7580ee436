/** How many files were found, in words. Pure. */
import type { HitsWords } from '../words.js';

export function countText(found: HitsWords): string {
  const { hits, searched, offered } = found;
  const texts = [
    hits.length === 0 ? 'Nothing is found.' : foundText(found),
    searched === undefined ? '' : `Searched instead: ${searched}`,
    offered === undefined ? '' : `Did you mean: ${offered}`,
  ];
  return texts.filter((text) => text !== '').join(' ');
}

/** The total is of those that have all words. */
function foundText({ hits, total, isTotalExact }: HitsWords): string {
  const partly = hits.filter(({ missing }) => missing !== undefined && missing.length > 0).length;
  const whole = hits.length - partly;
  const texts = [
    whole === 0 ? '' : `${whole.toLocaleString()} of ${isTotalExact ? '' : 'at least '}${counted(total, 'file')}.`,
    partly === 0 ? '' : `${counted(partly, whole === 0 ? 'file' : 'more file')} with some of the words.`,
  ];
  return texts.filter((text) => text !== '').join(' ');
}

/** `1 file`, `1,234 files` */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString()} ${noun}${count === 1 ? '' : 's'}`;
}

/** Desktop entries: the name of a program and what it says of itself, in all languages. */
import type { TextExtractor } from '../extractor.js';
import { cleanTitle } from '../title.js';
import { SourceWords } from './source-words.js';

const SAID = /^(?:Name|GenericName|Comment|Keywords|X-GNOME-FullName)(?:\[[\w@.-]{1,40}\])?[ \t]*=[ \t]*(.+)$/;

export const desktopEntryExtractor = {
  id: 'desktop-entry',
  version: 1,
  takes: 'text',
  matches: { extensions: ['desktop', 'directory'], head: /^(?:\s*#[^\n]*\n){0,20}\s*\[Desktop Entry\]/ },
  type: 'application/x-desktop',
  extract({ bytes }) {
    const lines = bytes.toString().split(/\r\n|\n|\r/);
    const said = lines.flatMap((line) => SAID.exec(line)?.[1]?.replaceAll(';', ' ').trim() ?? []);
    const name = lines.find((line) => /^Name[ \t]*=/.test(line)) ?? '';
    const words = new SourceWords();
    words.add(bytes.toString('latin1'));
    return {
      title: cleanTitle(name.slice(name.indexOf('=') + 1)),
      text: Buffer.from([...new Set(said)].join('\n')),
      markup: words.bytes(),
    };
  },
} satisfies TextExtractor;

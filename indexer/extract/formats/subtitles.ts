/** Subtitles (SubRip, WebVTT): what is said, without numbers, times and styles. */
import type { TextExtractor } from '../extractor.js';

const TIMES = /^\s*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->/;
/** Blocks of WebVTT that nobody hears. */
const NOT_SAID = /^(?:WEBVTT|NOTE|STYLE|REGION)\b/;
const MARKS = /<[^<>\n]{0,200}>|\{\\[^{}\n]{0,200}\}/g;

export const subtitlesExtractor = {
  id: 'subtitles',
  version: 1,
  takes: 'text',
  matches: { extensions: ['srt', 'vtt'] },
  type: 'application/x-subrip',
  extract({ bytes }) {
    const blocks = bytes
      .toString()
      .replace(/\r\n?/g, '\n')
      .split(/\n[ \t]*\n/);
    const said = blocks.flatMap((block) => linesOf(block));
    return { title: '', text: Buffer.from(said.join('\n')) };
  },
} satisfies TextExtractor;

/** What follows the times. Before them stands a number or a name. */
function linesOf(block: string): string[] {
  const lines = block.split('\n').filter((line) => line.trim() !== '');
  const times = lines.findIndex((line) => TIMES.test(line));
  if (times < 0 && NOT_SAID.test(lines[0] ?? '')) return [];
  return lines.slice(times + 1).flatMap((line) => line.replace(MARKS, '').trim() || []);
}

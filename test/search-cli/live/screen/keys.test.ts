import { describe, expect, it } from 'vitest';
import { type Key, KeyReader } from '../../../../search-cli/live/screen/keys.js';

function read(...chunks: readonly (string | Buffer)[]): string[] {
  const reader = new KeyReader();
  return chunks.flatMap((chunk) => reader.push(Buffer.from(chunk as string))).map(shown);
}

function shown(key: Key): string {
  if (key.kind === 'mouse') return `<${key.does} ${key.row}>`;
  return key.kind === 'key' ? `<${key.name}>` : key.kind === 'paste' ? `paste(${key.text})` : key.text;
}

describe('KeyReader', () => {
  it.each([
    ['ab', ['ab']],
    ['a\rb', ['a', '<enter>', 'b']],
    ['\x7f\x08', ['<backspace>', '<backspace>']],
    ['\x1b[A\x1b[B\x1bOC', ['<up>', '<down>', '<right>']],
    ['\x1b[1;5C\x1b[3~\x1b[5~', ['<word right>', '<delete>', '<page up>']],
    ['\x1bOP\x1b[11~\x1b[[A', ['<help>', '<help>', '<help>']],
    ['\x1b[Z\t', ['<back tab>', '<tab>']],
    ['\x1bb\x1b\x7f', ['<word left>', '<delete word>']],
    ['日本語 ü', ['日本語 ü']],
    ['\x1b[<0;3;4M\x1b[<0;3;4m\x1b[<64;9;300Ma', ['<press 3>', '<wheel up 299>', 'a']],
    ['\x1b[M #$\x1b[M##$\x1b[Ma##\x1b[A', ['<press 3>', '<wheel down 2>', '<up>']],
  ])('reads %j', (bytes, keys) => {
    expect(read(bytes)).toEqual(keys);
    expect(read(...Array.from(Buffer.from(bytes), (byte) => Buffer.of(byte))).join('')).toBe(keys.join(''));
  });

  it('takes nothing for a command that is none', () => {
    expect(read('\x1b[99;99R', '\x1bx', '\x1b[<2;3;4M', '\x1b[<16;3;4M', '\x1b[<0M', '\x00\x1c', 'a')).toEqual(['a']);
  });

  it('takes an ESC for a key when nothing follows, and an ESC before one', () => {
    const reader = new KeyReader();
    expect(reader.push(Buffer.from('\x1b'))).toEqual([]);
    expect(reader.isWaiting).toBe(true);
    expect(reader.flush().map(shown)).toEqual(['<escape>']);
    expect(reader.isWaiting).toBe(false);
    expect(read('\x1b\x1b[A')).toEqual(['<escape>', '<up>']);
  });

  it('takes what is pasted as text, whatever it is', () => {
    expect(read('\x1b[200~rm -rf\r\x1b[A\x03', 'x\x1b[201~y')).toEqual(['paste(rm -rf\r\x1b[A\x03x)', 'y']);
  });

  it('waits for no end of a paste that is too long', () => {
    expect(read(`\x1b[200~${'x'.repeat(70_000)}`, 'y').join('')).toHaveLength('paste()'.length + 70_001);
  });

  it('goes on behind bytes that are no UTF-8', () => {
    expect(read(Buffer.of(0xff, 0x61))).toEqual(['\ufffda']);
  });
});

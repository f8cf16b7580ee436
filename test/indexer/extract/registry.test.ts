import { describe, expect, it } from 'vitest';
import { EXTRACTOR_VERSIONS } from '../../../indexer/extract/extractor-versions.js';
import { binaryTypeOf, extensionOf, textTypeOf } from '../../../indexer/extract/media-type.js';
import { EXTRACTORS, FORMATS, NO_EXTRACTOR } from '../../../indexer/extract/registry.js';

function choose(name: string, text: string): string {
  const { extractor, type } = FORMATS.choose(name, Buffer.from(text));
  return `${extractor.id} ${type}`;
}

describe('Registry.choose', () => {
  it.each([
    ['a.html', 'plain words', 'html text/html'],
    ['A.HTM', '', 'html text/html'],
    ['a.xhtml', '', 'html application/xhtml+xml'],
    ['a.md', '', 'markup text/markdown'],
    ['a.rst.txt', '', 'markup text/plain'],
    ['a.svg', '', 'xml image/svg+xml'],
    ['a.page', '<?xml version="1.0"?><page/>', 'xml application/xml'],
    ['ls.1', '.\\" comment\n.TH LS 1\n', 'man text/troff'],
    ['gcloud.1', '\n.TH "GCLOUD" 1\n', 'man text/troff'],
    ['syslog.1', 'Jan 5 started\n', 'text text/plain'],
    ['a.ts', 'export {};', 'text text/x-typescript'],
    ['a.rs', 'fn main() {}', 'text text/x-rust'],
    ['graph.dot', 'digraph {}', 'text text/plain'],
    ['index', '<!doctype html><p>', 'html text/html'],
    ['index', '<html lang="en"><p>', 'html text/html'],
    ['saved', '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">\n<html>', 'html text/html'],
    ['notes', 'I like <html> tags', 'text text/plain'],
    ['run', '#!/usr/bin/env -S python3.11 -u\n', 'text text/x-python'],
    ['run', '#!/bin/bash -e\n', 'text application/x-sh'],
    ['run', '#! /usr/local/bin/perl\n', 'text application/x-perl'],
    ['.bashrc', 'alias x=y\n', 'text text/plain'],
  ])('%s with %j → %s', (name, text, expected) => {
    expect(choose(name, text)).toBe(expected);
  });
});

describe('extractor versions', () => {
  it('name every extractor with the version it reports', () => {
    const reported = [...EXTRACTORS, NO_EXTRACTOR].map(({ id, version }) => [id, version]);
    expect(EXTRACTOR_VERSIONS).toEqual(Object.fromEntries(reported));
    expect(EXTRACTOR_VERSIONS.none).toBe(NO_EXTRACTOR.version);
  });

  it('no two extractors want the same extension', () => {
    const extensions = EXTRACTORS.flatMap((one) => one.matches.extensions);
    expect(extensions).toEqual([...new Set(extensions)]);
  });
});

describe('media types', () => {
  it('text is never called by a type of binary files, nor the reverse', () => {
    expect(textTypeOf('movie.mp4', 'text/plain')).toBe('text/plain');
    expect(textTypeOf('a.json', 'text/plain')).toBe('application/json');
    expect(binaryTypeOf('movie.mp4')).toBe('video/mp4');
    expect(binaryTypeOf('a.txt')).toBe('application/octet-stream');
    expect(binaryTypeOf('core')).toBe('application/octet-stream');
    expect(binaryTypeOf('a.constructor')).toBe('application/octet-stream');
    expect(textTypeOf('a.__proto__', 'text/plain')).toBe('text/plain');
  });

  it('an extension is what follows the last dot, but not of a dot file', () => {
    expect(['a.tar.GZ', '.profile', 'README', 'a.', '.a.b'].map(extensionOf)).toEqual(['gz', '', '', '', 'b']);
  });
});

describe('Registry.choose by content', () => {
  it('is not slowed down by hostile beginnings', () => {
    for (const text of ['<'.repeat(1e6), '<!--'.repeat(3e5), `#!/${'/a'.repeat(5e5)}`, ' \n'.repeat(5e5)]) {
      expect(choose('file', text)).toBe('text text/plain');
    }
  });
});

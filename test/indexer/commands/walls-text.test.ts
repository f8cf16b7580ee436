import { describe, expect, it } from 'vitest';
import { wallsText } from '../../../indexer/commands/walls-text.js';

describe('wallsText', () => {
  it.each([
    [true, 7, 'extractors open no file, reach no network and start no program (seccomp, Landlock 7)'],
    [true, 0, 'extractors open no file, reach no network and start no program (seccomp)'],
    [false, 3, 'extractors open no file (Landlock 3); network and programs are open to them: seccomp is not there'],
    [false, 0, 'extractors have limits on time and memory only: this kernel has neither seccomp nor Landlock'],
  ])('seccomp %s, Landlock %i', (seccomp, landlock, text) => expect(wallsText({ seccomp, landlock })).toBe(text));
});

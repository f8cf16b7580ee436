import { describe, expect, it } from 'vitest';
import { parseSince } from '../../../indexer/commands/since.js';

describe('parseSince', () => {
  it.each([
    ['2h', 1_700_000_000_000 - 7_200_000],
    ['7d', 1_700_000_000_000 - 7 * 86_400_000],
    ['2026-11-29T10:00:00Z', Date.UTC(2026, 10, 29, 10)],
    ['2026-11-29', new Date(2026, 10, 29).getTime()],
    ['2026-11-29 10:30', new Date(2026, 10, 29, 10, 30).getTime()],
    ['yesterday', new Date(2023, 10, 13).getTime()],
    ['monday', new Date(2023, 10, 13).getTime()],
    ['last week', new Date(2023, 10, 6).getTime()],
    ['2w', 1_700_000_000_000 - 14 * 86_400_000],
  ])('reads %s', (text, ms) => {
    expect(parseSince(text, 1_700_000_000_000)).toBe(ms);
  });

  it.each(['', '2', '11/29', '2026-13-45', 'Nov 29', '..yesterday', 'soon'])('refuses %j', (text) => {
    expect(() => parseSince(text, 0)).toThrow('is no time');
  });
});

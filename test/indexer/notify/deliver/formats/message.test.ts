/** A payload in words. */
import { describe, expect, it } from 'vitest';
import { toMessage } from '../../../../../indexer/notify/deliver/formats/message.js';
import type { PayloadView } from '../../../../../indexer/notify/deliver/formats/payload-view.js';

const CHANGE: PayloadView = {
  type: 'file.modified',
  event_type: 'modified',
  src_path: '/srv/pii/a.txt',
  rule: 'pii',
  severity: 'warning',
  host: { name: 'vm' },
  sequence: 41,
  origin: 'audit',
  actor: {
    login: { id: 1000, name: 'anna' },
    user: { id: 0, name: 'root' },
    process: { name: 'vim', executable: '/usr/bin/vim.basic', parents: ['bash', 'sudo'], unit: 'ssh.service' },
  },
  changes: ['size 3 → 5', 'mode 644 → 4755, now setuid'],
  diff: { text: '-a\n+b' },
};

function factsOf(payload: PayloadView) {
  return Object.fromEntries(toMessage(payload).facts.map(({ name, value }) => [name, value]));
}

describe('toMessage', () => {
  it('says what happened to what, by whom, with what, where', () => {
    expect(toMessage(CHANGE).title).toBe('/srv/pii/a.txt was modified by anna as root with vim on vm');
  });

  it('says all that is known of who it was', () => {
    expect(factsOf(CHANGE)).toMatchObject({
      Who: 'anna as root, /usr/bin/vim.basic below bash, sudo, unit ssh.service',
      'What changed': 'size 3 → 5; mode 644 → 4755, now setuid',
      Sequence: '41',
    });
  });

  it('guesses nobody', () => {
    const { title } = toMessage({ ...CHANGE, actor: null });
    expect(title).toBe('/srv/pii/a.txt was modified on vm');
    expect(factsOf({ ...CHANGE, actor: null })).toMatchObject({ Who: 'not known' });
  });

  it('names each of several who changed it within one time', () => {
    const actors = [
      { actor: { user: { id: 1, name: 'ann' } }, count: 2 },
      { actor: { user: { id: 2, name: null } }, count: 1 },
    ];
    expect(toMessage({ ...CHANGE, actors }).title).toBe('/srv/pii/a.txt was modified by 2 processes on vm');
    expect(factsOf({ ...CHANGE, actors })).toMatchObject({ Who: 'ann (2); uid 2 (1)' });
  });

  it('shows every byte of a name that is no text', () => {
    const payload = {
      ...CHANGE,
      src_path: '/srv/\ufffd',
      src_pathHex: Buffer.from('/srv/\xff\n', 'latin1').toString('hex'),
    };
    expect(toMessage(payload).title).toContain('/srv/\\xff\\x0a was modified');
  });

  it('shows tabs of a diff, and no other control character', () => {
    expect(toMessage({ ...CHANGE, diff: { text: '-\ta\u001b[1m\n+b\n' } }).diff).toBe('-\ta\\x1b[1m\n+b\n');
  });

  it('says why there is no diff, unless nobody asked for one', () => {
    expect(factsOf({ ...CHANGE, diff: { omitted: 'secret-path' } })).toMatchObject({ 'No diff': 'secret-path' });
    expect(factsOf({ ...CHANGE, diff: { omitted: 'off' } })).not.toHaveProperty('No diff');
  });

  it('adds up a digest in words', () => {
    const counts = { kinds: { modified: 7, created: 2 }, folders: { '/srv': 9 } };
    const digest = { type: 'digest', rule: 'pii', count: 9, counts, first_sequence: 3, last_sequence: 11 };
    expect(toMessage(digest).title).toBe('9 changes of pii');
    expect(factsOf(digest)).toMatchObject({
      Kinds: 'modified 7, created 2',
      Folders: '/srv 9',
      Sequences: '3 to 11',
    });
  });

  it('says an own event in its own words', () => {
    expect(toMessage({ type: 'own.stop', text: 'the daemon was stopped' }).title).toBe('the daemon was stopped');
  });

  it('says something of a payload that has nothing', () => {
    expect(toMessage({})).toMatchObject({ title: 'event', severity: 'notice' });
  });
});

/** Secrets, caches and the trash are left out wherever the root is, each by its own switch. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIST_NAMES, DEFAULT_LISTS, type DefaultList } from '../../../indexer/rules/default-lists.js';
import { IgnoreLayers } from '../../../indexer/rules/ignore-layers.js';
import { withConfigured, withDefaults } from '../../../indexer/rules/ignore-lists.js';
import { DISK } from './ignore-helpers.js';

/** Asked from the root down: a folder before what is in it. */
function ruleFor(path: string, root: string, names: readonly DefaultList[] = DEFAULT_LIST_NAMES): string | undefined {
  let layers = withDefaults(IgnoreLayers.none, Buffer.from(root), names, DISK);
  const parts = path.slice(root === '/' ? 1 : root.length + 1).split('/');
  for (const [at, part] of parts.entries()) {
    const isFolder = at < parts.length - 1 || part === '';
    const rule = layers.decide(isFolder ? `${part}/` : part);
    if (rule) return rule;
    layers = layers.descend(part);
  }
  return undefined;
}

const LEFT_OUT: Readonly<Record<DefaultList, readonly string[]>> = {
  'ignore.caches': [
    '.cache/pip/http/x',
    '.npm/_cacache/index',
    '.pip/cache/x',
    'project/.cache/x',
    '.cargo/registry/src/a.rs',
  ],
  'ignore.trash': ['.local/share/Trash/files/a.txt', '.Trash-1000/files/a.txt', '.Trash/1000/files/a.txt'],
  'ignore.secrets': [
    '.ssh/id_ed25519',
    '.ssh/id_rsa',
    '.ssh/deploy_key',
    '.ssh/work.pem',
    '.ssh/keys/work',
    'repository/.ssh/id_rsa',
    'Documents/putty.ppk',
    '.local/share/password-store/bank.gpg',
    '.pki/nssdb/key4.db',
    '.gem/credentials',
    '.gnupg/private-keys-v1.d/a.key',
    '.password-store/bank.gpg',
    '.netrc',
    '.local/share/keyrings/login.keyring',
    '.aws/credentials',
    'Documents/all.kdbx',
  ],
  'ignore.browserProfiles': [
    '.mozilla/firefox/x.default/logins.json',
    '.config/google-chrome-beta/Default/History',
    'snap/firefox/common/x',
    '.config/mozilla/firefox/x.default/logins.json',
    '.var/app/com.brave.Browser/config/Cookies',
  ],
  'ignore.histories': [
    '.bash_history',
    '.zsh_history',
    '.python_history',
    '.bash_history.old',
    '.zsh_history~',
    '.local/state/bash/history',
    '.zsh_sessions/1.history',
    '.local/share/fish/fish_history',
    '.lesshst',
  ],
};

describe.each(DEFAULT_LIST_NAMES)('%s', (name) => {
  it.each(LEFT_OUT[name])('leaves out %s below a home, below / and below the folder it is in', (path) => {
    const whole = `/home/ann/${path}`;
    const folder = whole.slice(0, whole.lastIndexOf('/'));
    for (const root of ['/home/ann', '/home', '/']) expect(ruleFor(whole, root)).toContain(`${name}:`);
    for (const root of ['/home/ann', '/'])
      expect(
        ruleFor(
          whole,
          root,
          DEFAULT_LIST_NAMES.filter((each) => each !== name),
        ),
      ).toBeUndefined();
    // A folder that is left out as a whole, and was named as a root, is indexed.
    const isFileRule = DEFAULT_LISTS[name].every((pattern) => !pattern.endsWith('/'));
    if (isFileRule) expect(ruleFor(whole, folder)).toContain(`${name}:`);
  });
});

describe('the default lists', () => {
  it.each([
    'project/id_list.txt',
    '.ssh/config',
    '.ssh/known_hosts',
    '.ssh/config.d/work',
    '.ssh/authorized_keys',
    'notes/history',
    'cache/a.txt',
    'Trash/a.txt',
    '.config/gcloud-notes.txt',
    '.config/find-text/config.toml',
    '.thunderbird/x.default/Mail/Inbox',
    'npm/readme',
    'a_history',
  ])('do not leave out %s', (path) => {
    expect(ruleFor(`/home/ann/${path}`, '/home/ann')).toBeUndefined();
  });

  it('private keys are left out also of a root that is named', () => {
    expect(ruleFor('/home/ann/.ssh/id_rsa', '/home/ann/.ssh')).toContain('ignore.secrets:');
  });

  it('give way to a pattern of the configuration', () => {
    const root = Buffer.from('/home/ann');
    const layers = withConfigured(
      withDefaults(IgnoreLayers.none, root, DEFAULT_LIST_NAMES, DISK),
      root,
      ['!.netrc'],
      DISK,
    );
    expect(layers.decide('.netrc')).toBe('');
    expect(layers.decide('.pgpass')).toContain('ignore.secrets');
  });

  it('have no pattern twice', () => {
    const all = Object.values(DEFAULT_LISTS).flat();
    expect(new Set(all).size).toBe(all.length);
  });
});

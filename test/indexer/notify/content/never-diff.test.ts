import { describe, expect, it } from 'vitest';
import { NeverDiff } from '../../../../indexer/notify/content/never-diff.js';

const never = new NeverDiff();
const has = (path: string) => never.has(Buffer.from(path, 'latin1'));

describe('NeverDiff', () => {
  it.each([
    '/etc/shadow',
    '/etc/shadow-',
    '/etc/gshadow',
    '/etc/ssl/private/snakeoil.crt',
    '/etc/ssh/ssh_host_ed25519_key',
    '/srv/x/tls.key',
    '/srv/x/TLS.PEM',
    '/home/ann/.ssh/id_ed25519',
    '/home/ann/.ssh/other',
    '/home/ann/.gnupg/trustdb.gpg',
    '/home/ann/.aws/credentials',
    '/home/ann/.netrc',
    '/home/ann/.npmrc',
    '/home/ann/.docker/config.json',
    '/home/ann/.kube/config',
    '/home/ann/.local/share/keyrings/login.keyring',
    '/home/ann/.mozilla/firefox/x/logins.json',
    '/home/ann/.bash_history',
    '/srv/app/.env',
    '/srv/app/.env.production',
    '/srv/app/prod.env',
    '/srv/app/x.tfstate',
    '/srv/app/x.kdbx',
    '/etc/shadow.dpkg-new',
    '/srv/app/tls.key.bak~',
    '/home/ann/.ssh/\xff\xfe',
    '/srv/\xff\xfe.pem',
  ])('has %s', (path) => {
    expect(has(path)).toBe(true);
  });

  it.each([
    '/etc/passwd',
    '/etc/ssh/ssh_host_ed25519_key.pub',
    '/home/ann/.ssh/id_ed25519.pub',
    '/home/ann/.ssh/known_hosts',
    '/home/ann/.ssh/config',
    '/home/ann/.ssh/authorized_keys',
    '/srv/app/config.yml',
    '/srv/app/environment',
    '/srv/app/keyboard.txt',
    '/srv/\xff\xfe.txt',
    '/srv/config.yml.bak',
  ])('has not %s', (path) => {
    expect(has(path)).toBe(false);
  });
});

/** Which changes a rule tells: by path, event, attribute, and who did it. What is not known keeps nothing back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitsEntry } from '../../../../indexer/notify/rules/match-doer.js';
import { parseNotify } from '../../../../indexer/notify/rules/parse-notify.js';
import type { DoerPattern, NotifyRule } from '../../../../indexer/notify/rules/rule.js';
import { RuleSet } from '../../../../indexer/notify/rules/rule-set.js';
import type { Doer, NetChange } from '../../../../indexer/notify/words.js';

const places = { home: '/home/me', realPath: (path: string) => path, exists: () => false };
const setOf = (...rules: readonly string[]) => {
  const text = rules.map((rule, at) => `[[notify]]\nname = "r${at}"\nto = []\n${rule}\n`).join('');
  return new RuleSet(parseNotify(text, 'config.toml', { roots: [Buffer.from('/srv')], places }).compiled);
};
const ruleOf = (set: RuleSet): NotifyRule => set.rules[0] as NotifyRule;

const ANNA = { id: 1000, name: 'anna' };
const ROOT = { id: 0, name: 'root' };
/** `sudo vim` in a shell that came by ssh. */
const SUDO: Doer = {
  login: ANNA,
  user: ROOT,
  effective: ROOT,
  group: ROOT,
  session: 3,
  pid: 40,
  ppid: 30,
  comm: 'vim',
  exe: '/usr/bin/vim.basic',
  parents: ['sudo', 'bash', 'sshd'],
  isParentsCut: false,
  unit: 'ssh.service',
};
const SERVICE: Doer = { ...SUDO, login: 'unset', session: null, comm: 'nginx', parents: [], unit: 'nginx.service' };
const UNKNOWN: Doer = {
  ...{ login: null, user: null, effective: null, group: null, session: null, pid: null, ppid: null, comm: null },
  ...{ exe: null, parents: [], isParentsCut: true, unit: null },
};

const change = (over: Partial<NetChange> = {}): NetChange => ({
  kind: 'modified',
  path: Buffer.from('/srv/a'),
  isFolder: false,
  isSynthetic: false,
  origin: 'audit',
  doers: [{ doer: SUDO, count: 1 }],
  isWithheld: false,
  before: null,
  after: null,
  changed: ['size', 'mtime', 'sha256'],
  count: 1,
  firstMs: 1,
  lastMs: 1,
  eventIds: ['1'],
  ...over,
});
const by = (...doers: readonly Doer[]) => change({ doers: doers.map((doer) => ({ doer, count: 1 })) });
const isSent = (rule: string, what: NetChange) => {
  const set = setOf(`paths = ["/srv"]\n${rule}`);
  return set.decide(ruleOf(set), what).isSent;
};

describe('an entry', () => {
  it.each<[DoerPattern, Doer, ReturnType<typeof fitsEntry>]>([
    [{ login: ['anna'] }, SUDO, 'yes'],
    [{ login: [1000] }, SUDO, 'yes'],
    [{ login: ['root'] }, SUDO, 'no'],
    [{ login: ['unset'] }, SUDO, 'no'],
    [{ login: ['unset'] }, SERVICE, 'yes'],
    [{ login: ['anna'] }, SERVICE, 'no'],
    [{ login: ['unset'] }, UNKNOWN, 'unknown'],
    [{ login: ['anna'] }, { ...SUDO, login: { id: 7, name: null } }, 'unknown'],
    [{ login: [8] }, { ...SUDO, login: { id: 7, name: null } }, 'no'],
    [{ user: ['root'] }, SUDO, 'yes'],
    [{ user: ['root'] }, { ...SUDO, user: ANNA }, 'unknown'],
    [{ user: ['anna'] }, { ...SUDO, user: ANNA }, 'unknown'],
    [{ user: ['anna'] }, SUDO, 'no'],
    [{ user: ['anna'] }, { ...SUDO, user: ANNA, effective: null }, 'yes'],
    [{ group: ['root'] }, SUDO, 'yes'],
    [{ session: [3] }, SUDO, 'yes'],
    [{ session: [3] }, SERVICE, 'unknown'],
    [{ exe: ['/usr/bin/vim.basic'] }, SUDO, 'yes'],
    [{ exe: ['/usr/bin/vim'] }, SUDO, 'no'],
    [{ comm: ['emacs', 'vim'] }, SUDO, 'yes'],
    [{ parent: ['bash'] }, SUDO, 'yes'],
    [{ parent: ['cron'] }, SUDO, 'no'],
    [{ parent: ['cron'] }, { ...SUDO, isParentsCut: true }, 'unknown'],
    [{ unit: ['ssh.service'] }, SUDO, 'yes'],
    [{ unit: ['ssh.service'] }, UNKNOWN, 'unknown'],
    [{ login: ['anna'], comm: ['vim'] }, SUDO, 'yes'],
    [{ login: ['anna'], comm: ['emacs'] }, SUDO, 'no'],
    [{ login: ['bob'], comm: ['vim'] }, { ...SUDO, login: null }, 'unknown'],
    [{ login: ['bob'], comm: ['emacs'] }, { ...SUDO, login: null }, 'no'],
  ])('%j', (pattern, doer, expected) => {
    expect(fitsEntry(pattern, doer)).toBe(expected);
  });
});

describe('a change', () => {
  it.each<[string, NetChange, boolean]>([
    ['', change(), true],
    ['', change({ path: Buffer.from('/etc/a') }), false],
    ['', change({ kind: 'moved', path: Buffer.from('/etc/a'), to: Buffer.from('/srv/a') }), true],
    ['', change({ kind: 'moved', path: Buffer.from('/srv/a'), to: Buffer.from('/etc/a') }), true],
    ['', change({ kind: 'touched' }), false],
    ['', change({ kind: 'opened' }), false],
    ['events = ["any"]', change({ kind: 'denied' }), true],
    ['events = ["created"]', change(), false],
    ['attributes = ["mode"]', change(), false],
    ['attributes = ["mode", "size"]', change(), true],
    ['attributes = ["mode"]', change({ kind: 'attrib', changed: ['mode'] }), true],
    ['attributes = ["mode"]', change({ kind: 'created' }), true],
    ['attributes = ["mode"]', change({ changed: [] }), true],
    ['events = ["attrib"]', change({ changed: ['size', 'mode', 'sha256'] }), true],
    ['events = ["attrib"]', change({ kind: 'moved', to: Buffer.from('/srv/b'), changed: ['uid'] }), true],
    ['events = ["attrib"]', change({ kind: 'touched', changed: ['mtime'] }), false],
    // `modified` says it already.
    ['events = ["attrib"]', change({ kind: 'closed', changed: ['mode', 'sha256'] }), false],
    ['events = ["attrib"]', change({ changed: ['inode', 'mtime', 'sha256'] }), false],
    ['events = ["attrib"]\nattributes = ["mode"]', change({ changed: ['uid', 'sha256'] }), false],
    ['events = ["attrib"]\nattributes = ["mode"]', change({ kind: 'moved', changed: ['uid'] }), false],
    ['events = ["attrib"]\nattributes = ["mode"]', change({ kind: 'moved', changed: ['mode'] }), true],
    ['ignore = [{ login = "anna" }]', change(), false],
    ['ignore = [{ login = "bob" }]', change(), true],
    ['ignore = [{ login = "bob" }, { comm = "vim" }]', change(), false],
    ['ignore = [{ login = "anna" }]', by(), true],
    ['ignore = [{ login = "anna" }]', by(UNKNOWN), true],
    ['ignore = [{ login = "anna" }]', by(SUDO, UNKNOWN), true],
    ['ignore = [{ login = "anna" }]', by(SUDO, SERVICE), true],
    ['ignore = [{ login = ["anna", "unset"] }]', by(SUDO, SERVICE), false],
    ['ignore = [{ login = "anna" }, { unit = "nginx.service" }]', by(SUDO, SERVICE), false],
    ['only = [{ login = "anna" }]', change(), true],
    ['only = [{ login = "bob" }]', change(), false],
    ['only = [{ login = "bob" }]', by(UNKNOWN), true],
    ['only = [{ login = "bob" }]', by(), true],
    ['only = [{ login = "anna" }]', by(SERVICE, SUDO), true],
    ['only = [{ login = "anna" }]\nignore = [{ comm = "vim" }]', change(), false],
    ['only = [{ login = "anna" }]\nignore = [{ comm = "nginx" }]', by(SERVICE, SUDO), true],
    ['only = [{ login = "anna" }]\nignore = [{ comm = "vim" }]', by(SERVICE, SUDO), false],
    ['ignore = [{ parent = "cron" }]', by({ ...SUDO, parents: [], isParentsCut: true }), true],
  ])('under %j', (rule, what, expected) => {
    expect(isSent(rule, what)).toBe(expected);
  });

  it('is marked where too little is known of who did it', () => {
    const set = setOf('paths = ["/srv"]\nignore = [{ login = "anna" }]');
    const decide = (what: NetChange) => set.decide(ruleOf(set), what);
    expect(decide(by(UNKNOWN))).toMatchObject({ isSent: true, isDoerUnknown: true });
    expect(decide(by())).toMatchObject({ isSent: true, isDoerUnknown: true });
    expect(decide(by(SERVICE))).toMatchObject({ isSent: true, isDoerUnknown: false });
    expect(decide(by(UNKNOWN, SERVICE))).toMatchObject({ isSent: true, isDoerUnknown: false });
    const withheld = decide(change({ doers: [], isWithheld: true })).clauses.at(-1);
    expect(withheld?.why).toContain('kept back from you');
  });

  it('is explained clause by clause', () => {
    const set = setOf(
      'paths = ["/srv", "!*.tmp"]\nattributes = ["mode"]\nignore = [{ login = "anna", comm = ["vi", "vim"] }]',
    );
    expect(set.decide(ruleOf(set), by(SUDO, UNKNOWN)).clauses).toEqual([
      { clause: 'paths', isPassed: true, why: '"/srv" decides' },
      { clause: 'events', isPassed: true, why: 'modified is one of created, modified, moved, deleted, attrib' },
      { clause: 'attributes', isPassed: false, why: 'size, mtime, sha256 changed; none is of mode' },
      {
        clause: 'doer',
        isPassed: false,
        why: 'vim (/usr/bin/vim.basic), logged in as anna, running as root, below sudo < bash < sshd, in ssh.service: ignore login = anna, comm = vi or vim fits',
      },
      {
        clause: 'doer',
        isPassed: true,
        why: 'an unknown program, logged in as an unknown user, running as an unknown user: too little is known for ignore: it is told',
      },
    ]);
    expect(set.decide(ruleOf(set), change({ path: Buffer.from('/srv/x.tmp') })).clauses[0]?.why).toBe(
      '"!*.tmp" decides',
    );
    expect(set.decide(ruleOf(set), change({ path: Buffer.from('/x') })).clauses[0]?.why).toBe('no pattern fits');
  });
});

describe('several rules', () => {
  const set = setOf('paths = ["/srv/a", "/srv/b/c"]', 'paths = ["/srv/a/x", "/srv/b/c", "/etc"]');

  it('say what is of interest', () => {
    expect(set.interested(Buffer.from('/srv/a/y'))).toBe(true);
    expect(set.interested(Buffer.from('/srv/b'), true)).toBe(false);
    expect(set.mayContain(Buffer.from('/srv/b'))).toBe(true);
    expect(set.mayContain(Buffer.from('/var'))).toBe(false);
    expect(set.rulesFor(Buffer.from('/srv/a/x/1')).map(({ name }) => name)).toEqual(['r0', 'r1']);
    expect(set.places.map(String)).toEqual(['/srv/a', '/srv/b/c', '/etc']);
  });

  it('that are none say no', () => {
    const none = new RuleSet([]);
    expect(none.interested(Buffer.from('/srv'))).toBe(false);
    expect(none.places).toEqual([]);
  });
});

const login = fc.constantFrom<Doer['login']>('unset', null, ANNA, ROOT);
const doer = fc
  .record({ login, comm: fc.constantFrom(null, 'a', 'b'), session: fc.constantFrom(null, 1, 2) })
  .map((known): Doer => ({ ...UNKNOWN, ...known }));
const entry = fc
  .record(
    {
      login: fc.constantFrom('unset', 'anna', 'root'),
      comm: fc.constantFrom('a', 'b'),
      session: fc.constantFrom(1, 2),
    },
    { requiredKeys: [] },
  )
  .filter((each) => Object.keys(each).length > 0);

/** Every way the unknown parts could be: an entry fits for sure when it fits in all of them. */
function worlds(of: Doer): Doer[] {
  const logins: Doer['login'][] = of.login === null ? ['unset', ANNA, ROOT, { id: 9, name: 'else' }] : [of.login];
  const comms = of.comm === null ? ['a', 'b', 'else'] : [of.comm];
  const sessions = of.session === null ? [1, 2, 9] : [of.session];
  return logins.flatMap((login) =>
    comms.flatMap((comm) => sessions.map((session) => ({ ...of, login, comm, session }))),
  );
}

describe('any entries', () => {
  it('keep back only what they would keep back whatever the unknown parts are', () => {
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 3 }),
        fc.array(entry, { maxLength: 3 }),
        fc.array(doer, { maxLength: 3 }),
        (ignore, only, doers) => {
          const key = (name: string, entries: readonly object[]) =>
            entries.length === 0 ? '' : `${name} = [${entries.map(inline).join(', ')}]\n`;
          const isKept = !isSent(key('ignore', ignore) + key('only', only), by(...doers));
          const fits = (each: object, who: Doer) =>
            Object.entries(each).every(([name, value]) => {
              const is = who[name as 'login' | 'comm' | 'session'];
              return (typeof is === 'object' && is !== null ? is.name : is) === value;
            });
          const ignored = (who: Doer) => ignore.some((each) => worlds(who).every((world) => fits(each, world)));
          const unwanted = (who: Doer) =>
            only.length > 0 && worlds(who).every((world) => !only.some((each) => fits(each, world)));
          expect(isKept).toBe(doers.length > 0 && doers.every((who) => ignored(who) || unwanted(who)));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

function inline(entry: object): string {
  return `{ ${Object.entries(entry)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
    .join(', ')} }`;
}

/** The tables of integrity monitoring: what they mean, and how each mistake in them is told. */
import { chmodSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseNotify } from '../../../../indexer/notify/rules/parse-notify.js';
import { checkProgram } from '../../../../indexer/notify/rules/trusted-program.js';
import { loadConfig } from '../../../../shared/config/load.js';
import { FindTextError } from '../../../../shared/errors.js';
import { tempFolder } from '../../../helpers/temp.js';

const places = { home: homedir(), realPath: (path: string) => path, exists: () => false };
const parse = (text: string) => parseNotify(text, '/x/config.toml', { roots: [Buffer.from('/srv')], places });
const SHELL = realpathSync('/bin/sh');
/** What every rule needs. */
const RULE = '[[notify]]\nname = "pii"\npaths = ["/srv"]\nto = []\n';

function errorOf(text: string): FindTextError {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(FindTextError);
    return error as FindTextError;
  }
  throw new Error('it was accepted');
}

describe('a configuration without rules', () => {
  it('asks for nothing', () => {
    expect(parse('roots = ["~/a"]')).toMatchObject({ rules: [], endpoints: [] });
  });
});

describe('a rule', () => {
  it('needs a name, paths and somebody to tell', () => {
    const { rules, endpoints } = parse(
      '[[notify]]\nname = "pii"\npaths = ["/srv"]\nwebhook = "https://example.org/hook"',
    );
    expect(rules).toEqual([
      {
        name: 'pii',
        paths: ['/srv'],
        events: new Set(['created', 'modified', 'moved', 'deleted', 'attrib']),
        ignore: [],
        only: [],
        severity: 'notice',
        tags: [],
        diff: { isOn: false, redact: [], never: [] },
        backup: [],
        to: ['pii'],
        first: 10,
        settleMs: 1_000,
      },
    ]);
    const target = { kind: 'webhook', url: { text: 'https://example.org/hook' } };
    expect(endpoints).toEqual([{ name: 'pii', target, secrets: [], format: 'auto', maxAgeHours: 72 }]);
  });

  it('can say all that there is', () => {
    const { rules } = parse(`
      notify = [{ name = "all", paths = ["/srv/pii", "!*.tmp", "~/keys"], events = ["any"], attributes = ["mode", "uid"],
        ignore = [{ login = "deploy", exe = "/bin/sh" }, { comm = ["dpkg", "rpm"], session = 3 }],
        only = { user = [0, "anna"], group = "wheel", parent = "sshd", unit = "ssh.service", login = "unset" },
        severity = "critical", quiet = { from = "22:00", to = "06:30" }, tags = ["pci"], first = 3, settleMs = 0,
        kind = "append-only", diff = { redact = ["AB[0-9]+"], never = ["*.sql"] }, to = ["chat"],
        backup = [{ tool = "folders", path = "/.snap/*/s", below = "/srv" }, { tool = "restic", repository = "sftp:x:/r", passwordFile = "/etc/r" }],
        webhookFile = "~/hook", secretFile = ["/etc/new", "/etc/old"], format = "slack" }]
      backup = [{ tool = "git", path = "/srv/pii" }]
      endpoint = [{ name = "chat", webhookEnv = "WEBHOOK_URL", ca = "/etc/ca.pem", proxy = "http://me:x@proxy:3128", maxAgeHours = 5, secretEnv = "KEY" }]
    `);
    const [rule] = rules;
    expect(rule?.events.size).toBe(10);
    expect(rule).toMatchObject({
      attributes: new Set(['mode', 'uid']),
      ignore: [
        { login: ['deploy'], exe: [SHELL] },
        { comm: ['dpkg', 'rpm'], session: [3] },
      ],
      only: [{ user: [0, 'anna'], group: ['wheel'], parent: ['sshd'], unit: ['ssh.service'], login: ['unset'] }],
      severity: 'critical',
      quiet: { from: '22:00', to: '06:30' },
      tags: ['pci'],
      first: 3,
      settleMs: 0,
      kind: 'append-only',
      diff: { isOn: true, redact: ['AB[0-9]+'], never: ['*.sql'] },
      backup: [
        { tool: 'folders', below: '/srv', views: [{ template: '/.snap/*/s', below: '/srv' }] },
        { tool: 'restic', repository: 'sftp:x:/r', passwordFile: '/etc/r' },
        { tool: 'git', below: '/srv/pii' },
      ],
      to: ['chat', 'all'],
    });
  });

  it('has its endpoints beside those of the file', () => {
    const { endpoints } = parse(`
      [[notify]]
      name = "own"
      paths = ["a"]
      webhookFile = "~/hook"
      secretFile = ["/etc/new", "/etc/old"]
      format = "slack"
      [[endpoint]]
      name = "chat"
      webhookEnv = "WEBHOOK_URL"
      ca = "/etc/ca.pem"
      proxy = "http://me:x@proxy:3128"
      maxAgeHours = 5
      secretEnv = "KEY"
      [[endpoint]]
      name = "run"
      command = ["/bin/tell", "-x"]
      [[endpoint]]
      name = "file"
      file = "/var/log/changes.jsonl"
      [[endpoint]]
      name = "out"
      file = "-"
      [[endpoint]]
      name = "journal"
      journald = true
      [[endpoint]]
      name = "log"
      syslog = "tls://log.example.org:6514"
    `);
    expect(endpoints.map(({ target }) => target)).toEqual([
      { kind: 'webhook', url: { env: 'WEBHOOK_URL' } },
      { kind: 'command', argv: ['/bin/tell', '-x'] },
      { kind: 'file', path: '/var/log/changes.jsonl' },
      { kind: 'file', path: '-' },
      { kind: 'journald' },
      { kind: 'syslog', url: 'tls://log.example.org:6514' },
      { kind: 'webhook', url: { file: `${homedir()}/hook` } },
    ]);
    const way = { ca: '/etc/ca.pem', proxy: 'http://me:x@proxy:3128', maxAgeHours: 5, secrets: [{ env: 'KEY' }] };
    expect(endpoints[0]).toMatchObject({ name: 'chat', ...way });
    expect(endpoints[6]).toMatchObject({
      name: 'own',
      format: 'slack',
      secrets: [{ file: '/etc/new' }, { file: '/etc/old' }],
    });
  });

  it('tells all endpoints when it names none', () => {
    const [rule] = parse('[[notify]]\nname = "a"\npaths = ["a"]\n[[endpoint]]\nname = "j"\njournald = true').rules;
    expect(rule?.to).toEqual(['j']);
  });

  it('that is critical is told change by change', () => {
    expect(parse(`${RULE}severity = "critical"`).rules[0]?.first).toBe('all');
    expect(parse(`${RULE}first = "all"`).rules[0]?.first).toBe('all');
  });
});

describe('a mistake', () => {
  it.each<[string, string, string]>([
    ['[[notify]]', 'line 1, column 1', '[[notify]] number 1: `name` is missing, expected letters'],
    ['[notify]\nname = "x"', 'line 1, column 1', 'write [[notify]]'],
    ['notify = 3', 'line 1, column 1', 'write [[notify]]'],
    ['notify = ["x"]', 'line 1, column 11', 'is "x", expected a table'],
    [`${RULE}evnts = ["created"]`, 'line 5, column 1', 'there is no key `evnts`; did you mean `events`?'],
    [`${RULE}settle = 1`, 'line 5, column 1', 'did you mean `settleMs`?'],
    [`${RULE}page.enabled = true`, 'line 5, column 1', 'no key `page`; as an option it has to stand above all tables'],
    [`${RULE}"ev\\u006ets" = 1`, 'line 5, column 1', 'there is no key `evnts`; did you mean `events`?'],
    [
      `${RULE}events = ["created",\n  "modifyed"]`,
      'line 6, column 3',
      '`events` has "modifyed", expected one of created, modified',
    ],
    [`${RULE}events = ["created",\n  "modifyed"]`, 'line 6, column 3', 'did you mean "modified"?'],
    [`${RULE}events = ["Deleted"]`, 'line 5, column 11', 'did you mean "deleted"?'],
    [`${RULE}events = "created"`, 'line 5, column 10', 'expected a list of created'],
    [`${RULE}events = []`, 'line 5, column 10', 'is an empty list'],
    [
      `${RULE}severity = "warn"`,
      'line 5, column 12',
      'has "warn", expected one of info, notice, warning, critical; did you mean "warning"?',
    ],
    [`${RULE}severity = 3`, 'line 5, column 12', 'has 3, expected one of info'],
    [`${RULE}attributes = ["owner"]`, 'line 5, column 15', 'expected one of type, size, mode, uid'],
    [`${RULE}tags = [1]`, 'line 5, column 9', 'has 1, expected a list of texts'],
    [`${RULE}first = -1`, 'line 5, column 9', 'expected a whole number from 0 to 10000 (changes, or "all")'],
    [`${RULE}settleMs = 1.5`, 'line 5, column 12', 'expected a whole number'],
    [`${RULE}kind = "log"`, 'line 5, column 8', 'expected one of append-only'],
    [`${RULE}quiet = { from = "22:00", to = "6:00" }`, 'line 5, column 32', 'is "6:00", expected a time as "22:00"'],
    [`${RULE}quiet = { from = "22:00" }`, 'line 5, column 1', '`to` is missing'],
    [`${RULE}quiet = { from = "22:00", to = "22:00" }`, 'line 5, column 1', 'begins and ends at 22:00'],
    [`${RULE}quiet = 3`, 'line 5, column 9', 'is 3, expected a table'],
    [`${RULE}quiet.from = "25:00"\nquiet.to = "06:00"`, 'line 5, column 14', 'is "25:00"'],
    [`${RULE}diff = "yes"`, 'line 5, column 8', 'expected true or false'],
    [`${RULE}diff = { redact = 3 }`, 'line 5, column 19', 'expected a list of texts'],
    [`${RULE}diff = { never = ["a[b"] }`, 'line 5, column 19', 'has "a[b", which fits nothing'],
    [`${RULE}[[notify.backup]]\ntool = "resticc"`, 'line 6, column 8', 'did you mean "restic"?'],
    [`${RULE}[[notify.backup]]\npath = "/x"`, 'line 5, column 1', '`tool` is missing'],
    [
      `${RULE}[[notify.backup]]\ntool = "borg"\nrepository = "/r"\npasswordFile = "x"`,
      'line 8, column 16',
      'is not a whole path',
    ],
    [`${RULE}[[notify.backup]]\ntool = "restic"`, 'line 5, column 1', '`repository` is missing'],
    [`${RULE}[[notify.backup]]\ntool = "git"\nargv = []`, 'line 7, column 8', 'is no key of tool "git"'],
    [`${RULE}[[backup]]\ntool = "folders"\npath = "/x"`, 'line 7, column 8', 'names all snapshots'],
    ['backup = 3', 'line 1, column 1', 'write [[backup]]'],
    [`${RULE}[[notify]]\nname = "pii"\npaths = ["/a"]\nto = []`, 'line 6, column 8', 'is taken'],
    ['[[notify]]\nname = "a b"', 'line 2, column 8', 'is "a b", expected letters'],
    ['[[notify]]\nname = "a"', 'line 1, column 1', '`paths` is missing'],
    ['[[notify]]\nname = "a"\npaths = []', 'line 3, column 9', 'selects nothing'],
    ['[[notify]]\nname = "a"\npaths = ["!/x"]', 'line 3, column 9', 'selects nothing'],
    [
      '[[notify]]\nname = "a"\npaths = [ "/x",\n\t# "/z"\n\t"/a/[b" ]',
      'line 5, column 2',
      'has "/a/[b", which fits nothing: a bracket',
    ],
    ['[[notify]]\nname = "a"\npaths = ["/a"]', 'line 1, column 1', 'it tells nobody'],
    [`[[notify]]\nname = "a"\npaths = ["""\n/a\n[b"""]\n`, 'line 3, column 10', 'which fits nothing'],
    [`${RULE}format = "json"`, 'line 5, column 10', 'is of a webhook'],
  ])('%j is told at %s: %s', (text, where, why) => {
    const { code, message } = errorOf(text);
    expect(code).toBe('FT_CONFIG_INVALID');
    expect(message).toContain(`read the configuration /x/config.toml, ${where}: `);
    expect(message).toContain(why);
  });

  it.each<[string, string]>([
    ['{}', 'is empty and would fit everybody'],
    ['{ logn = "x" }', 'did you mean `login`?'],
    ['{ login = [] }', 'is an empty list'],
    ['{ login = true }', 'has true, expected a user name'],
    ['{ user = -1 }', 'has -1, expected a name or a number'],
    ['{ user = 4294967295 }', 'has 4294967295, expected a name or a number'],
    ['{ session = "3" }', 'has "3", expected the number of an audit session'],
    ['{ comm = "a-very-long-name" }', 'write "a-very-long-nam"'],
    ['{ unit = "nginx" }', 'write "nginx.service"'],
    ['{ exe = "vim" }', 'has "vim", which is not a whole path'],
    ['{ exe = "/no/such/program" }', 'has "/no/such/program", which is not there'],
    ['{ exe = "/etc" }', 'which is not a file'],
    ['{ exe = "/etc/passwd" }', 'which is not a program'],
    ['3', 'is 3, expected a table'],
  ])('in who is ignored, %s, is told: %s', (entry, why) => {
    for (const key of ['ignore', 'only']) {
      const { message } = errorOf(`${RULE}${key} = [ { comm = "x" },\n  ${entry} ]`);
      expect(message).toContain(', line 6, column ');
      expect(message).toContain(why);
    }
  });

  it.each<[string, string, string]>([
    ['name = "e"', 'line 1, column 1', 'expected one of webhook, webhookFile'],
    ['name = "e"\nwebhook = "https://x"\nfile = "/x"', 'line 1, column 1', 'it has webhook and file'],
    ['name = "e"\nurl = "https://x"', 'line 3, column 1', 'there is no key `url`'],
    ['name = "e"\nwebhook = "ftp://x/secret-part"', 'line 3, column 11', 'begins with "ftp:", expected'],
    ['name = "e"\nwebhook = "secret-part"', 'line 3, column 11', 'is no address'],
    ['name = "e"\nwebhook = "https://me:secret-part@x/"', 'line 3, column 11', 'has a user name or a password'],
    ['name = "e"\nwebhookFile = "secret-part"', 'line 3, column 15', 'is not a whole path'],
    [
      'name = "e"\nwebhookEnv = "https://secret-part"',
      'line 3, column 14',
      'is not the name of an environment variable',
    ],
    ['name = "e"\njournald = true\nsecretFile = "whsec_secret-part"', 'line 4, column 14', 'is not a whole path'],
    ['name = "e"\njournald = true\nsecretFile = ["/a", "/b", "/c"]', 'line 1, column 1', 'there are 3 secrets'],
    ['name = "e"\njournald = false', 'line 3, column 12', 'is false'],
    ['name = "e"\ncommand = "x"', 'line 3, column 11', 'expected a program'],
    ['name = "e"\ncommand = ["x"]', 'line 3, column 12', 'expected the whole path'],
    ['name = "e"\ncommand = []', 'line 3, column 11', 'is empty'],
    [
      'name = "e"\nsyslog = "udp://x"',
      'line 3, column 10',
      'begins with "udp:", expected an address that begins with tcp://',
    ],
    ['name = "e"\njournald = true\nformat = "slak"', 'line 4, column 10', 'did you mean "slack"?'],
    ['name = "e"\njournald = true\nmaxAgeHours = 0', 'line 4, column 15', 'expected a whole number from 1'],
  ])('in an endpoint, %j, is told at %s: %s', (text, where, why) => {
    const { message } = errorOf(`[[endpoint]]\n${text}`);
    expect(message).toContain(where);
    expect(message).toContain(why);
    expect(message).not.toContain('secret-part');
  });

  it('in the name of an endpoint is told with the nearest one', () => {
    const text = '[[endpoint]]\nname = "chat"\njournald = true\n[[notify]]\nname = "a"\npaths = ["/a"]\nto = ["chta"]';
    expect(errorOf(text).message).toContain(
      'line 7, column 7: [[notify]] "a": `to` names the endpoint "chta", which is not there; did you mean "chat"?',
    );
  });

  it('shows no control characters', () => {
    expect(errorOf(`${RULE}"a\\u001b[31m" = 1`).message).toContain('\\x1b');
  });
});

describe('a program that is believed', () => {
  it('is one that nobody but root can replace', () => {
    expect(checkProgram('/bin/sh')).toEqual({ realPath: SHELL });
  });

  it.runIf(process.getuid?.() === 0)('is not one in a folder of others, nor one that others can write', () => {
    const folder = join(tempFolder(), 'bin');
    mkdirSync(folder);
    writeFileSync(join(folder, 'x'), '');
    chmodSync(join(folder, 'x'), 0o755);
    // The temporary folder itself can be written by everybody.
    expect(checkProgram(join(folder, 'x'))).toEqual({ refused: expect.stringMatching(/can write to|belongs to/) });
    chmodSync(join(folder, 'x'), 0o777);
    expect(checkProgram(join(folder, 'x'))).toEqual({ refused: expect.stringContaining(`can write to ${folder}/x`) });
  });
});

describe('the ordinary options', () => {
  it('are read beside the rules, whatever these are', () => {
    const file = join(tempFolder(), 'config.toml');
    writeFileSync(file, '[[notify]]\nx = 1\n[endpoint]\n[queue]\nsettleMs = 5\n');
    expect(loadConfig(file)['queue.settleMs']).toBe(5);
  });
});

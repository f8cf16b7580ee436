/**
 * Every example of a search in README.md and --help runs in a real shell against a real index of a small home, and finds what
 * it promises. The examples are taken out of the texts themselves: a new one needs an entry here, and must work.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { helpText } from '../../search-cli/flags.js';
import { FIELD_NAMES } from '../../shared/search/fields.js';
import { Events } from '../../shared/store/events.js';
import { currentIndexFile } from '../../shared/store/generation.js';
import { openForWriting } from '../../shared/store/open.js';
import { breakSeal } from '../../shared/store/seal.js';
import { pdfBytes } from '../helpers/pdf-bytes.js';
import { TestEnv } from '../helpers/test-env.js';

const TOP = fileURLToPath(new URL('../..', import.meta.url));
const README = readFileSync(join(TOP, 'README.md'), 'utf8');
const PROGRAM = join(TOP, 'dist/find-text.js');

const MAY_2026 = new Date(2026, 4, 12);
const LONG_AGO = new Date(2019, 2, 1);

interface File {
  readonly text: string | Buffer;
  readonly changed?: Date;
}

const FILES: Readonly<Record<string, string | File>> = {
  'files/both.txt': 'an invoice for acme',
  'files/invoice.txt': 'for another company',
  'files/licence.txt': 'free software, by the foundation at this address',
  'files/words.txt': 'software that is free',
  'files/final-report.txt': 'the report is done',
  'files/draft.txt': 'a draft of the report with a phrase',
  'files/report-code.c': 'int report;',
  'files/queue.txt': 'report of a wait queue',
  'files/annual-report.txt': 'report of the year',
  'files/titled.html': '<title>Annual report</title>',
  'old/report.txt': 'report of last year',
  'files/configuration.txt': 'how to configure it',
  'files/cat.txt': 'cat',
  'files/dog.txt': 'dog',
  'files/README': 'read it',
  'files/mentions.txt': 'see the readme',
  'Documents/letter.txt': { text: 'a letter', changed: MAY_2026 },
  'Documents/long.txt': `letter ${'and more of it '.repeat(1000)}`,
  'Documents/note.md': {
    text: '---\nauthor: Ann Bee\ndate: 2024-05-01\ntags: [work]\nlang: en\n---\nletter',
    changed: LONG_AGO,
  },
  'Documents/drawn.svg': '<svg><text>letter</text></svg>',
  'weird dir/letter.txt': { text: 'letter', changed: LONG_AGO },
  'files/budget.html': '<p>the budget',
  'files/old-budget.html': { text: '<p>the budget', changed: LONG_AGO },
  'files/budget.txt': 'the budget',
  'files/rsync.txt': 'rsync --delete',
  'files/rsync-dry.txt': 'rsync --dry-run',
  'files/kernel.c': 'kernel memory, a wait queue',
  'files/driver.c': 'a wait queue of the driver',
  'files/offer.eml':
    'From: Ann Bee <ann@example.com>\nTo: Bob <bob@example.org>\nSubject: The best price\nDate: 2 May 2024 10:00\n\nan offer\n',
  'files/task.txt': 'the task',
  'files/manual.pdf': pdfBytes(['(A manual)', '(its second page)']).toString(),
  'files/leaflet.pdf': pdfBytes(['(A manual of one page)']).toString(),
  'files/scheduler.txt': 'schedule it',
  'files/gulls.jpg': { text: readFileSync(fileURLToPath(new URL('../fixtures/files/gulls.jpg', import.meta.url))) },
  'files/gulls.mp3': { text: readFileSync(fileURLToPath(new URL('../fixtures/files/gulls.mp3', import.meta.url))) },
};

const LETTERS = ['Documents/drawn.svg', 'Documents/letter.txt', 'Documents/long.txt', 'Documents/note.md'];
const ALL_LETTERS = [...LETTERS, 'weird dir/letter.txt'];
const REPORTS = Object.keys(FILES).filter((path) => /report/.test(path + JSON.stringify(FILES[path])));
const without = (all: readonly string[], ...left: string[]) => all.filter((path) => !left.includes(path));

/** What each example finds, all of it. */
const FINDS: Readonly<Record<string, readonly string[]>> = {
  'find-text "query"': [],
  'find-text -n 1 free software foundation address': ['files/licence.txt'],
  'find-text invoice acme': ['files/both.txt'],
  'find-text \'"free software"\'': ['files/licence.txt'],
  'find-text report -draft': without(REPORTS, 'files/draft.txt'),
  'find-text report -"a phrase"': without(REPORTS, 'files/draft.txt'),
  'find-text report -name:old': REPORTS,
  'find-text report -in:~/old': without(REPORTS, 'old/report.txt'),
  'find-text report -ext:c': without(REPORTS, 'files/report-code.c'),
  "find-text 'config*'": ['files/configuration.txt'],
  "find-text '*port*'": REPORTS.filter((path) => /port/.test(path)),
  'find-text cat OR dog': ['files/cat.txt', 'files/dog.txt'],
  "find-text 'invoice (acme OR ext:html)'": ['files/both.txt'],
  'find-text wait NEAR/3 queue': ['files/driver.c', 'files/kernel.c', 'files/queue.txt'],
  "find-text name:readme 'name:*port*'": [],
  'find-text title:report': without(REPORTS, 'files/report-code.c'),
  "find-text letter 'modified:last week'": [],
  'find-text letter sort:modified': ALL_LETTERS,
  'find-text letter sort:size': ALL_LETTERS,
  'find-text letter sort:name': ALL_LETTERS,
  'find-text letter sort:-modified': ALL_LETTERS,
  'find-text name:readme': ['files/README'],
  'find-text letter in:~/Documents': LETTERS,
  'find-text path:documents letter': LETTERS,
  "find-text letter 'in:~/weird dir'": ['weird dir/letter.txt'],
  'find-text budget ext:html modified:7d': ['files/budget.html'],
  'find-text files/kernel.c:1': ['files/kernel.c'],
  'find-text letter ext:md,txt': without([...LETTERS, 'weird dir/letter.txt'], 'Documents/drawn.svg'),
  'find-text letter type:image': ['Documents/drawn.svg'],
  'find-text letter type:code': [],
  'find-text letter type:text/html': [],
  "find-text letter 'size:>10k'": ['Documents/long.txt'],
  "find-text letter 'size:<1M'": [...LETTERS, 'weird dir/letter.txt'],
  'find-text letter size:10k..20k': ['Documents/long.txt'],
  'find-text letter modified:2026-05': ['Documents/letter.txt'],
  'find-text letter created:today': ALL_LETTERS,
  'find-text letter author:ann': ['Documents/note.md'],
  'find-text letter written:2024': ['Documents/note.md'],
  'find-text letter tag:work': ['Documents/note.md'],
  "find-text manual 'pages:>1'": ['files/manual.pdf'],
  'find-text gulls camera:acme': ['files/gulls.jpg'],
  'find-text gulls taken:2024-05': ['files/gulls.jpg'],
  'find-text gulls artist:ørsted': ['files/gulls.mp3'],
  'find-text gulls album:"north sea"': ['files/gulls.mp3'],
  "find-text gulls 'duration:<10'": ['files/gulls.mp3'],
  'find-text gulls duration:180..300': [],
  'find-text letter language:en': ['Documents/note.md'],
  'find-text letter changed:today': ['Documents/letter.txt', 'Documents/long.txt'],
  'find-text letter changed:2h': ['Documents/letter.txt', 'Documents/long.txt'],
  'find-text letter by:root': ['Documents/letter.txt'],
  'find-text letter by:root,bin': ['Documents/letter.txt'],
  'find-text letter with:vim': ['Documents/letter.txt'],
  "find-text letter 'with:python*'": [],
  'find-text offer from:ann': ['files/offer.eml'],
  'find-text offer to:bob@example.org': ['files/offer.eml'],
  'find-text offer subject:"best price"': ['files/offer.eml'],
  'find-text offer sent:2024-05': ['files/offer.eml'],
  'find-text rsync -- --delete': ['files/rsync.txt'],
  'find-text report -"wait queue" name:"annual report"': ['files/annual-report.txt'],
  'find-text kernel memory': ['files/kernel.c'],
  'find-text \'"wait queue" -driver\'': ['files/kernel.c', 'files/queue.txt'],
  "find-text 'sched* OR task'": ['files/scheduler.txt', 'files/task.txt'],
  'find-text letter type:pdf': [],
  'find-text letter modified:2w': ['Documents/drawn.svg', 'Documents/long.txt'],
};

const FRAGMENT = new RegExp(`\`('?-?(?:"|(?:${FIELD_NAMES}):[^\`]).*?)\``, 'g');

/** Spans of code, commands in console blocks, and the fragments of the table of queries behind a word of their row. */
function readmeExamples(): string[] {
  const rows = [...README.matchAll(/^\| `find-text ([^\s`]+).*$/gm)].filter(([row]) => row.split('|').length === 4);
  const fragments = rows.flatMap(([row, word]) => {
    const meaning = row.split('|')[2] as string;
    const spans = [...meaning.matchAll(FRAGMENT)];
    return spans.map(([, fragment]) => `find-text ${word === 'budget' ? 'letter' : word} ${fragment}`);
  });
  const spans = [...README.matchAll(/`(find-text [^`]+)`/g)].map(([, example]) => example as string);
  const typed = [...README.matchAll(/^\$ (?:npx )?(find-text .*)$/gm)].map(([, example]) => example as string);
  const examples = [
    ...typed,
    ...spans.filter((example) => !/ [A-Z]+\b(?!\S)/.test(example.replace(' OR ', ' '))),
    ...fragments,
  ];
  // That takes a terminal: interactive.test.ts.
  return examples.filter((example) => !example.startsWith('find-text -i'));
}

function helpExamples(): string[] {
  return [...helpText().matchAll(/^ {2}(find-text .*?) {2,}/gm)].map(([, example]) => example as string);
}

/** As the audit source would have told them. */
function tellChanges(env: TestEnv, changes: Readonly<Record<string, readonly [user: number, exe: string]>>): void {
  const file = currentIndexFile(env.dataDirectory) as string;
  breakSeal(file);
  const db = openForWriting(file);
  const events = new Events(db, { maxBytes: 1 << 20, keepMs: 1e12 });
  for (const [path, [uid, exe]] of Object.entries(changes)) {
    const ids = { auid: uid, uid, pid: 1, ppid: 1, gid: uid, euid: uid, session: 1 };
    const actor = { ...ids, exe, comm: basename(exe) };
    const event = {
      atMs: Date.now(),
      kind: 'write',
      path: Buffer.from(join(env.home, path)),
      origin: 'audit',
      actor,
    } as const;
    events.add({ event, paths: [] });
  }
  events.save();
  db.close();
}

describe('the examples', () => {
  let env: TestEnv;
  beforeAll(() => {
    env = new TestEnv();
    for (const [path, file] of Object.entries(FILES)) {
      const { text, changed } = typeof file === 'string' ? { text: file, changed: undefined } : file;
      mkdirSync(dirname(join(env.home, path)), { recursive: true });
      writeFileSync(join(env.home, path), text);
      if (changed) utimesSync(join(env.home, path), changed, changed);
    }
    const folders = ['files', 'old', 'Documents', 'weird dir'].map((folder) => join(env.home, folder));
    expect(env.run('find-textd', 'rebuild', ...folders)).toMatchObject({ status: 0 });
    tellChanges(env, { 'Documents/letter.txt': [0, '/usr/bin/vim'], 'Documents/long.txt': [1000, '/usr/bin/rsync'] });
  });

  it('are all known here', () => {
    const examples = [...readmeExamples(), ...helpExamples()];
    expect(examples.filter((example) => !(example in FINDS))).toEqual([]);
    expect(Object.keys(FINDS).filter((example) => !examples.includes(example))).toEqual([]);
  });

  it.each([...new Set([...readmeExamples(), ...helpExamples()])])('%s', (example) => {
    // The name of a function in sh has no minus.
    const words = `find_text() { '${process.execPath}' '${PROGRAM}' "$@"; }; ${example.replaceAll('find-text', 'find_text')}`;
    const cwd = join(env.home, 'files');
    const before = readdirSync(cwd);
    for (const [shell, flags] of [
      ['bash', ''],
      ['sh', ''],
      ['bash', ' -l'],
    ] as const) {
      const command = example.includes(' -- ') ? words : `${words}${flags}`;
      const { status, stdout, stderr } = spawnSync(shell, ['-c', command], { env: env.env, cwd, encoding: 'utf8' });
      const lines = stdout.split('\n').filter(Boolean);
      const found = lines.map((line) => Object.keys(FILES).find((path) => line.startsWith(join(env.home, path))));
      const wanted = FINDS[example] ?? [];
      expect([command, found.sort(), status, stderr]).toEqual([
        command,
        [...wanted].sort(),
        wanted.length > 0 ? 0 : 1,
        expect.not.stringMatching(/read the option|understand the query|showing results|some/),
      ]);
    }
    expect(readdirSync(cwd)).toEqual(before);
  });
});

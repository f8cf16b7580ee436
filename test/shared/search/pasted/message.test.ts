/** The words between the values of a printed message; what is typed has none. */
import { expect, it } from 'vitest';
import { messageIn } from '../../../../shared/search/pasted/message.js';
import { search } from '../../../../shared/search/search.js';
import { SampleIndex } from '../../../helpers/sample-index.js';

function runs(text: string): string[] | undefined {
  return messageIn(text)?.map((group) => group.map((term) => term.text).join(' | '));
}

it.each<[string, string[] | undefined]>([
  ['Could not find common ancestor of foo42', ['could not find common ancestor of']],
  ['Found wrong number (3) of constraints for "a b"', ['found wrong number', 'of constraints for']],
  ["can't quote 17", ['can t quote']],
  ['django notes 8212', undefined],
  ['open /etc/shadow: permission denied to you', ['open', 'permission denied to you']],
  [
    "No association found for name `user'. Has it been defined yet?",
    ['no association found for name', 'has it been defined yet'],
  ],
  ['a request to 10.0.0.1:443 from main.c failed', ['a request to', 'from', 'failed']],
  ['kernel wait queue', undefined],
  ['report 2023', undefined],
  ['"free software" letter', undefined],
  ['v2.10', undefined],
])('%s', (text, expected) => {
  expect(runs(text)).toEqual(expected);
});

const index = new SampleIndex({
  'a/raise.py': 'raise ValueError("Could not find common ancestor of %s" % name)',
  'a/other.txt': 'could we find an ancestor that is not common, of foo42',
  'a/quoted.go': 'fmt.Errorf("no unique index found for %q in %d columns", name, n)',
  'b/log.txt': 'request 17 failed: no route to host alpha',
  'b/router.c': 'printf("request %d failed: no route to host %s")',
});

function found(query: string) {
  const { hits, corrections } = search(index.db, query, { limit: 10, nowMs: 0 });
  const paths = hits.filter(({ isWhole }) => isWhole).map(({ path }) => Buffer.from(path).toString());
  return { paths: paths.map((path) => path.slice(index.root.length + 1)), corrections: corrections.length };
}

it.each<[string, string[]]>([
  ['Could not find common ancestor of foo42', ['a/raise.py']],
  ['no unique index found for "orders" in 12 columns', ['a/quoted.go']],
  ['request 17 failed: no route to host alpha', ['b/log.txt']],
])('%s finds what prints it, and repairs nothing', (query, paths) => {
  expect(found(query)).toEqual({ paths, corrections: 0 });
});

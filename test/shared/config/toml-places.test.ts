/** The place of each value is found, however the text is written: what stands there means the same value again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readToml } from '../../../shared/config/load.js';
import type { TomlPath } from '../../../shared/config/toml-places.js';

const read = (text: string) => readToml(text, 'config.toml');
const at = (text: string, path: TomlPath) => {
  const { places } = read(text);
  const [key, value] = [places.keyOf(path), places.valueOf(path)];
  return `${key.line}:${key.column} ${value.line}:${value.column}`;
};

describe('where a value stands', () => {
  it.each<[string, string, TomlPath, string]>([
    ['a key', 'a = 1\nb = 2', ['b'], '2:1 2:5'],
    ['below a table', '[t]\n  b = 2', ['t', 'b'], '2:3 2:7'],
    ['a dotted key', 'a.b . "c d" = 2', ['a', 'b', 'c d'], '1:1 1:15'],
    ['in an inline table', 'x = { a = 1, b = { c = "}" }, d = 3 }', ['x', 'd'], '1:31 1:35'],
    ['below an inline table', 'x = { a = 1, b = { c = "}" }, d = 3 }', ['x', 'b', 'c'], '1:20 1:24'],
    ['an item', 'x = [1, # ]\n  "]", 3]', ['x', 2], '2:8 2:8'],
    ['the second table of a name', '[[n]]\na = 1\n[[n]]\na = 2', ['n', 1, 'a'], '4:1 4:5'],
    ['a list of inline tables', 'n = [{ a = 1 },\n { a = 2 }]', ['n', 1, 'a'], '2:4 2:8'],
    ['a table below the last of a list', '[[n]]\n[[n]]\n[n.q]\na = 1', ['n', 1, 'q', 'a'], '4:1 4:5'],
    [
      'a list below the last of a list',
      '[[n]]\n[[n.b]]\n[[n.b]]\na = 1\n[[n]]\n[[n.b]]\na = 2',
      ['n', 1, 'b', 0, 'a'],
      '7:1 7:5',
    ],
    ['after a text of several lines', 'a = """\nb = 3\n[x]\n"""\nb = 2', ['b'], '5:1 5:5'],
    ['after a literal text of several lines', "a = '''\nb = 3 \\'''\nb = 2", ['b'], '3:1 3:5'],
    ['after quotes at the end of a text', 'a = """x"""""\nb = 2', ['b'], '2:1 2:5'],
    ['after an escaped quote', 'a = "\\"" # "\nb = 2', ['b'], '2:1 2:5'],
    ['with carriage returns', '# x\r\n\r\na = 1\r\nb = 2\r\n', ['b'], '4:1 4:5'],
    ['after a byte order mark', '\ufeffa = 1', ['a'], '1:2 1:6'],
    ['a quoted name with an escape', '"a\\u0041" = 1', ['aA'], '1:1 1:13'],
    ['a date', 'a = 2026-11-29 08:00:00Z\nb = 1', ['a'], '1:1 1:5'],
    ['what is not there: of the table around it', '[t]\na = 1\n[u]\nb = 1', ['u', 'c'], '3:1 3:1'],
  ])('%s', (_, text, path, expected) => {
    expect(at(text, path)).toBe(expected);
  });

  it('finds each value again in any text', () => {
    fc.assert(
      fc.property(document, (text) => {
        const { table, places } = read(text);
        for (const [path, value] of leaves(table)) {
          const written = places.textOf(path);
          const { x } = read(`x = ${written}`).table;
          expect(x, `${JSON.stringify(path)} in ${text}`).toEqual(value);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function leaves(value: unknown, path: TomlPath = []): [TomlPath, unknown][] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, [...path, index]));
  if (typeof value !== 'object' || value === null || value instanceof Date) return [[path, value]];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
}

const nasty = fc.string({
  unit: fc.constantFrom('a', '"', "'", '\\', '#', '[', ']', '{', '}', ',', '=', '.', ' ', '\n', 'é'),
});
const quoted = nasty.map((text) => JSON.stringify(text));
const text = fc.oneof(
  quoted,
  nasty.map((each) => `'${each.replace(/['\n]/g, '')}'`),
  nasty.map((each) => `"""${each.replace(/\\/g, '\\\\').replace(/"""/g, '""\\"')}"""`),
  nasty.map((each) => `'''${each.replace(/'/g, '')}'''`),
);
const gap = fc.constantFrom('', ' ', '\t ');
const wide = fc.oneof(gap, fc.constantFrom('\n', ' # ]}"\'\n', '\n\n  '));
const scalar = fc.oneof(
  text,
  fc.integer().map(String),
  fc.constantFrom('true', '1e3', '-inf', '2026-11-29', '07:30:00', '0x1F'),
);
const { value } = fc.letrec<{ value: string; list: string; table: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, tie('list'), tie('table')),
  list: fc
    .tuple(wide, fc.array(fc.tuple(tie('value'), wide), { maxLength: 4 }))
    .map(([first, items]) => `[${first}${items.map(([item, after]) => item + after).join(`,${first}`)}]`),
  table: fc
    .tuple(gap, fc.array(fc.tuple(quoted, gap, tie('value')), { maxLength: 4 }))
    .map(
      ([first, items]) =>
        `{${first}${items.map(([name, after, item], n) => `${n}.${name}${after}=${first}${item}`).join(`,${first}`)}}`,
    ),
}));
const statements = fc
  .array(fc.tuple(quoted, gap, value, fc.constantFrom('', ' # "x', '\r')), { maxLength: 4 })
  .map((all) =>
    all.map(([name, space, item, end], n) => `${space}k${n} . ${name}${space}=${space}${item}${end}\n`).join(''),
  );
const document = fc
  .tuple(
    statements,
    fc.array(fc.tuple(fc.constantFrom('[[n]]', '[[ n . b ]]', '[["n"."x y"]]', '[[m]]'), statements), { maxLength: 5 }),
  )
  .map(([first, tables]) => `${first}[[n]]\n${tables.map(([header, body]) => `${header}\n${body}`).join('\n')}`);

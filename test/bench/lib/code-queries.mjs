/**
 * What people look for in source code, made from files: a name that is defined once, whole, in its parts or begun; an
 * error message as it is written and as it is printed; an import; a module; and places as tools print them. Right is the
 * file that it was made from. Always the same queries for the same files.
 */
import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';

const CODE = /\.(?:py|go|c|cc|h|hpp|ipp|rs|rb|js|mjs|cjs|ts|pm|pl|php|java)$/;
const MAX_BYTES = 400_000;
/** Of one file, so that no large one gives most queries of a kind. */
const MOST_OF_A_FILE = 2;

const MODIFIERS =
  '(?:(?:export|default|async|pub(?:\\([^)]*\\))?|abstract|final|static|public|private|protected|unsafe)\\s+)*';
const KEYWORDS = '(?:class|struct|enum|trait|interface|module|def|fn|func|function|sub|type)';
/** The name that a line defines; a receiver of Go may stand before it. */
const DEFINITION = new RegExp(
  `^[ \\t]*${MODIFIERS}${KEYWORDS}\\s+(?:\\([^)]*\\)\\s*)?(?:self\\.)?([A-Za-z_]\\w{4,})(?![^\\n]*;[ \\t]*$)`,
  'gm',
);
const RAISES = /\b(?:raise|throw|panic|die|croak|fatal\w*|\w*error\w*|\w*exception)\b/i;
const LITERAL = /"([^"\\\n]{15,90})"|'([^'\\\n]{15,90})'/g;
const IMPORT =
  /^(?:import|from|use|using|#\s*include|require)\b[^\n]{8,80}$|^(?:const|let|var) [^\n]{3,60}require\([^\n]+$/gm;
const HOLES = /%\(\w+\)[sdr]|%[-+#0-9.]*[sdrvqiuxpf]|\$\{[^}]*\}|#\{[^}]*\}|\{\w*(?:[:!][^}]*)?\}/g;
const VALUES = ['foo42', '17', '"config"', 'main.c', '0x7f3a', '/tmp/data'];

/**
 * @param paths  of files.
 * @param halfOf  the half that queries of a file belong to.
 * @param count  queries of each kind and half.
 * @returns `{ kind, half, text, path }`, kind by kind.
 */
export function codeQueries(paths, halfOf, count) {
  const files = readFiles(paths);
  const kinds = { ...nameKinds(files), ...messageKinds(files), ...placeKinds(files) };
  return Object.entries(kinds).flatMap(([kind, queries]) => {
    const halves = groupBy(few(only(queries), kind), ({ path }) => halfOf(path));
    return [...halves].flatMap(([half, own]) => own.slice(0, count).map((query) => ({ kind, half, ...query })));
  });
}

function readFiles(paths) {
  const code = paths.filter((path) => CODE.test(path) && !path.includes('.min.')).sort();
  return code.map((path) => ({ path, text: readFileSync(path, 'utf8') })).filter(({ text }) => text.length < MAX_BYTES);
}

/** In an order that depends on nothing but the queries. */
function few(queries, kind) {
  const ofFile = new Map();
  return [...queries]
    .sort((a, b) => hash(kind + a.text) - hash(kind + b.text))
    .filter(({ path }) => ofFile.set(path, (ofFile.get(path) ?? 0) + 1).get(path) <= MOST_OF_A_FILE);
}

/** What is in one file only, once or more often. */
function inOneFile(files, find) {
  const holders = new Map();
  for (const { path, text } of files)
    for (const found of new Set(find(text))) holders.set(found, holders.has(found) ? undefined : path);
  return [...holders].flatMap(([text, path]) => (path ? [{ text, path }] : []));
}

function nameKinds(files) {
  const names = inOneFile(files, (text) => Array.from(text.matchAll(DEFINITION), (match) => match[1]));
  const camel = names.filter(({ text }) => /[a-z][A-Z]/.test(text) && !text.includes('_'));
  const snake = names.filter(({ text }) => /^_*[a-z0-9]+(?:_[a-z0-9]+)+$/.test(text));
  const long = camel.filter(({ text }) => parts(text).length > 2);
  return {
    'camel whole': camel,
    'camel parts': of(camel, (name) => parts(name).join(' ')),
    'camel lower': of(camel, (name) => name.toLowerCase()),
    'camel infix part': of(long, (name) => parts(name).slice(1).join(' ')),
    'camel beginning': of(camel, (name) => name.slice(0, Math.max(7, Math.ceil(name.length * 0.65)))),
    'snake whole': snake,
    'snake parts': of(snake, (name) => name.replaceAll('_', ' ').trim()),
  };
}

function of(queries, change) {
  return queries.map(({ text, path }) => ({ text: change(text), path }));
}

function parts(name) {
  return name
    .replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, ' ')
    .toLowerCase()
    .split(' ');
}

function messageKinds(files) {
  const messages = inOneFile(files, messagesOf).filter(({ text }) => /(?:[A-Za-z]{2,}\W+){3}/.test(text));
  const open = messages.filter(({ text }) => text.search(HOLES) >= 0);
  return {
    'error as it is written': messages,
    'error with values': of(open, (text) => text.replace(HOLES, () => VALUES[hash(text) % VALUES.length])),
    'import line': inOneFile(files, (text) => text.match(IMPORT) ?? []),
  };
}

function messagesOf(text) {
  const lines = text.split('\n').filter((line) => RAISES.test(line) && /["']/.test(line));
  return lines.flatMap((line) => Array.from(line.matchAll(LITERAL), ([, double, single]) => double ?? single));
}

function placeKinds(files) {
  const counts = groupBy(files, ({ path }) => basename(path));
  const own = files.filter(({ path }) => counts.get(basename(path)).length === 1);
  const deep = files.filter(({ path }) => path.split('/').length > 6);
  return {
    'file:line': own.map((file) => ({ text: `${basename(file.path)}:${lineOf(file)}`, path: file.path })),
    'dotted module': files.flatMap(moduleOf),
    path: files.map(({ path }) => ({ text: path, path })),
    'end of a path': deep.map(({ path }) => ({ text: end(path, 3), path })),
    'line of a trace': deep.map((file) => ({ text: traceLine(file), path: file.path })),
  };
}

/** Those that no other file answers. */
function only(queries) {
  const same = groupBy(queries, ({ text }) => text.toLowerCase());
  return queries.filter(({ text }) => same.get(text.toLowerCase()).length === 1);
}

function groupBy(all, keyOf) {
  const groups = new Map();
  for (const one of all) {
    const key = keyOf(one);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(one);
  }
  return groups;
}

function lineOf({ path, text }) {
  return 1 + (hash(path) % Math.max(1, text.split('\n').length - 1));
}

function moduleOf({ path }) {
  const [, module] = /dist-packages\/(\w+(?:\/\w+){2,})\.py$/.exec(path) ?? [];
  return module && !module.endsWith('__') ? [{ text: module.replaceAll('/', '.'), path }] : [];
}

/** As tools of the language print it, from a folder of another machine. */
function traceLine(file) {
  const line = lineOf(file);
  const name = end(file.path, 4);
  const path = `/home/build/${name}`;
  const column = 1 + (line % 40);
  switch (extname(path)) {
    case '.py':
      return `File "${path}", line ${line}, in main`;
    case '.go':
      return `${path}:${line} +0x1d3`;
    case '.rs':
      return `thread 'main' panicked at ${name}:${line}:${column}:`;
    case '.rb':
      return `from ${path}:${line}:in \`call'`;
    case '.pm':
    case '.pl':
      return `Died at ${path} line ${line}.`;
    case '.php':
      return `#3 ${path}(${line}): main()`;
    case '.js':
    case '.ts':
    case '.mjs':
    case '.cjs':
      return `    at main (${path}:${line}:${column})`;
    default:
      return `${path}:${line}:${column}: error: expected ';' before '}' token`;
  }
}

function end(path, count) {
  return path.split('/').slice(-count).join('/');
}

function hash(text) {
  return [...text].reduce((sum, character) => (sum * 31 + character.codePointAt(0)) >>> 0, 7);
}

/**
 * A judged collection as Cranfield, CISI, CACM and their kin are handed on: documents and questions in records (`.I` its
 * number, `.T` title, `.W` text, `.B` ...), and a table of judgements that begins with question and document.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** @param folder  with three files: their names end in .all (or hold no more than `cran`…), .qry (query.text), rel (qrels). */
export function readFolder(folder) {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const named = (pattern) => {
    const found = files.find((path) => pattern.test(basename(path)));
    if (!found) throw new Error(`read the judged collection ${folder}: no file named like ${pattern.source}`);
    return readFileSync(found, 'latin1');
  };
  const documents = recordsOf(named(/\.all(?:\.\d+)?$/i)).map(({ number, T = '', A = '', W = '' }) => ({
    id: number,
    title: clean(T),
    text: `${A}\n${W}`,
  }));
  const asked = recordsOf(named(/(?:\.|^)(?:qry|query)(?:\.text)?$/i));
  const judged = judgements(named(/rel(?:s)?(?:\.text)?$/i));
  const isByPlace =
    asked.length > 0 && Math.max(...judged.keys()) <= asked.length && asked.at(-1).number !== String(asked.length);
  const queries = asked.flatMap(({ number, W = '' }, i) => {
    const relevant = judged.get(isByPlace ? i + 1 : Number(number));
    return relevant ? [{ id: number, text: clean(W), relevant }] : [];
  });
  return { name: basename(folder).toLowerCase(), documents, queries };
}

function recordsOf(text) {
  return text
    .split(/^\.I\s+/m)
    .slice(1)
    .map((record) => {
      const parts = record.split(/^\.([A-Z])\s*$/m);
      const fields = {};
      for (let i = 1; i < parts.length; i += 2) fields[parts[i]] = `${fields[parts[i]] ?? ''}${parts[i + 1]}`;
      return { number: String(Number.parseInt(parts[0], 10)), ...fields };
    });
}

/** By question its documents. Cranfield marks with -1 the document that led to the question. */
function judgements(text) {
  const judged = new Map();
  for (const line of text.split('\n')) {
    const [question, document] = line.trim().split(/\s+/).map(Number);
    if (!question || !document) continue;
    if (!judged.has(question)) judged.set(question, []);
    judged.get(question).push(String(document));
  }
  return judged;
}

function clean(text) {
  return text.replace(/\s+/g, ' ').trim();
}

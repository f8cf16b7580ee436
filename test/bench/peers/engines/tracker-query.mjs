/**
 * What is asked of Tracker, as SPARQL. `fts:match` of 3.4 takes all it is given as one phrase whose last word is a beginning, so
 * each word has a match of its own. Pure.
 */

/** What stands in quotes, or a word. */
const TERM = /"[^"]*"|\S+/g;

/** Files that hold all words and phrases in their content or name, best first. */
export function filesWithAll(text, limit) {
  const terms = termsOf(text);
  const ranks = terms.map((_, at) => `?rank${at}`);
  const each = terms.map(
    (term, at) => `{ SELECT ?file (SUM(?rank) AS ${ranks[at]}) ${matching(term)} GROUP BY ?file }`,
  );
  return `SELECT ?file { ${each.join(' ')} } ORDER BY (${ranks.join(' + ')}) LIMIT ${limit}`;
}

/** Files that hold any of them. */
export function filesWithAny(text, limit) {
  const each = termsOf(text).map(matching);
  return `SELECT ?file { ${each.join(' UNION ')} } GROUP BY ?file ORDER BY (SUM(?rank)) LIMIT ${limit}`;
}

/** Of several terms those with a letter or digit: the others match nothing. */
function termsOf(text) {
  const terms = (text.match(TERM) ?? []).filter((term) => /[\p{L}\p{N}]/u.test(term));
  return terms.length > 0 ? terms : [text];
}

/** The rank is that of FTS5, where less is better. Content and name belong to two resources. */
function matching(term) {
  const match = `fts:match "${escaped(term)}"`;
  const content = `{ SELECT ?file (fts:rank(?content) AS ?rank) { ?content ${match} ; nie:isStoredAs ?file } }`;
  const name = `{ SELECT ?file (fts:rank(?file) AS ?rank) { ?file ${match} ; nfo:fileName ?name } }`;
  return `{ ${content} UNION ${name} }`;
}

/** Within a string of SPARQL. */
function escaped(text) {
  const named = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return text.replace(/["\\\n\r\t]/g, (character) => named[character] ?? `\\${character}`);
}

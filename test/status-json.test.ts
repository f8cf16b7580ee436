/** docs/status-json.md is the contract of `find-textd status --json`: it has each field and each reason that the code has, and no other. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { WHOLE_INDEX_REASONS } from '../shared/answer/judge.js';
import { GAP_REASONS } from '../shared/freshness.js';

const SOURCE = fileURLToPath(new URL('../indexer/commands/status.ts', import.meta.url));
const PAGE = readFileSync(new URL('../docs/status-json.md', import.meta.url), 'utf8');

/** What stands in the first column of the section's table. */
function named(section: string): string[] {
  const [, text = ''] = PAGE.split(`## ${section}\n`);
  const [own = ''] = text.split('\n## ');
  return [...own.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name as string);
}

/** `daemon.pid`, `freshness[].gaps[].reason`: fields that hold no others. */
function fieldsOfStatus(): string[] {
  const program = ts.createProgram([SOURCE], { strict: true, module: ts.ModuleKind.NodeNext, skipLibCheck: true });
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(SOURCE) as ts.SourceFile) as ts.Symbol;
  const status = checker.getExportsOfModule(module).find(({ name }) => name === 'Status') as ts.Symbol;
  const fields = new Set<string>();
  const visit = (type: ts.Type, path: string): void => {
    if (type.isUnion()) return type.types.forEach((each) => void visit(each, path));
    if (type.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)) return;
    if (checker.isArrayType(type))
      return visit(checker.getTypeArguments(type as ts.TypeReference)[0] as ts.Type, `${path}[]`);
    if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return void fields.add(path);
    for (const property of type.getProperties())
      visit(checker.getTypeOfSymbol(property), path === '' ? property.name : `${path}.${property.name}`);
  };
  visit(checker.getDeclaredTypeOfSymbol(status), '');
  return [...fields].sort();
}

it('has every field, and no other', () => {
  expect([...named('Fields')].sort()).toEqual(fieldsOfStatus());
});

it('has every reason, and no other', () => {
  expect([...named('Reasons')].sort()).toEqual([...WHOLE_INDEX_REASONS, ...Object.keys(GAP_REASONS)].sort());
});

/** A page that promises the fields of a JSON output, and the type in the code that has them. */
import ts from 'typescript';

/** What stands in the first column of the section's table. */
export function namedIn(page: string, section: string): string[] {
  const [, text = ''] = page.split(`## ${section}\n`);
  const [own = ''] = text.split('\n## ');
  return [...own.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name as string);
}

/** `daemon.pid`, `freshness[].gaps[].reason`: fields that hold no others. */
export function fieldsOf(source: string, typeName: string): string[] {
  const program = ts.createProgram([source], { strict: true, module: ts.ModuleKind.NodeNext, skipLibCheck: true });
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(source) as ts.SourceFile) as ts.Symbol;
  const symbol = checker.getExportsOfModule(module).find(({ name }) => name === typeName) as ts.Symbol;
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
  visit(checker.getDeclaredTypeOfSymbol(symbol), '');
  return [...fields].sort();
}

import { dirname, join } from 'node:path';
import ts from 'typescript';

/** Comments of an exported type and of its fields by path (`data.items[].skuId`); the type itself is at ``. */
export type FieldDocs = ReadonlyMap<string, string>;

/** Reads the comments where developers write and editors show them, so that schemas say the same. */
export function fieldDocsOf(packageRoot: string, typeNames: readonly string[]): ReadonlyMap<string, FieldDocs> {
  const configPath = join(packageRoot, 'tsconfig.json');
  const { config } = ts.readConfigFile(configPath, (path) => ts.sys.readFile(path)) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(configPath));
  const entry = join(packageRoot, 'src', 'index.ts');
  const program = ts.createProgram([entry], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const index = source && checker.getSymbolAtLocation(source);
  if (index === undefined) throw new Error(`${entry} is not a module`);
  const exported = new Map(checker.getExportsOfModule(index).map((symbol) => [symbol.name, symbol]));

  return new Map(
    typeNames.map((name) => {
      const alias = exported.get(name);
      if (alias === undefined) throw new Error(`${name} is not exported`);
      const symbol = alias.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(alias) : alias;
      const docs = new Map([['', docOf(symbol, checker)]]);
      collect(checker.getDeclaredTypeOfSymbol(symbol), '', docs, checker);
      return [name, docs];
    }),
  );
}

function collect(type: ts.Type, path: string, docs: Map<string, string>, checker: ts.TypeChecker): void {
  for (const property of type.getProperties()) {
    const propertyPath = path === '' ? property.name : `${path}.${property.name}`;
    docs.set(propertyPath, docOf(property, checker));
    const of = checker.getNonNullableType(checker.getTypeOfSymbol(property));
    const element = checker.isArrayType(of) ? checker.getTypeArguments(of as ts.TypeReference)[0] : undefined;
    const nested = element ?? of;
    if (nested.flags & ts.TypeFlags.Object) {
      collect(nested, element === undefined ? propertyPath : `${propertyPath}[]`, docs, checker);
    }
  }
}

function docOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  return ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll(/\s+/g, ' ');
}

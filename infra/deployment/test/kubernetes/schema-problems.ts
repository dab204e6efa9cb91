import { join } from 'node:path';
import ts from 'typescript';
import { type Manifest } from './render';

/**
 * What Kubernetes or KEDA would not understand. Their OpenAPI schemas come as types, and a type says more than the schemas do: a
 * field that does not exist, which an API server drops without a word, is an error to the compiler.
 */
export function schemaProblems(manifests: readonly Manifest[]): readonly string[] {
  const file = join(__dirname, 'manifests.ts');
  const source = manifests
    .map((manifest, index) => `export const m${index}: ${typeOf(manifest)} = ${JSON.stringify(manifest)};`)
    .join('\n');
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const readSource = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version, ...rest) =>
    name === file ? ts.createSourceFile(name, source, version) : readSource(name, version, ...rest);
  const program = ts.createProgram([file], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ start, messageText }) => {
    const manifest = manifests[source.slice(0, start).split('\n').length - 1];
    return `${manifest?.kind ?? ''} ${manifest?.metadata.name ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

function typeOf({ apiVersion, kind }: Manifest): string {
  const group = apiVersion.startsWith('keda.sh/') ? '@kubernetes-models/keda' : 'kubernetes-models';
  return `import('${group}/${apiVersion}').I${kind}`;
}

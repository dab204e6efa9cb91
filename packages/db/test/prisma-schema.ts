import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Table {
  /** Name to type and nullability, in order, such as `varchar(50) null`. */
  readonly columns: Readonly<Record<string, string>>;
  /** Name to columns, such as `unique (a, b)`. */
  readonly indexes: Readonly<Record<string, string>>;
  /** Name to meaning, such as `(payment_id) -> payment (payment_id)`. */
  readonly foreignKeys: Readonly<Record<string, string>>;
}

const SCALARS: Readonly<Record<string, string>> = {
  BigInt: 'bigint(20)',
  Int: 'int(11)',
  Boolean: 'tinyint(1)',
};

/** What prisma/schema.prisma says the database looks like. Reads the part of Prisma's language that the file uses. */
export function readPrismaSchema(): Readonly<Record<string, Table>> {
  const text = readFileSync(join(__dirname, '..', 'prisma', 'schema.prisma'), 'utf8').replace(/\/\/.*$/gm, '');
  const models = [...text.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name, body]) => ({
    name: name!,
    lines: body!
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  }));
  const names = new Set(models.map(({ name }) => name));
  const tableOf = (model: string): string => firstGroup(/@@map\("(\w+)"\)/, modelNamed(models, model).join('\n'));
  return Object.fromEntries(models.map(({ name, lines }) => [tableOf(name), tableFrom(lines, names, tableOf)]));
}

function tableFrom(lines: readonly string[], models: ReadonlySet<string>, tableOf: (model: string) => string): Table {
  const columns: Record<string, string> = {};
  const indexes: Record<string, string> = {};
  const foreignKeys: Record<string, string> = {};
  const columnOf = new Map<string, string>();
  const columnsOf = (fields: string): string =>
    fields
      .split(', ')
      .map((field) => columnOf.get(field) ?? field)
      .join(', ');

  for (const line of lines.filter((line) => !line.startsWith('@@'))) {
    const [, field, type, modifier] = /^(\w+)\s+(\w+)(\?|\[\])?/.exec(line)!;
    if (models.has(type!)) continue;
    const column = /@map\("(\w+)"\)/.exec(line)?.[1] ?? field!;
    columnOf.set(field!, column);
    columns[column] = `${columnType(type!, line)}${modifier === '?' ? ' null' : ''}`;
    if (line.includes('@id')) indexes['PRIMARY'] = `unique (${column})`;
    const unique = /@unique\(map: "(\w+)"\)/.exec(line)?.[1];
    if (unique) indexes[unique] = `unique (${column})`;
  }
  for (const line of lines) {
    const index = /^@@(unique|index)\(\[([\w, ]+)\], map: "(\w+)"\)/.exec(line);
    if (index) indexes[index[3]!] = `${index[1] === 'unique' ? 'unique ' : ''}(${columnsOf(index[2]!)})`;
    const relation = /^\w+\s+(\w+)\s+@relation\(fields: \[(\w+)\], references: \[(\w+)\].*map: "(\w+)"\)/.exec(line);
    if (relation) {
      const referenced = snakeCase(relation[3]!);
      foreignKeys[relation[4]!] = `(${columnsOf(relation[2]!)}) -> ${tableOf(relation[1]!)} (${referenced})`;
    }
  }
  return { columns, indexes, foreignKeys };
}

function columnType(type: string, line: string): string {
  const native = /@db\.(\w+)(?:\((\d+)\))?/.exec(line);
  if (!native) return SCALARS[type] ?? type;
  const length = native[2] === undefined || native[2] === '0' ? '' : `(${native[2]})`;
  return `${native[1]!.toLowerCase()}${length}`;
}

function modelNamed(models: readonly { name: string; lines: string[] }[], name: string): string[] {
  return models.find((model) => model.name === name)?.lines ?? [];
}

function firstGroup(pattern: RegExp, text: string): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`${pattern} is not in ${text}`);
  return found;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

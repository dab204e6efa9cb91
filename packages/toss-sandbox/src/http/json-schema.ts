/** The part of JSON Schema the control plane describes its requests with. */
export interface JsonSchema {
  readonly type: 'object' | 'string' | 'number' | 'integer' | 'boolean' | 'array';
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  /** False, as everywhere here unless said otherwise: a misspelt property must not be ignored silently. */
  readonly additionalProperties?: JsonSchema | false;
  readonly items?: JsonSchema;
}

/** What is wrong with the value, as a sentence that names the place; undefined when nothing is. */
export function violationOf(schema: JsonSchema, value: unknown, place = 'body'): string | undefined {
  if (!hasType(schema.type, value)) return `${place} must be of type ${schema.type}`;
  if (typeof value === 'string') return violationOfText(schema, value, place);
  if (typeof value === 'number') return violationOfNumber(schema, value, place);
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return undefined;
    return first(value.map((item: unknown, index) => () => violationOf(items, item, `${place}[${index}]`)));
  }
  if (schema.type === 'object') return violationOfObject(schema, value as Record<string, unknown>, place);
  return undefined;
}

function hasType(type: JsonSchema['type'], value: unknown): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isSafeInteger(value);
  return typeof value === type;
}

function violationOfText(schema: JsonSchema, value: string, place: string): string | undefined {
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return `${place} must be one of ${schema.enum.join(', ')}`;
  }
  return value.length < (schema.minLength ?? 0) ? `${place} must not be empty` : undefined;
}

function violationOfNumber(schema: JsonSchema, value: number, place: string): string | undefined {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  return value < minimum || value > maximum ? `${place} must be from ${minimum} to ${maximum}` : undefined;
}

function violationOfObject(schema: JsonSchema, value: Record<string, unknown>, place: string): string | undefined {
  const missing = schema.required?.find((name) => value[name] === undefined);
  if (missing !== undefined) return `${place}.${missing} is missing`;
  return first(
    Object.entries(value).map(([name, property]) => () => {
      const known = schema.properties?.[name];
      if (known !== undefined) return violationOf(known, property, `${place}.${name}`);
      if (typeof schema.additionalProperties === 'object') {
        return violationOf(schema.additionalProperties, property, `${place}.${name}`);
      }
      return `${place}.${name} is not known; there are: ${Object.keys(schema.properties ?? {}).join(', ')}`;
    }),
  );
}

function first(checks: (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const violation = check();
    if (violation !== undefined) return violation;
  }
  return undefined;
}

/**
 * The statements of a migration under which workers of the release before might not go on: whatever does not only add, unless the
 * lines above it say why it may be: `-- contract: <since which release nobody uses it>`, or `-- relaxes: <what is allowed now>`.
 *
 * @param tables that the release before does not know; those that are created here are added to them.
 */
export function notAdditive(sql: string, tables: Set<string>): readonly string[] {
  return sql
    .split(/;[ \t]*(?:\n|$)/)
    .map((text) => ({ isJudged: /^\s*-- (contract|relaxes): \S/m.test(text), statement: withoutComments(text) }))
    .filter(({ statement, isJudged }) => statement !== '' && !isAdditive(statement, tables) && !isJudged)
    .map(({ statement }) => statement);
}

function withoutComments(text: string): string {
  return text
    .replaceAll(/^\s*--.*$/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function isAdditive(statement: string, tables: Set<string>): boolean {
  const [, created] = /^CREATE TABLE `(\w+)`/.exec(statement) ?? [];
  if (created !== undefined) tables.add(created);
  const [, table] =
    /^(?:INSERT INTO|ALTER TABLE|UPDATE|CREATE (?:UNIQUE )?INDEX `\w+` ON) `(\w+)`/.exec(statement) ?? [];
  if (created !== undefined || (table !== undefined && tables.has(table))) return true;
  if (/^CREATE INDEX /.test(statement)) return true;
  const [, clauses] = /^ALTER TABLE `\w+` (.*)$/.exec(statement) ?? [];
  return clauses !== undefined && clausesOf(clauses).every(isAdditiveClause);
}

/** Those before cannot write a column that they do not know: it has to have a value all the same. */
function isAdditiveClause(clause: string): boolean {
  if (/^ADD (INDEX|KEY) /.test(clause)) return true;
  return /^ADD COLUMN /.test(clause) && (/ DEFAULT | AS \(/.test(clause) || !/ NOT NULL/.test(clause));
}

/** At commas outside of brackets and quotes. */
function clausesOf(text: string): readonly string[] {
  const clauses: string[] = [];
  let clause = '';
  let depth = 0;
  for (const [token] of text.matchAll(/'(?:[^']|'')*'|./g)) {
    if (token === '(') depth++;
    if (token === ')') depth--;
    const isEnd = token === ',' && depth === 0;
    if (isEnd) clauses.push(clause.trim());
    clause = isEnd ? '' : clause + token;
  }
  return [...clauses, clause.trim()];
}

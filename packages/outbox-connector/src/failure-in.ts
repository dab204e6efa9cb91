const SHOWN_MAX = 200;

/**
 * What a stack trace of Connect says, in the words of its first line and of its last cause. Rows stand in traces as `Struct{…}`,
 * `SourceRecord{…}` or JSON: of a line, everything from the first brace on is left out.
 */
export function failureIn(trace: string): string {
  const lines = trace.split('\n');
  const cause = lines.filter((line) => line.startsWith('Caused by: ')).at(-1);
  const said = [lines[0] ?? '', ...(cause === undefined ? [] : [cause.replace('Caused by: ', '')])].map(withoutRows);
  return [...new Set(said)].join(' < ');
}

function withoutRows(line: string): string {
  const [beginning = '', ...rest] = line.trim().split('{');
  const shown = rest.length > 0 ? `${beginning}{…}` : beginning;
  return shown.length > SHOWN_MAX ? `${shown.slice(0, SHOWN_MAX)}…` : shown;
}

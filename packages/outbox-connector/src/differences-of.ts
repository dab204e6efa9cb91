/** One property in which a connector is not what it should be. */
export interface Difference {
  readonly property: string;
  /** Null where it is not set. Secrets are `***`, and equal ones are no difference. */
  readonly found: string | null;
  readonly wanted: string | null;
}

/** @param found null when there is no connector. */
export function differencesOf(
  found: Readonly<Record<string, string>> | null,
  wanted: Readonly<Record<string, string>>,
): readonly Difference[] {
  // Connect adds the name by itself.
  const { name: _name, ...others } = found ?? {};
  const properties = [...new Set([...Object.keys(others), ...Object.keys(wanted)])].sort();
  return properties
    .filter((property) => others[property] !== wanted[property])
    .map((property) => ({
      property,
      found: shown(property, others[property]),
      wanted: shown(property, wanted[property]),
    }));
}

/** A place that is named is no secret, and whoever compares wants to see it. */
function shown(property: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  return /password|secret/i.test(property) && !/^\$\{[a-z]+:.+\}$/.test(value) ? '***' : value;
}

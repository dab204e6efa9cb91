/** The beginning of a text for people, as much as a column of `lengthMax` characters holds. */
export function fitting(text: string | null, lengthMax: number): string | null {
  if (text === null || text.length <= lengthMax) return text;
  // By code point, as MariaDB counts: cutting between the halves of a surrogate pair would leave a broken character.
  return Array.from(text).slice(0, lengthMax).join('');
}

/** A text that is worthless when cut, such as a link: whole, or null. */
export function fittingOrNull(text: string | null, lengthMax: number): string | null {
  return fitting(text, lengthMax) === text ? text : null;
}

/**
 * JSON text over several lines, every token as it was: parsing and printing it in a browser would round what is above
 * 2^53. It stands alone, for its source is also sent to the documentation page.
 */
export function indentedJson(text: string): string {
  let depth = 0;
  const newLine = () => `\n${'  '.repeat(depth)}`;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g) ?? [];
  return tokens
    .map((token, index) => {
      const isEmpty = /^[[{]$/.test(tokens[index - 1] ?? '') && /^[\]}]$/.test(token);
      if (/^[[{]$/.test(token)) {
        depth += 1;
        return /^[\]}]$/.test(tokens[index + 1] ?? '') ? token : token + newLine();
      }
      if (/^[\]}]$/.test(token)) {
        depth -= 1;
        return isEmpty ? token : newLine() + token;
      }
      if (token === ',') return token + newLine();
      return token === ':' ? ': ' : token;
    })
    .join('');
}

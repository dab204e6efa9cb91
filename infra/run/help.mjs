/** The one line that shows how a command is typed. */
export function usageOf({ name, options, operand }) {
  const words = Object.entries(options).map(([option, spec]) => {
    const word = `--${option}${valueWord(spec)}`;
    return spec.isRequired ? word : `[${word}]`;
  });
  if (operand !== undefined) words.unshift(`[${operand.toUpperCase()}]`);
  return words.length === 0 ? name : `${name} -- ${words.join(' ')}`;
}

/** All that a command can say about itself. */
export function helpOf(command) {
  const { summary, options, examples, notes } = command;
  const rows = [...Object.entries(options).map(([name, spec]) => [`--${name}${valueWord(spec)}`, spec.help])];
  rows.push(['--help', 'prints this']);
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = [`Usage: ${usageOf(command)}`, '', summary, '', 'Options'];
  for (const [left, right] of rows) lines.push(`  ${left.padEnd(width)}  ${right}`);
  if (notes !== undefined) lines.push('', ...notes);
  lines.push('', 'Examples', ...examples.map((example) => `  ${example}`));
  return lines.join('\n');
}

function valueWord({ value, isValueOptional }) {
  if (value === undefined) return '';
  return isValueOptional ? ` [${value}]` : ` ${value}`;
}

import { helpOf, usageOf } from './help.mjs';

/** A mistake in what was typed, or a state of the machine that forbids it. Its message is all there is to say. */
export class Refusal extends Error {
  name = 'Refusal';

  /** @param exitCode 2: the arguments were not understood; 1: they were, and it cannot be done. */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Understands the arguments of a command and runs it; resolves with the exit code. Help goes to standard output and
 * ends with 0; arguments that are not understood end with 2, with a word about each and the usage on standard error.
 */
export async function runCommand(command, args) {
  if (!command.passesArgumentsOn && (args.includes('--help') || args.includes('-h'))) {
    console.log(helpOf(command));
    return 0;
  }
  try {
    return await command.run(command.passesArgumentsOn ? args : readArguments(command, args, process.env));
  } catch (error) {
    // A step that failed has shown its output and says in its message which one it was; for anything else the stack counts.
    const isKnown = error.name === 'Refusal' || error.name === 'StepFailure';
    console.error(isKnown ? error.message : error);
    if (error.exitCode === 2) console.error(`\nUsage: ${usageOf(command)}\nMore with: ${command.name} -- --help`);
    return error.exitCode ?? 1;
  }
}

/** @throws Refusal that names every argument it does not understand. */
function readArguments(command, args, env) {
  const wrong = [...swallowedByNpm(command, env)];
  const values = {};
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    if (!arg.startsWith('--')) {
      if (command.operand === undefined || values[command.operand] !== undefined) wrong.push(`What is '${arg}' for?`);
      else values[command.operand] = arg;
      continue;
    }
    const [, name, inlined] = /^--([^=]*)(?:=(.*))?$/s.exec(arg);
    const option = command.options[name];
    if (option === undefined) {
      wrong.push(`There is no option --${name}${suggestion(name, Object.keys(command.options))}`);
      continue;
    }
    let text = inlined;
    if (option.value !== undefined && text === undefined && isValue(args[index + 1], option)) text = args[(index += 1)];
    try {
      const value = valueOf(name, option, text);
      values[name] = option.isRepeatable ? [...(values[name] ?? []), value] : value;
    } catch (error) {
      if (error.name !== 'Refusal') throw error;
      wrong.push(error.message);
    }
  }
  for (const [name, { isRequired, value }] of Object.entries(command.options)) {
    const wasGiven = args.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
    if (isRequired && !wasGiven) wrong.push(`--${name} ${value} is missing`);
  }
  if (wrong.length > 0) throw new Refusal(wrong.join('\n'), 2);
  return values;
}

function valueOf(name, option, text) {
  if (option.value === undefined) {
    if (text !== undefined) throw new Refusal(`--${name} takes no value`, 2);
    return true;
  }
  if (text === undefined) {
    if (option.isValueOptional) return true;
    throw new Refusal(`--${name} wants a value: ${option.value}`, 2);
  }
  return option.read === undefined ? text : option.read(text, `--${name}`);
}

function isValue(next, option) {
  if (next === undefined || next.startsWith('--')) return false;
  // `--amount -5` means an amount, though a wrong one; an optional value does not begin with a dash.
  return !option.isValueOptional || !next.startsWith('-');
}

/** `npm start --fresh`, without the `--` between, is an option of npm, which takes it and says nothing. */
function swallowedByNpm(command, env) {
  return Object.entries(command.options)
    .filter(([name, { isNpmOption }]) => !isNpmOption && env[`npm_config_${name.replaceAll('-', '_')}`] !== undefined)
    .map(([name]) => `npm took --${name} for itself; write -- before it: ${command.name} -- --${name}`);
}

function suggestion(name, known) {
  const [nearest] = known
    .map((candidate) => ({ candidate, distance: distance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  if (nearest === undefined) return '; it has none';
  // A third of the letters wrong is a slip; more is another word.
  const isSlip = nearest.distance <= Math.max(2, Math.ceil(nearest.candidate.length / 3));
  return isSlip
    ? `; did you mean --${nearest.candidate}?`
    : `; there are ${known.map((each) => `--${each}`).join(', ')}`;
}

/** How many letters must be put in, taken out, replaced or swapped with the next to make one word of the other. */
function distance(from, to) {
  const rows = Array.from({ length: from.length + 1 }, (_, row) => [row]);
  for (let column = 0; column <= to.length; column += 1) rows[0][column] = column;
  for (let i = 1; i <= from.length; i += 1) {
    for (let j = 1; j <= to.length; j += 1) {
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      rows[i][j] = Math.min(
        rows[i - 1][j] + 1,
        rows[i][j - 1] + 1,
        rows[i - 1][j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1),
        isSwap ? rows[i - 2][j - 2] + 1 : Infinity,
      );
    }
  }
  return rows[from.length][to.length];
}

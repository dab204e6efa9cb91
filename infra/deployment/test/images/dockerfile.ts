import { readFileSync } from 'node:fs';
import {
  DockerfileParser,
  type Instruction,
  type JSONInstruction,
  type ModifiableInstruction,
  type PropertyInstruction,
} from 'dockerfile-ast';
import { DOCKERFILE } from '../repository';

/** One line of a Dockerfile, as far as ours use the language. */
export interface Step {
  readonly keyword: string;
  /** Without flags; the words of a line, variables without the quotes of their values, or the strings of an exec form. */
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, string>>;
  /** As it stands there, lines that continue it included. */
  readonly text: string;
  readonly isExecForm: boolean;
}

export interface Stage {
  readonly name: string;
  readonly base: string;
  readonly steps: readonly Step[];
}

/** Our Dockerfile, read by a parser that editors use. */
export function readDockerfile(text = readFileSync(DOCKERFILE, 'utf8')): {
  readonly defaults: readonly Step[];
  readonly stages: readonly Stage[];
} {
  const stages: { name: string; base: string; steps: Step[] }[] = [];
  const defaults: Step[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const step = stepOf(instruction);
    if (step.keyword === 'FROM') {
      const [base = '', , name = String(stages.length)] = step.words;
      stages.push({ name, base, steps: [] });
    } else (stages.at(-1)?.steps ?? defaults).push(step);
  }
  return { defaults, stages };
}

function stepOf(instruction: Instruction): Step {
  const keyword = instruction.getKeyword();
  const text = instruction.getRawArgumentsContent() ?? '';
  if (keyword === 'HEALTHCHECK') {
    // The parser leaves the command in it unread.
    const [command] = DockerfileParser.parse(text.slice(text.indexOf('CMD '))).getInstructions();
    if (command !== undefined) return { ...stepOf(command), keyword };
  }
  const json = 'getJSONStrings' in instruction ? (instruction as JSONInstruction).getJSONStrings() : [];
  const flags = 'getFlags' in instruction ? (instruction as ModifiableInstruction).getFlags() : [];
  const words =
    keyword === 'ENV'
      ? (instruction as PropertyInstruction).getProperties().map((each) => `${each.getName()}=${each.getValue() ?? ''}`)
      : instruction.getArguments().map((argument) => argument.getValue());
  return {
    keyword,
    words:
      json.length > 0 ? json.map((string) => string.getJSONValue()) : words.filter((word) => !word.startsWith('--')),
    flags: Object.fromEntries(flags.map((flag) => [flag.getName(), flag.getValue() ?? ''])),
    text,
    isExecForm: json.length > 0,
  };
}

import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../command-line.mjs';
import { prepare } from '../prepare.mjs';
import { endTogether, exitCodeOf, ROOT } from '../step.mjs';

const SUFFIX = '.bench.js';

export const bench = {
  name: 'npm run bench',
  summary: `Runs the benchmark of a name, and those whose names begin with it (toss, toss-client); without a name it lists them.`,
  operand: 'name',
  options: {
    quick: { help: 'fewer rounds where a benchmark has them: at most a minute each, and figures that vary more' },
    json: { help: 'prints names, exit codes and what each printed as one line of JSON', isNpmOption: true },
  },
  examples: ['npm run bench', 'npm run bench -- confirm --quick', 'npm run --silent bench -- toss --json'],
  run,
};

async function run({ name, json = false, quick = false }) {
  const env = await prepare();
  const benches = benchesIn(join(ROOT, 'bench', 'dist'));
  const chosen = benches.filter((candidate) => candidate.name === name || candidate.name.startsWith(`${name}-`));
  if (name === undefined) {
    const names = benches.map((each) => each.name);
    console.log(
      json ? JSON.stringify(names) : ['Benchmarks, run with npm run bench -- NAME:', ...indented(names)].join('\n'),
    );
    return 0;
  }
  if (chosen.length === 0) {
    const names = benches.map((each) => each.name);
    throw new Refusal([`There is no benchmark '${name}'; there are`, ...indented(names)].join('\n'));
  }
  const results = [];
  for (const { name: title, script } of chosen) {
    if (!json) console.log(`\n${title}`);
    results.push({ name: title, ...(await runOne([script, ...(quick ? ['--quick'] : [])], env, json)) });
  }
  if (json) console.log(JSON.stringify(results));
  return Math.max(...results.map(({ exitCode }) => exitCode));
}

/** As JSON the lines are kept for the result; otherwise they are shown as they come. */
async function runOne(args, env, json) {
  const child = spawn(node(), args, {
    cwd: ROOT,
    env,
    stdio: ['inherit', json ? 'pipe' : 'inherit', 'inherit'],
  });
  endTogether(child);
  const chunks = [];
  child.stdout?.on('data', (chunk) => chunks.push(chunk));
  const exitCode = await exitCodeOf(child);
  return json ? { exitCode, lines: Buffer.concat(chunks).toString('utf8').trimEnd().split('\n') } : { exitCode };
}

/** The Node of the images, which bench brings along where there is a package of it (Linux); elsewhere the machine's own. */
function node() {
  const path = join(ROOT, 'bench', 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  return existsSync(path) ? path : process.execPath;
}

const indented = (lines) => lines.map((line) => `  ${line}`);

function benchesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => ({ name: file.slice(0, -SUFFIX.length), script: join(folder, file) }));
}

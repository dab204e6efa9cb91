import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { requireServersCanRun } from '../machine.mjs';
import { packageFolders, prepare } from '../prepare.mjs';
import { attempt, ROOT, step, StepFailure } from '../step.mjs';

const SUMMARIES = join(ROOT, '.turbo', 'runs');
const TURBO_ARGS = ['--continue=always', '--summarize', '--log-order=grouped'];
// Enough of a package's output to see why it wrote no results.
const SHOWN_LINES = 40;

/**
 * turbo's tasks that test: where each package's run of it leaves its results, how many packages at once, and after how
 * long whatever still runs is taken for stuck: far longer than it takes on a slow machine, and short enough to be told.
 */
const TASKS = {
  test: { title: 'testing', results: 'test-results.json', concurrency: 2, limitMinutes: 20 },
  // Each has a whole system of its own, with ports and folders of its own, and mostly waits: for sessions to expire, for
  // answers that come late. So two go on at once, one of them always e2e, which takes as long as the others together.
  'test:full': { title: 'testing at length', results: 'test-full-results.json', concurrency: 2, limitMinutes: 40 },
};

const options = {
  filter: {
    value: 'PACKAGE',
    isRepeatable: true,
    help: "tests this package alone, or what turbo's filter means; may be repeated",
  },
  affected: { help: 'tests the packages that differ from main, and those that depend on them' },
  force: { help: 'tests again what has not changed since it passed', isNpmOption: true },
};

export const test = {
  name: 'npm test',
  summary: `Unit and integration tests of every package, against a real MariaDB, Kafka and Kafka Connect that it starts on ports of
their own. Shows each failure and ends with 'N passed, N failed'.`,
  options,
  examples: ['npm test', 'npm test -- --filter @koosco/payment-db', 'npm test -- --affected', 'npm test -- --force'],
  run: (values) => runTask('test', values),
};

export const testFull = {
  name: 'npm run test:full',
  summary: `The long tests (*.full.test.ts), which npm test leaves out: kills, faults and answers that come too late, each with a
whole system of its own. Some minutes.`,
  options,
  examples: ['npm run test:full', 'E2E_SEED=7 npm run test:full     replays a run by the seed that it printed'],
  run: (values) => runTask('test:full', values),
};

/**
 * Runs this task in every package, or in those that are asked for, shows each failure, and ends with `N passed, N failed`.
 * A package without results counts as one failure.
 */
async function runTask(task, { filter = [], affected = false, force = false }) {
  requireServersCanRun();
  const turboArgs = [...filter.map((wanted) => `--filter=${wanted}`), ...(affected ? ['--affected'] : [])];
  if (force) turboArgs.push('--force');
  const { passed, failed, skipped } = await countsOf(task, turboArgs);
  if (skipped > 0) console.log(`${skipped} skipped`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function countsOf(task, turboArgs) {
  try {
    return await prepareAndTest(task, turboArgs);
  } catch (error) {
    // Whoever ends it knows that it has not passed.
    if (!(error instanceof StepFailure) || error.exitCode > 128) throw error;
    console.log(error.message);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

async function prepareAndTest(task, turboArgs) {
  const { title, results: resultsFile, concurrency, limitMinutes } = TASKS[task];
  const env = await prepare();
  await step(
    'preparing MariaDB, Kafka and Connect',
    'servers',
    process.execPath,
    ['infra/local/dist/toolchain/prepare-main.js'],
    { env },
  );
  forgetEarlierRuns(resultsFile);
  const { output, isTimeUp } = await attempt(
    title,
    task.replaceAll(':', '-'),
    'turbo',
    ['run', task, `--concurrency=${concurrency}`, ...TURBO_ARGS, ...turboArgs],
    { env, limitMinutes },
  );
  const runs = isTimeUp ? packagesWith(task) : runsOf(task);
  if (isTimeUp) {
    console.log(`${title}: not done within ${limitMinutes} minutes, and ended: what has no results was not done`);
  }
  if (runs.length === 0) console.log(output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n'));

  const results = runs.map((run) => resultOf(run, resultsFile));
  for (const { lines } of results) for (const line of lines) console.log(line);
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  return {
    passed: total('passed'),
    failed: total('failed') + (runs.length === 0 ? 1 : 0),
    skipped: total('skipped'),
  };
}

/** Results of yesterday must not stand in for a package that writes none today. */
function forgetEarlierRuns(resultsFile) {
  for (const folder of packageFolders()) rmSync(join(ROOT, folder, resultsFile), { force: true });
  rmSync(SUMMARIES, { recursive: true, force: true });
}

/** In which packages turbo ran the task, by its own account. */
function runsOf(wanted) {
  let files;
  try {
    files = readdirSync(SUMMARIES);
  } catch {
    return [];
  }
  return files
    .flatMap((file) => JSON.parse(readFileSync(join(SUMMARIES, file), 'utf8')).tasks)
    .filter(({ task, command }) => task === wanted && command !== '<NONEXISTENT>');
}

/** What turbo would have run, had it not been ended before its summary. */
function packagesWith(task) {
  return packageFolders()
    .map((directory) => ({ directory, ...JSON.parse(readFileSync(join(ROOT, directory, 'package.json'), 'utf8')) }))
    .filter(({ scripts }) => scripts?.[task] !== undefined)
    .map(({ name, directory }) => ({ package: name, directory, task }));
}

function resultOf({ package: name, directory, execution, task }, resultsFile) {
  const report = readReport(join(ROOT, directory, resultsFile));
  if (report === undefined) {
    return { passed: 0, skipped: 0, failed: 1, lines: [`\n${name}: no test results`, ...logEnd(directory, task)] };
  }
  const lines = report.testResults.flatMap((file) => failuresOf(name, file));
  // A file that could not be loaded has no tests that could fail.
  let failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  if (failed === 0 && (execution?.exitCode ?? 0) !== 0) {
    failed = 1;
    lines.push(
      `\n${name}: every test passed, but the run ended with exit code ${execution.exitCode}`,
      ...logEnd(directory, task),
    );
  }
  lines.push(`${name}: ${report.numPassedTests} passed, ${failed} failed`);
  return { passed: report.numPassedTests, skipped: report.numPendingTests, failed, lines };
}

function failuresOf(name, { name: file, message, assertionResults }) {
  const failures = assertionResults.filter(({ status }) => status === 'failed');
  if (failures.length === 0) return message === '' ? [] : [`\n${name} › ${file}`, indent(message)];
  return failures.flatMap(({ fullName, failureMessages }) => [
    `\n${name} › ${fullName}`,
    ...failureMessages.map(indent),
  ]);
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function logEnd(directory, task) {
  try {
    // As turbo itself names the log of a task.
    const log = readFileSync(join(ROOT, directory, '.turbo', `turbo-${task.replaceAll(':', '$colon$')}.log`), 'utf8');
    return log.trimEnd().split('\n').slice(-SHOWN_LINES).map(indent);
  } catch {
    return ['  (and no log)'];
  }
}

function indent(text) {
  return text.replaceAll(/^/gm, '  ');
}

import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolders, prepare } from './prepare.mjs';
import { attempt, ROOT, step, StepFailure } from './step.mjs';

const RESULTS = 'test-results.json';
const SUMMARIES = join(ROOT, '.turbo', 'runs');
// Enough of a package's output to see why it wrote no results.
const SHOWN_LINES = 40;

/**
 * Runs the tests of every package (or of those that turbo's own arguments select), shows each failure, and ends with
 * `N passed, N failed`. A package without results counts as one failure.
 */
export async function test(turboArgs) {
  try {
    return await prepareAndTest(turboArgs);
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    console.log(error.message);
    console.log('0 passed, 1 failed');
    return 1;
  }
}

async function prepareAndTest(turboArgs) {
  const env = await prepare();
  await step(
    'preparing MariaDB, Kafka and Connect',
    'servers',
    process.execPath,
    ['infra/local/dist/prepare-main.js'],
    { env },
  );
  forgetEarlierRuns();
  const { output } = await attempt(
    'testing',
    'test',
    'turbo',
    ['run', 'test', '--concurrency=2', '--continue=always', '--summarize', '--log-order=grouped', ...turboArgs],
    { env },
  );
  const tasks = testTasks();
  if (tasks.length === 0) console.log(output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n'));

  const results = tasks.map(resultOf);
  for (const { lines } of results) for (const line of lines) console.log(line);
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  const skipped = total('skipped');
  if (skipped > 0) console.log(`${skipped} skipped`);
  const failed = total('failed') + (tasks.length === 0 ? 1 : 0);
  console.log(`${total('passed')} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** Results of yesterday must not stand in for a package that writes none today. */
function forgetEarlierRuns() {
  for (const folder of packageFolders()) rmSync(join(ROOT, folder, RESULTS), { force: true });
  rmSync(SUMMARIES, { recursive: true, force: true });
}

/** What turbo was asked to test, by its own account. */
function testTasks() {
  let files;
  try {
    files = readdirSync(SUMMARIES);
  } catch {
    return [];
  }
  return files
    .flatMap((file) => JSON.parse(readFileSync(join(SUMMARIES, file), 'utf8')).tasks)
    .filter(({ task, command }) => task === 'test' && command !== '<NONEXISTENT>');
}

function resultOf({ package: name, directory, execution }) {
  const report = readReport(join(ROOT, directory, RESULTS));
  if (report === undefined) {
    return { passed: 0, skipped: 0, failed: 1, lines: [`\n${name}: no test results`, ...logEnd(directory)] };
  }
  const lines = report.testResults.flatMap((file) => failuresOf(name, file));
  // A file that could not be loaded has no tests that could fail.
  let failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  if (failed === 0 && (execution?.exitCode ?? 0) !== 0) {
    failed = 1;
    lines.push(
      `\n${name}: every test passed, but the run ended with exit code ${execution.exitCode}`,
      ...logEnd(directory),
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

function logEnd(directory) {
  try {
    const log = readFileSync(join(ROOT, directory, '.turbo', 'turbo-test.log'), 'utf8');
    return log.trimEnd().split('\n').slice(-SHOWN_LINES).map(indent);
  } catch {
    return ['  (and no log)'];
  }
}

function indent(text) {
  return text.replaceAll(/^/gm, '  ');
}

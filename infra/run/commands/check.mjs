import { prepare } from '../prepare.mjs';
import { attempt } from '../step.mjs';

// Enough to see each finding of a normal day; the log has all of them.
const SHOWN_LINES = 80;

const CHECKS = [
  ['lint', 'pnpm', ['run', 'lint']],
  ['format', 'pnpm', ['run', 'format']],
  ['API descriptions', 'pnpm', ['run', 'lint:api']],
  ['types', 'turbo', ['run', 'typecheck', '--continue', '--output-logs=errors-only']],
  ['dependency rules', 'pnpm', ['run', 'deps:rules']],
  ['dead exports', 'pnpm', ['run', 'deps:dead']],
  ['licences', 'pnpm', ['run', 'licences']],
];

export const check = {
  name: 'npm run check',
  summary: `Everything about the code that needs no running server:
${CHECKS.map(([title]) => title).join(', ')}. All of them run, also after one has failed.`,
  options: {},
  examples: ['npm run check', 'npx pnpm run format:write     mends what the format check finds'],
  run,
};

async function run() {
  const env = await prepare();
  const failed = [];
  for (const [title, command, args] of CHECKS) {
    const { code, output } = await attempt(title, `check-${title.replaceAll(' ', '-')}`, command, args, { env });
    if (code === 0) continue;
    failed.push(title);
    console.log(output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n'));
  }
  console.log(failed.length === 0 ? `${CHECKS.length} checks passed` : `checks failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}

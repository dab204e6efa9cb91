// What `npm start`, `npm test` and the npm scripts demo, bench, check and test:full run. It works before anything is
// installed, so it and everything in infra/run uses Node alone.
const NODE_MIN = [20, 19];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
  console.error(`This needs Node ${NODE_MIN.join('.')} or later, and this is Node ${process.versions.node}.`);
  process.exit(1);
}

const commands = {
  start: async () => (await import('./run/launch.mjs')).launch('start', rest),
  demo: async () => (await import('./run/launch.mjs')).launch('demo', rest),
  test: async () => (await import('./run/test.mjs')).test('test', rest),
  'test:full': async () => (await import('./run/test.mjs')).test('test:full', rest),
  check: async () => (await import('./run/check.mjs')).check(),
  bench: async () => (await import('./run/bench.mjs')).bench(rest),
};

const [name, ...rest] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) {
  console.error(`Usage: node infra/run.mjs ${Object.keys(commands).join('|')} [arguments]`);
  process.exit(1);
}

try {
  process.exitCode = await command();
} catch (error) {
  // A step that failed has shown its output and says in its message which one it was; for anything else the stack counts.
  console.error(error.name === 'StepFailure' ? error.message : error);
  process.exitCode = 1;
}

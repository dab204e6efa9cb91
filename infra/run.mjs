// What `npm start`, `npm test` and the other npm scripts run. It works before anything is installed, so it and
// everything in infra/run uses Node alone; arguments are understood, and help is given, before anything is installed.
const NODE_MIN = [20, 19];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
  console.error(
    `This needs Node ${NODE_MIN.join('.')} or later, and this is Node ${process.versions.node}.\n` +
      `Get one from nodejs.org, or with a version manager: nvm install 22, fnm install 22`,
  );
  process.exit(1);
}

const commands = {
  start: async () => (await import('./run/commands/start.mjs')).start,
  order: async () => (await import('./run/commands/order.mjs')).order,
  token: async () => (await import('./run/commands/token.mjs')).token,
  payctl: async () => (await import('./run/commands/payctl.mjs')).payctl,
  demo: async () => (await import('./run/commands/demo.mjs')).demo,
  test: async () => (await import('./run/commands/test.mjs')).test,
  'test:full': async () => (await import('./run/commands/test.mjs')).testFull,
  bench: async () => (await import('./run/commands/bench.mjs')).bench,
  check: async () => (await import('./run/commands/check.mjs')).check,
};

const [name, ...args] = process.argv.slice(2);
if (!Object.hasOwn(commands, name)) {
  console.error(`Usage: node infra/run.mjs ${Object.keys(commands).join('|')} [options]`);
  process.exit(2);
}
const { runCommand } = await import('./run/command-line.mjs');
process.exitCode = await runCommand(await commands[name](), args);

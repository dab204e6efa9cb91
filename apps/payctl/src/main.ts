import { loadConfig } from './config';
import { runCommand } from './run-command';

void runCommand(process.argv.slice(2), {
  configuration: () => loadConfig(),
  print: (text) => process.stdout.write(`${text}\n`),
  complain: (text) => process.stderr.write(`${text}\n`),
}).then((code) => {
  process.exitCode = code;
});

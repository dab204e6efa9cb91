import { migrate } from '../migration/migrate';
import { readDatabaseAddress } from './config';

async function main(): Promise<void> {
  const address = readDatabaseAddress();
  const applied = await migrate(address);
  const what = applied.length === 0 ? 'nothing to migrate' : `applied ${applied.join(', ')}`;
  process.stdout.write(`${address.database} on ${address.host}:${address.port}: ${what}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

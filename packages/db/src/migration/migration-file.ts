import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MigrationFile {
  /** The folder's name, `<timestamp>_<name>`: what Prisma calls the migration's name, and what orders them. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, in hex, as Prisma records it. */
  readonly checksum: string;
}

/** The migrations that this package ships, in the order they are applied. */
export const shippedMigrations = join(__dirname, '..', '..', 'prisma', 'migrations');

/** The migrations of a folder in Prisma's layout, in the order they are applied. */
export function readMigrations(directory: string): readonly MigrationFile[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const content = readFileSync(join(directory, name, 'migration.sql'));
      return { name, sql: content.toString('utf8'), checksum: createHash('sha256').update(content).digest('hex') };
    });
}

import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { notAdditive } from '../../test/not-additive';
import { readMigrations, shippedMigrations } from './migration-file';

const RELEASE = join(__dirname, '..', '..', '..', '..', 'release.json');

describe('a schema under which workers of the last release go on', () => {
  const { migration: last } = JSON.parse(readFileSync(RELEASE, 'utf8')) as { migration: string };
  const migrations = readMigrations(shippedMigrations);

  it('is made by migrations that only add, or say why they may do more', () => {
    expect(migrations.map(({ name }) => name)).toContain(last);
    const tables = new Set<string>();
    for (const { name, sql } of migrations.filter((migration) => migration.name > last))
      expect({ name, statements: notAdditive(sql, tables) }).toEqual({ name, statements: [] });
  });

  it.each([
    ['renames a column', 'ALTER TABLE `payment` CHANGE COLUMN `method` `means` VARCHAR(50) NULL;'],
    ['drops one', 'ALTER TABLE `payment` ADD COLUMN `a` INT NULL, DROP COLUMN `method`;'],
    ['adds one that must be given', 'ALTER TABLE `payment` ADD COLUMN `channel` VARCHAR(50) NOT NULL;'],
    ['adds a check', 'ALTER TABLE `payment` ADD CONSTRAINT `ck` CHECK (`amount` > 0);'],
    ['adds a unique index', 'CREATE UNIQUE INDEX `uq` ON `payment` (`user_id`);'],
    ['drops a table', 'DROP TABLE `payment_gateway_books`;'],
    ['changes rows', "UPDATE `payment` SET `status` = 'NEW';"],
  ])('refuses one that %s', (_what, sql) => {
    expect(notAdditive(`-- Why.\n${sql}\n`, new Set())).toHaveLength(1);
    expect(notAdditive(`-- contract: nobody uses it since 1.4\n${sql}\n`, new Set())).toEqual([]);
  });

  it.each([
    [
      'adds columns that need not be given',
      "ALTER TABLE `payment` ADD COLUMN `a` INT NULL, ADD COLUMN `b` VARCHAR(9) NOT NULL DEFAULT ',';",
    ],
    ['adds an index', 'CREATE INDEX `idx` ON `payment` (`user_id`);'],
    [
      'makes a table and fills and changes it',
      'CREATE TABLE `a` (`b` INT NOT NULL);\nINSERT INTO `a` VALUES (1);\nALTER TABLE `a` DROP COLUMN `b`;',
    ],
  ])('accepts one that %s', (_what, sql) => {
    expect(notAdditive(sql, new Set())).toEqual([]);
  });
});

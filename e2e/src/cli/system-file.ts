import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PaymentSystem } from '../system/payment-system';

/**
 * `system.json`: what a running `npm start` says about itself to the other commands (infra/run/running-system.mjs reads
 * it). It has the addresses once everything is up, and goes when the system goes; a killed start leaves one whose
 * process is no more.
 */
export class SystemFile {
  private constructor(private readonly path: string) {}

  static create(dir: string): SystemFile {
    const file = new SystemFile(join(dir, 'system.json'));
    file.#put({ pid: process.pid });
    return file;
  }

  write({ apiUrl, consumerOpsUrl, relayOpsUrl, sandboxUrl, logs, infrastructure }: PaymentSystem): void {
    const { bootstrapServers } = infrastructure.kafka;
    const env = { ...infrastructure.env, TOSS_BASE_URL: sandboxUrl };
    this.#put({ pid: process.pid, apiUrl, consumerOpsUrl, relayOpsUrl, sandboxUrl, bootstrapServers, logs, env });
  }

  remove(): void {
    try {
      // Another start may have begun in this folder meanwhile.
      const { pid } = JSON.parse(readFileSync(this.path, 'utf8')) as { pid: number };
      if (pid === process.pid) rmSync(this.path);
    } catch {
      // It is gone already.
    }
  }

  #put(content: object): void {
    const draft = `${this.path}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(content));
    // Nobody ever reads half of it.
    renameSync(draft, this.path);
  }
}

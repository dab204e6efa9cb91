import { startPrometheus, Supervisor } from '@koosco/local-stack';
import { RULES_FILE, rulesFile, scrapeConfig, type Timing } from '@koosco/payment-observability';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PaymentSystem } from '../src/system/payment-system';

/** One series of an answer: its labels and its value now. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A real Prometheus that scrapes the workers of a system, with the rules of production at another pace. */
export class WatchingPrometheus {
  private constructor(
    readonly url: string,
    private readonly supervisor: Supervisor,
  ) {}

  static async start(system: PaymentSystem, timing: Timing): Promise<WatchingPrometheus> {
    const supervisor = await Supervisor.open();
    try {
      const dir = mkdtempSync(join(tmpdir(), 'payment-prometheus-'));
      await supervisor.removeAtEnd(dir);
      const targets = {
        'confirm-api': new URL(system.apiUrl).host,
        'order-consumer': new URL(system.consumerOpsUrl).host,
        'outbox-relay': new URL(system.relayOpsUrl).host,
      };
      const files = { 'prometheus.yml': scrapeConfig(targets, timing), [RULES_FILE]: rulesFile(timing) };
      return new WatchingPrometheus(await startPrometheus(supervisor, { dir, files }), supervisor);
    } catch (error) {
      await supervisor.stop();
      throw error;
    }
  }

  async query(expr: string): Promise<readonly Sample[]> {
    const answer = await fetch(`${this.url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: expr }),
    });
    const { status, error, data } = (await answer.json()) as Answer;
    if (status !== 'success') throw new Error(`${expr}: ${error}`);
    return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  stop(): Promise<void> {
    return this.supervisor.stop();
  }
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: {
    readonly result: readonly { readonly metric: Record<string, string>; readonly value: readonly [number, string] }[];
  };
}

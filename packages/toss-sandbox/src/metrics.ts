import { Counter, Gauge, Registry } from 'prom-client';
import { type SandboxState } from './state/sandbox-state';

/** What the sandbox did, for `GET /__sim/metrics`. */
export class SandboxMetrics {
  readonly registry = new Registry();
  private readonly requests = new Counter({
    name: 'toss_sandbox_requests_total',
    help: 'Requests to the stood-in API by route and HTTP status; lost when no answer was given',
    labelNames: ['route', 'status'],
    registers: [this.registry],
  });
  private readonly faults = new Counter({
    name: 'toss_sandbox_faults_total',
    help: 'Faults that happened to requests, by kind',
    labelNames: ['kind'],
    registers: [this.registry],
  });
  private readonly underWay = new Gauge({
    name: 'toss_sandbox_requests_under_way',
    help: 'Requests that have arrived and are not answered yet by route, whether or not their client still listens',
    labelNames: ['route'],
    registers: [this.registry],
  });

  constructor(state: SandboxState) {
    const gauges: Record<string, [help: string, read: () => number]> = {
      toss_sandbox_payments: ['Payments known', () => state.payments.size],
      toss_sandbox_ledger_rows: ['Movements of money', () => state.ledger.rows.length],
      toss_sandbox_clock_offset_seconds: [
        'Sandbox clock minus real clock',
        () => (state.clock.nowMs() - Date.now()) / 1000,
      ],
    };
    for (const [name, [help, read]] of Object.entries(gauges)) {
      new Gauge({
        name,
        help,
        registers: [this.registry],
        collect: function () {
          this.set(read());
        },
      });
    }
  }

  /** Returns what to call once the request is over, however it ends. */
  begun(route: string): () => void {
    this.underWay.inc({ route });
    return () => this.underWay.dec({ route });
  }

  request(route: string, status: string): void {
    this.requests.inc({ route, status });
  }

  fault(kind: string): void {
    this.faults.inc({ kind });
  }
}

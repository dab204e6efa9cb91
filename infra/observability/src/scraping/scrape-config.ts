import { SCRAPE_INTERVAL, type Timing } from '../alerts/timing';

/** Where each worker answers a scrape; the keys are the jobs. */
export type Targets = Readonly<Record<'confirm-api' | 'order-consumer' | 'outbox-relay', string>>;

/** By the names that containers have for one another, and the workers' default ports. */
export const containerTargets: Targets = {
  'confirm-api': 'confirm-api:8087',
  'order-consumer': 'order-consumer:8088',
  'outbox-relay': 'outbox-relay:8089',
};

/** What Prometheus reads first. The rules lie beside it. */
export function scrapeConfig(targets: Targets, timing: Timing): string {
  const interval = timing.span(SCRAPE_INTERVAL);
  const jobs = Object.entries(targets).map(
    ([job, target]) => `  - job_name: ${job}
    metrics_path: /actuator/prometheus
    static_configs:
      - targets: ['${target}']`,
  );
  return `global:
  scrape_interval: ${interval}
  # A scrape asks nothing but the worker itself.
  scrape_timeout: ${timing.span('10s')}
  evaluation_interval: ${interval}
rule_files:
  - ${RULES_FILE}
scrape_configs:
${jobs.join('\n')}
`;
}

export const RULES_FILE = 'alerts.yaml';

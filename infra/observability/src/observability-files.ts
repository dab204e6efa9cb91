import { rulesFile } from './alerts/rules-file';
import { Timing } from './alerts/timing';
import { grafanaFiles } from './dashboard/grafana-files';
import { containerTargets, RULES_FILE, scrapeConfig } from './scraping/scrape-config';

/** Every file that this package writes, by its path within the package. */
export function observabilityFiles(): Readonly<Record<string, string>> {
  const grafana = Object.entries(grafanaFiles()).map(([path, content]) => [`grafana/${path}`, content] as const);
  return {
    ...Object.fromEntries(grafana),
    'prometheus/prometheus.yml': WRITTEN_BY + scrapeConfig(containerTargets, new Timing()),
    [`prometheus/${RULES_FILE}`]: WRITTEN_BY + rulesFile(new Timing()),
  };
}

const WRITTEN_BY = '# Written by `pnpm run write` in infra/observability: change its code, not this file.\n';

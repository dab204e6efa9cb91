import { type AlertGroup, runbookOf } from './alert';
import { alertGroups } from './alerts';
import { SCRAPE_INTERVAL, type Timing } from './timing';

/** What Prometheus reads as a file of rules. */
export function rulesFile(timing: Timing, groups: readonly AlertGroup[] = alertGroups): string {
  return ['groups:', ...groups.map((group) => groupOf(group, timing))].join('\n') + '\n';
}

function groupOf(group: AlertGroup, timing: Timing): string {
  const rules = group.alerts.map((alert) =>
    [
      `      - alert: ${alert.name}`,
      `        expr: ${quoted(alert.expr(timing))}`,
      ...(alert.lasting === undefined ? [] : [`        for: ${timing.span(alert.lasting)}`]),
      `        labels:`,
      `          severity: ${alert.severity}`,
      `        annotations:`,
      `          summary: ${quoted(alert.summary)}`,
      `          runbook: ${runbookOf(group, alert)}`,
    ].join('\n'),
  );
  return [`  - name: ${group.name}`, `    interval: ${timing.span(SCRAPE_INTERVAL)}`, `    rules:`, ...rules].join(
    '\n',
  );
}

/** A string of YAML, in which only a quote has a meaning. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

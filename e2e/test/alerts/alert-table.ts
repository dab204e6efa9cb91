import { type Alert, alertGroups, runbookOf } from '@koosco/payment-observability';
import { markdownTable } from '../markdown-table';
import { type Drill, type Seen } from './drill';

/** A Markdown table of every alert, with how it was tried. */
export function alertTable(
  drilled: readonly { readonly alert: string; readonly drill: Drill }[],
  seenOf: ReadonlyMap<string, Seen>,
): string {
  const rows = alertGroups.flatMap((group) =>
    group.alerts.map((alert) => {
      const drill = drilled.find((one) => one.alert === alert.name)!.drill;
      const seen = seenOf.get(alert.name);
      const link = runbookOf(group, alert).replace('docs/operations/', '');
      return [
        `[${alert.name}](${link})`,
        alert.severity,
        meaningOf(alert),
        causeOf(drill, alert.name),
        seen === undefined ? '—' : `${seen.firedAfter.toFixed(0)} s`,
        seen === undefined ? '—' : `${seen.clearedAfter.toFixed(0)} s`,
      ];
    }),
  );
  return markdownTable([['alert', 'severity', 'it says', 'drilled by', 'fired after', 'clear after'], ...rows]);
}

function causeOf(drill: Drill, alert: string): string {
  return drill.afterwards?.includes(alert) === true ? `${drill.cause}: when it is back` : drill.cause;
}

function meaningOf({ summary }: Alert): string {
  return summary.replaceAll(/\{\{[^}]*\}\}/g, '…');
}

import { alerts } from './alerts/alerts';
import { Timing } from './alerts/timing';
import { rows } from './dashboard/rows';

/** A metric in an expression, with the labels that are asked of it. */
export interface UsedMetric {
  readonly name: string;
  readonly labels: readonly string[];
}

const KEYWORDS = new Set(['and', 'or', 'unless', 'offset', 'by', 'without', 'on', 'ignoring', 'bool']);

/** The metrics of an expression of PromQL. A label by which is grouped is asked of all of them. */
export function metricsOf(expr: string): readonly UsedMetric[] {
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) => namesIn(list ?? ''));
  const bare = expr.replaceAll(/\bby \([^)]*\)/g, '').replaceAll(/\[[^\]]*\]/g, '');
  return [...bare.matchAll(/([a-zA-Z_:][\w:]*)(?:\{([^}]*)\})?(?!\w|\s*\()/g)]
    .filter(([, name = '']) => !KEYWORDS.has(name) && !/^\d/.test(name))
    .filter(({ index, 0: { length } }) => isSelector(bare, index, length))
    .map(([, name = '', matchers = '']) => ({
      name,
      labels: [...new Set([...grouped, ...namesIn(matchers.replaceAll(/"[^"]*"/g, ''))])],
    }));
}

/** Where a metric is seen: the alerts that use it, or else the panels. */
export function usesOf(metric: string): readonly string[] {
  const uses = (expr: string) => metricsOf(expr).some(({ name }) => familyOf(name) === metric);
  const inAlerts = alerts.filter(({ expr }) => uses(expr(new Timing()))).map(({ name }) => name);
  if (inAlerts.length > 0) return inAlerts;
  return rows
    .flatMap(({ panels }) => panels)
    .filter(({ queries }) => queries.some(({ expr }) => uses(expr)))
    .map(({ title }) => `panel "${title}"`);
}

/** A histogram is known under one name and asked for under three. */
export function familyOf(name: string): string {
  return name.replace(/(_seconds)_(bucket|count|sum)$/, '$1');
}

function namesIn(list: string): readonly string[] {
  return [...list.matchAll(/[a-zA-Z_]\w*/g)].map(([name]) => name);
}

/** Neither within a number such as 400e6 nor a part of a longer word. */
function isSelector(expr: string, index: number, length: number): boolean {
  return !/[\w$]/.test(expr[index - 1] ?? ' ') && length > 1;
}

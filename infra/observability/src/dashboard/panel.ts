export type Unit = 's' | 'reqps' | 'short' | 'percentunit' | 'bytes' | 'currencyKRW';

export interface Query {
  /** PromQL, with Grafana's `$__rate_interval` and `$__range`. */
  readonly expr: string;
  /** In Grafana's words: `{{topic}}` is the value of that label. */
  readonly legend: string;
}

/** One picture. */
export interface Panel {
  readonly title: string;
  /** What it is for, shown beside it. */
  readonly says: string;
  readonly kind?: 'lines' | 'number';
  readonly unit: Unit;
  readonly queries: readonly Query[];
}

/** Panels under one heading. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** How often a second, by these labels. */
export function perSecond(counter: string, ...by: readonly string[]): Query {
  return { expr: `sum by (${by.join(', ')}) (rate(${counter}[$__rate_interval]))`, legend: legendOf(by) };
}

/** How often in each step of the picture, by these labels: for what should be rare. */
export function each(counter: string, ...by: readonly string[]): Query {
  return { expr: `sum by (${by.join(', ')}) (increase(${counter}[$__rate_interval]))`, legend: legendOf(by) };
}

/** Of a histogram, by these labels. */
export function quantile(of: number, histogram: string, ...by: readonly string[]): Query {
  const expr = `histogram_quantile(${of}, sum by (${['le', ...by].join(', ')}) (rate(${histogram}_bucket[$__rate_interval])))`;
  return { expr, legend: [`p${of * 100}`, legendOf(by)].filter((part) => part !== '').join(' ') };
}

function legendOf(by: readonly string[]): string {
  return by.map((label) => `{{${label}}}`).join(' ');
}

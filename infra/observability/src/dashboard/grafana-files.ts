import { type Panel, type Row } from './panel';
import { rows } from './rows';

/** Grafana's grid has 24 columns. */
const COLUMNS = 24;
const [PANEL_WIDTH, PANEL_HEIGHT, HEADING_HEIGHT] = [8, 8, 1];
/** Named here and by the provisioned data source: the dashboard finds it in any Grafana that has one of that name. */
const DATA_SOURCE = { type: 'prometheus', uid: 'payment-prometheus' };
const DASHBOARD_FOLDER = '/var/lib/grafana/dashboards';

/** The dashboard, and what lets Grafana find it and Prometheus; by path. */
export function grafanaFiles(): Readonly<Record<string, string>> {
  return {
    'dashboards/payment-service.json': JSON.stringify(dashboard(), null, 2) + '\n',
    'provisioning/datasources/prometheus.yaml': `apiVersion: 1
datasources:
  - name: Prometheus
    type: ${DATA_SOURCE.type}
    uid: ${DATA_SOURCE.uid}
    access: proxy
    url: http://prometheus:9090
    isDefault: true
    jsonData:
      timeInterval: 15s
`,
    'provisioning/dashboards/payment-service.yaml': `apiVersion: 1
providers:
  - name: payment-service
    type: file
    options:
      path: ${DASHBOARD_FOLDER}
`,
  };
}

function dashboard() {
  const panels: object[] = [];
  let y = 0;
  for (const { title, panels: ofRow } of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title,
      gridPos: { x: 0, y, w: COLUMNS, h: HEADING_HEIGHT },
      panels: [],
    });
    y += HEADING_HEIGHT;
    ofRow.forEach((panel, index) => {
      const x = (index * PANEL_WIDTH) % COLUMNS;
      const below = Math.floor((index * PANEL_WIDTH) / COLUMNS) * PANEL_HEIGHT;
      panels.push({
        id: panels.length + 1,
        gridPos: { x, y: y + below, w: PANEL_WIDTH, h: PANEL_HEIGHT },
        ...grafanaPanel(panel),
      });
    });
    y += heightOf(ofRow);
  }
  return {
    uid: 'payment-service',
    title: 'Payment Service',
    tags: ['payment'],
    timezone: 'browser',
    schemaVersion: 39,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    panels,
  };
}

function heightOf(panels: Row['panels']): number {
  return Math.ceil((panels.length * PANEL_WIDTH) / COLUMNS) * PANEL_HEIGHT;
}

function grafanaPanel({ title, says, kind = 'lines', unit, queries }: Panel) {
  return {
    type: kind === 'lines' ? 'timeseries' : 'stat',
    title,
    description: says,
    datasource: DATA_SOURCE,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options:
      kind === 'lines' ? { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } } : {},
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource: DATA_SOURCE,
      expr,
      legendFormat: legend,
      instant: kind === 'number',
      range: kind === 'lines',
    })),
  };
}

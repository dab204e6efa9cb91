export { alerts, alertGroups } from './alerts/alerts';
export { type Alert, runbookOf } from './alerts/alert';
export { rulesFile } from './alerts/rules-file';
export { DRILL_FACTOR, Timing } from './alerts/timing';
export { rows } from './dashboard/rows';
export { type Panel } from './dashboard/panel';
export { RULES_FILE, scrapeConfig, type Targets } from './scraping/scrape-config';
export { usesOf } from './used-metrics';

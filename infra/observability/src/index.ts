export { alerts, alertGroups } from './alerts/alerts';
export { type Alert, runbookOf } from './alerts/alert';
export { rulesFile } from './alerts/rules-file';
export { DRILL_FACTOR, Timing } from './alerts/timing';
export { rows } from './dashboard/rows';
export { RULES_FILE, scrapeConfig } from './scraping/scrape-config';
export { usesOf } from './used-metrics';

import { moneyAlerts } from './money-alerts';
import { orderAlerts } from './order-alerts';
import { outboxAlerts } from './outbox-alerts';
import { tossAlerts } from './toss-alerts';
import { workerAlerts } from './worker-alerts';

export const alertGroups = [moneyAlerts, tossAlerts, orderAlerts, outboxAlerts, workerAlerts] as const;

export const alerts = alertGroups.flatMap((group) => group.alerts);

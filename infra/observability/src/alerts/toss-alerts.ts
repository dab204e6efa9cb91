import { type AlertGroup } from './alert';
import { moreThan } from './shares';

export const tossAlerts: AlertGroup = {
  name: 'toss',
  alerts: [
    {
      name: 'TossFailing',
      severity: 'page',
      // `error` is an answer, a declined card among them; what is neither is a call that got none that can be read.
      expr: (timing) =>
        moreThan(
          {
            bad: 'toss_call_seconds_count{outcome!~"ok|error"}',
            ...{ all: 'toss_call_seconds_count', share: 0.2, least: 5 },
          },
          '5m',
          timing,
        ),
      lasting: '2m',
      summary: '{{ $value | humanizePercentage }} of the calls to Toss get no answer.',
    },
    {
      name: 'TossSlow',
      severity: 'ticket',
      expr: (timing) =>
        `histogram_quantile(0.95, sum by (le) (rate(toss_call_seconds_bucket{operation="confirm"}[${timing.span('5m')}]))) > 5`,
      // Banks are slow for a moment each day, at their midnight.
      lasting: '5m',
      summary: 'One confirm in twenty waits for Toss for more than {{ $value | humanizeDuration }}.',
    },
    {
      name: 'TossRefusesKey',
      severity: 'page',
      // No time mends it, so one is enough.
      expr: (timing) =>
        `sum by (operation) (increase(toss_errors_total{code=~"UNAUTHORIZED_KEY|INVALID_API_KEY"}[${timing.span('5m')}])) > 0`,
      summary: 'Toss does not take our secret key ({{ $labels.operation }}): nobody can pay.',
    },
  ],
};

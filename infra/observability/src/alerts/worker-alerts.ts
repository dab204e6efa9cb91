import { type AlertGroup } from './alert';

export const workerAlerts: AlertGroup = {
  name: 'workers',
  alerts: [
    {
      name: 'WorkerDown',
      severity: 'page',
      expr: () => 'up == 0',
      // A process that was killed is back within seconds; a rollout replaces one in less than a minute.
      lasting: '1m',
      summary: '{{ $labels.job }} at {{ $labels.instance }} does not answer.',
    },
    {
      name: 'WorkerNotReady',
      severity: 'page',
      expr: () => 'worker_ready == 0',
      // A database or a broker that fails over is away for less.
      lasting: '2m',
      summary: '{{ $labels.job }} at {{ $labels.instance }} is up, and may be sent no work.',
    },
    {
      name: 'RequestsTurnedAway',
      severity: 'page',
      expr: (timing) => `sum(increase(http_server_requests_turned_away_total[${timing.span('5m')}])) > 10`,
      lasting: '1m',
      summary: 'confirm-api turned away {{ $value | humanize }} requests in 5 minutes: it has more than it can do.',
    },
    {
      name: 'EventLoopLagging',
      severity: 'ticket',
      expr: () => 'nodejs_eventloop_lag_p99_seconds > 0.5',
      // Garbage collection and a burst of orders hold it for a moment.
      lasting: '5m',
      summary: '{{ $labels.job }} answers late: its event loop is held for {{ $value | humanizeDuration }}.',
    },
    {
      name: 'WorkerMemoryHigh',
      severity: 'ticket',
      // Twice what confirm-api has after 60,000 confirms. With a heap that is full, 256 MB of it, a worker has some 380 and ends.
      expr: () => 'process_resident_memory_bytes > 300e6',
      lasting: '15m',
      summary: '{{ $labels.job }} at {{ $labels.instance }} holds {{ $value | humanize }}B of memory.',
    },
  ],
};

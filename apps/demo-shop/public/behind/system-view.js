import { h } from '../page/elements.js';
import { follow } from '../page/server.js';
import { settings, t } from '../page/settings.js';

const figures = [
  ['ordersPerSecond', '/s'],
  ['confirmsPerSecond', '/s'],
  ['eventsPerSecond', '/s'],
  ['confirmP50Ms', 'ms'],
  ['confirmP99Ms', 'ms'],
  ['tossP50Ms', 'ms'],
  ['lag', ''],
  ['unresolved', ''],
  ['oldestUnresolvedSeconds', 's'],
  ['openRefunds', ''],
  ['pending', ''],
  ['oldestPendingSeconds', 's'],
  ['deadLetters', ''],
];

/** Everything together, a look a second. */
export function systemView({ signal }) {
  const values = new Map(figures.map(([name]) => [name, h('dd', { 'data-figure': name }, '…')]));
  const processes = h('ul', { class: 'processes' });
  const stop = follow('/behind/system', (picture) => {
    for (const [name, unit] of figures) values.get(name).textContent = shown(name, picture[name], unit);
    processes.replaceChildren(...picture.processes.map(processRow));
  });
  signal.addEventListener('abort', stop);
  return {
    title: t('system'),
    content: [
      h('p', {}, t('system.introduction')),
      h(
        'dl',
        { class: 'figures' },
        figures.map(([name]) => h('div', { class: 'card' }, h('dt', {}, t(`figure.${name}`)), values.get(name))),
      ),
      h('h2', {}, t('system.processes')),
      processes,
    ],
  };
}

/** Latencies are the upper bound of a histogram's bucket: at most so much. */
function shown(name, value, unit) {
  if (value === null) return '–';
  const digits = value.toLocaleString(settings.language, { maximumFractionDigits: 1 });
  return `${name.endsWith('Ms') ? '≤ ' : ''}${digits}${unit === '' ? '' : ` ${unit}`}`;
}

function processRow({ name, isRunning, isReady }) {
  const state = !isRunning ? 'gone' : isReady ? 'ready' : 'starting';
  return h('li', { 'data-process': name, 'data-state': state }, name, ' ', h('strong', {}, t(`process.${state}`)));
}

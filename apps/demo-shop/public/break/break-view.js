import { h } from '../page/elements.js';
import { ask, follow as followSource } from '../page/server.js';
import { settings, t } from '../page/settings.js';

const GROUPS = ['toss', 'kill', 'order'];

/** Buttons that really do it, and how long it took until nothing of it was left. */
export function breakView({ follow, signal }) {
  const groups = new Map(GROUPS.map((group) => [group, h('div', { class: 'actions' })]));
  const runs = h('ol', { class: 'runs', reversed: true });
  const title = h('h2', {}, t('break.runs'));
  const news = h('p', { role: 'status', class: 'visually-hidden' });
  const buttons = new Map();
  let newest = 0;
  let followed = '';
  const stop = followSource('/break', (picture) => {
    picture.breakages.forEach(showButton);
    runs.replaceChildren(...picture.runs.map((run) => runCard(run, follow)));
    const [last] = picture.runs;
    if (last === undefined) return;
    news.textContent = `${t(`break.${last.name}`)}: ${t(`run.${last.state}`)}`;
    // What was pressed here is what one wants to see.
    if (last.id >= newest && last.orderId !== null && last.orderId !== followed && newest > 0) {
      followed = last.orderId;
      follow(followed);
    }
  });
  signal.addEventListener('abort', stop);
  return {
    title: t('break'),
    content: [
      h('p', {}, t('break.introduction')),
      GROUPS.map((group) => h('section', { class: 'card' }, h('h2', {}, t(`break.group.${group}`)), groups.get(group))),
      title,
      news,
      runs,
    ].flat(),
  };

  function showButton({ name, group, isOn }) {
    if (!buttons.has(name)) {
      const button = h(
        'button',
        { type: 'button', 'data-break': name, onclick: () => press(name) },
        t(`break.${name}`),
      );
      buttons.set(name, button);
      groups.get(group).append(button);
    }
    if (isOn !== null) buttons.get(name).setAttribute('aria-pressed', String(isOn));
  }

  async function press(name) {
    const { id } = await ask(`/break/${name}`, {});
    newest = id;
    // Where one sees what comes of it; the button keeps the focus.
    title.scrollIntoView({ block: 'start' });
  }
}

function runCard({ id, name, state, tookMs, steps, orderId }, follow) {
  const seconds = (ms) =>
    `${(ms / 1_000).toLocaleString(settings.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} s`;
  return h(
    'li',
    { class: 'card run', 'data-run': name, 'data-state': state, 'data-id': id },
    h('h3', {}, t(`break.${name}`)),
    h(
      'p',
      {},
      h('strong', {}, t(`run.${state}`)),
      tookMs === null ? '' : ` · ${t('run.took', { seconds: seconds(tookMs) })}`,
    ),
    h(
      'ol',
      { class: 'timeline' },
      steps.map(({ afterMs, kind, values }) =>
        h('li', { 'data-step': kind }, h('time', {}, seconds(afterMs)), ` ${t(`step.${kind}`, values)}`),
      ),
    ),
    orderId !== null &&
      h('button', { type: 'button', onclick: () => follow(orderId) }, t('orders.look-behind'), ` (${orderId})`),
  );
}

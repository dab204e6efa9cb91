import { h } from '../page/elements.js';
import { follow as followSource } from '../page/server.js';
import { clockTime, t, won } from '../page/settings.js';
import { told } from '../shop/session.js';
import { flowPicture } from './flow-picture.js';

const COLUMNS = ['buyer', 'database', 'toss', 'orderService'];

/** Beside every page: what happens behind it to the order that was last looked at. */
export function orderPanel() {
  const panel = h('aside', { id: 'behind', tabindex: 0, 'aria-labelledby': 'behind-title' });
  let orderId = sessionStorage.getItem('followed');
  let stop = () => undefined;
  return {
    panel,
    follow(wanted) {
      if (wanted === null || (wanted === orderId && panel.childElementCount > 1)) return;
      orderId = wanted;
      sessionStorage.setItem('followed', orderId);
      this.draw();
    },
    /** Anew, also in another language. */
    draw() {
      stop();
      const title = h('h2', { id: 'behind-title' }, t('behind'));
      if (orderId === null) {
        panel.replaceChildren(title, h('p', {}, t('behind.nothing')));
        return;
      }
      const { content, show } = orderContent(orderId);
      panel.replaceChildren(title, ...content);
      stop = followSource(`/behind/orders/${orderId}`, show);
    },
  };
}

function orderContent(orderId) {
  const { picture, show: light } = flowPicture();
  const stage = h('p', { class: 'stage', role: 'status' });
  const agreement = h('p', { class: 'agreement', role: 'status' });
  const money = h('table', { class: 'money' });
  const timeline = h('ol', { class: 'timeline' });
  const setText = (element, text) => element.textContent !== text && (element.textContent = text);
  let lastSeen = '';
  return {
    content: [
      h('p', {}, t('order', { orderId })),
      picture,
      stage,
      money,
      agreement,
      h('h3', {}, t('behind.timeline')),
      timeline,
    ],
    show(order) {
      light(order.stage);
      setText(stage, t(`stage.${order.stage}`));
      setText(agreement, t(`agreement.${order.agreement}`));
      agreement.dataset.agreement = order.agreement;
      money.replaceChildren(...moneyRows(order.columns));
      timeline.replaceChildren(...order.timeline.map(momentRow));
      // The page of a buyer who looks at the order shows what became of it, as any page of a shop does.
      const seen = `${order.columns.database.word} ${order.columns.database.krw}`;
      const isNews =
        order.stage === 'heard' && order.columns.buyer.krw !== order.columns.database.krw && seen !== lastSeen;
      if (isNews) {
        lastSeen = seen;
        void told(orderId, null);
      }
    },
  };
}

function moneyRows(columns) {
  const sums = COLUMNS.map((column) => columns[column].krw);
  const isOdd = (krw) => krw === null || sums.filter((other) => other === krw).length < COLUMNS.length / 2;
  const cell = (column) => {
    const { krw } = columns[column];
    return h('td', { 'data-column': column, class: isOdd(krw) && 'odd' }, krw === null ? '?' : won(krw));
  };
  return [
    h('caption', {}, t('behind.money')),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        COLUMNS.map((column) => h('th', { scope: 'col' }, t(`column.${column}`))),
      ),
    ),
    h(
      'tbody',
      {},
      h('tr', {}, COLUMNS.map(cell)),
      h(
        'tr',
        { class: 'words' },
        COLUMNS.map((column) => h('td', {}, t(`word.${columns[column].word}`))),
      ),
    ),
  ];
}

function momentRow({ atMs, part, kind, values }) {
  const shown = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, name === 'krw' ? won(value) : (value ?? '')]),
  );
  return h(
    'li',
    { 'data-kind': kind },
    h('time', {}, clockTime(atMs)),
    ' ',
    h('strong', {}, t(`part.${part}`)),
    ` ${t(`moment.${kind}`, shown)}`,
  );
}

import { h } from '../page/elements.js';
import { t } from '../page/settings.js';
import { told } from './session.js';

/** The buyer closed the window, or Toss did: nothing was charged, and the order can still be paid. */
export function failedView({ query, follow }) {
  const orderId = query.get('order');
  follow(orderId);
  void told(orderId, query.get('code'));
  return {
    title: t('failed.title'),
    content: [
      h(
        'section',
        { class: 'card' },
        h('p', { class: 'result', id: 'result', role: 'status' }, query.get('message') ?? ''),
        h('p', {}, t('failed.nothing-charged')),
        h('p', {}, h('a', { href: `/pay/${orderId}` }, t('failed.again'))),
      ),
    ],
  };
}

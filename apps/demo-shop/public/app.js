import { orderPanel } from './behind/order-panel.js';
import { systemView } from './behind/system-view.js';
import { breakView } from './break/break-view.js';
import { h } from './page/elements.js';
import { applySettings, choose, settings, t } from './page/settings.js';
import { failedView } from './shop/failed-view.js';
import { ordersView } from './shop/orders-view.js';
import { paidView } from './shop/paid-view.js';
import { payView } from './shop/pay-view.js';
import { productsView } from './shop/products-view.js';

/** What each address shows. A view gets its part of the address and returns a title and what is below it. */
const views = [
  [/^\/$/, productsView],
  [/^\/pay\/(?<orderId>\d+)$/, payView],
  [/^\/paid$/, paidView],
  [/^\/failed$/, failedView],
  [/^\/orders$/, ordersView],
  [/^\/system$/, systemView],
  [/^\/break$/, breakView],
];

const navigation = [
  ['/', 'shop'],
  ['/orders', 'orders'],
  ['/system', 'system'],
  ['/break', 'break'],
  ['#behind', 'behind'],
];

const header = h('header');
const main = h('main', { id: 'main', tabindex: -1 });
const skip = h('a', { class: 'skip', href: '#main' });
const behind = orderPanel();
let leaving = new AbortController();

applySettings();
document.body.append(skip, header, h('div', { class: 'beside' }, main, behind.panel));
addEventListener('popstate', () => show());
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="/"]');
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.getAttribute('href'));
});
show();
behind.draw();

function go(path) {
  history.pushState(null, '', path);
  show();
  main.focus();
}

function show() {
  leaving.abort();
  leaving = new AbortController();
  const { pathname, searchParams } = new URL(location.href);
  const [pattern, view] = views.find(([each]) => each.test(pathname)) ?? views[0];
  const { title, content } = view({
    ...pattern.exec(pathname)?.groups,
    query: searchParams,
    signal: leaving.signal,
    go,
    follow: (orderId) => behind.follow(orderId),
  });
  document.title = `${title} · ${t('name')}`;
  skip.textContent = t('skip');
  header.replaceChildren(...headerContent(pathname));
  main.replaceChildren(h('h1', {}, title), ...content);
}

function headerContent(pathname) {
  const link = ([path, key]) => h('a', { href: path, 'aria-current': path === pathname && 'page' }, t(key));
  const other = {
    language: settings.language === 'ko' ? 'en' : 'ko',
    theme: settings.theme === 'dark' ? 'light' : 'dark',
  };
  const change = (setting) => () => {
    choose(setting, other[setting]);
    if (setting === 'language') {
      show();
      behind.draw();
    }
    header.replaceChildren(...headerContent(pathname));
    document.getElementById(setting)?.focus();
  };
  return [
    h('nav', { 'aria-label': t('navigation') }, navigation.map(link)),
    h(
      'p',
      { class: 'settings' },
      h(
        'button',
        { type: 'button', id: 'language', lang: other.language, onclick: change('language') },
        t('language.other'),
      ),
      h('button', { type: 'button', id: 'theme', onclick: change('theme') }, t(`theme.${other.theme}`)),
    ),
  ];
}

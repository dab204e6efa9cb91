const LOOK_INTERVAL_MS = 1_000;
const ROUTES = ['confirm', 'cancel', 'get-payment', 'get-payment-by-order', 'transactions'];
const OPERATIONS = ['confirm', 'cancel', 'lookup'];

const at = (id) => document.getElementById(id);
const seen = new Map();

fill(document.querySelector('#fault [name=route]'), ['any request', ...ROUTES], ['', ...ROUTES]);
fill(document.querySelector('#code [name=operation]'), OPERATIONS);
const codes = await call('GET', '/error-codes');
at('codes').replaceChildren(
  ...OPERATIONS.flatMap((operation) => codes[operation].map((code) => codeRow(operation, code))),
);
at('code').operation.addEventListener('change', showCodes);
showCodes();
showSwitches(await call('GET', '/switches'));

at('fault').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { route, kind, times } = event.target;
  const fault = kind.value === 'delay' ? { kind: 'delay', delayMs: 5_000, stage: 'before' } : { kind: kind.value };
  const filter = { ...(route.value && { route: route.value }), ...(times.value && { times: Number(times.value) }) };
  await call('POST', '/faults', { ...filter, fault });
  await look();
});
at('code').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { operation, code } = event.target;
  await call('POST', '/codes', { operation: operation.value, code: code.value });
  await look();
});

for (;;) {
  await look().catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS));
}

async function look() {
  const [requests, deliveries, faults, forced] = await Promise.all(
    ['/requests', '/webhooks/deliveries', '/faults', '/codes'].map((path) => call('GET', path)),
  );
  show('requests', requests, requestRow);
  show('webhooks', deliveries.slice(-100).reverse(), deliveryRow);
  const rules = [
    ...faults.map((rule) => ({ ...rule, path: '/faults' })),
    ...forced.map((rule) => ({ ...rule, path: '/codes' })),
  ];
  show('rules', rules, ruleRow);
}

/** Only what has changed is drawn anew, so that what somebody opened stays open. */
function show(id, entries, row) {
  const text = JSON.stringify(entries);
  if (seen.get(id) === text) return;
  seen.set(id, text);
  const open = new Set([...at(id).querySelectorAll('details[open]')].map((details) => details.dataset.id));
  at(id).replaceChildren(...(entries.length === 0 ? [h('li', {}, 'none')] : entries.map(row)));
  for (const details of at(id).querySelectorAll('details')) details.open = open.has(details.dataset.id);
}

function requestRow({ id, atMs, method, path, idempotencyKey, body, faults, status, answer }) {
  const state = status === null ? 'under way' : String(status);
  return h(
    'li',
    {},
    h(
      'details',
      { 'data-id': id },
      h(
        'summary',
        {},
        h('time', {}, timeOf(atMs)),
        ` ${method} ${path} `,
        h('strong', {}, state),
        faults.length > 0 && ` (${faults.join(', ')})`,
      ),
      idempotencyKey !== null && h('p', {}, 'Idempotency-Key: ', h('code', {}, idempotencyKey)),
      body !== null && h('pre', { tabindex: 0 }, JSON.stringify(body, null, 2)),
      answer !== null && h('pre', { tabindex: 0 }, readable(answer)),
    ),
  );
}

function deliveryRow({ id, event, url, status, retriedCount, lastAnswer, body }) {
  const answer = lastAnswer === null ? '' : ` (${lastAnswer})`;
  return h(
    'li',
    {},
    h(
      'details',
      { 'data-id': id },
      h('summary', {}, `${event} to ${url} `, h('strong', {}, status), `${answer}, try ${retriedCount + 1}`),
      h('pre', { tabindex: 0 }, readable(body)),
    ),
    h('button', { type: 'button', onclick: () => call('POST', `/webhooks/deliveries/${id}/resend`) }, 'Send again'),
  );
}

function ruleRow({ id, path, rule, timesActed }) {
  const remove = async () => {
    await call('DELETE', `${path}/${id}`);
    await look();
  };
  const { fault, ...rest } = rule;
  const words = Object.entries({ ...fault, ...rest }).map(([name, value]) => `${name} ${value}`);
  const text = `${words.join(', ')}: acted ${timesActed} times `;
  return h('li', {}, text, h('button', { type: 'button', onclick: remove }, `Remove ${id}`));
}

function codeRow(operation, { code, httpStatus, korean, english }) {
  return h('tr', {}, ...[operation, code, httpStatus, `${korean} ${english}`].map((text) => h('td', {}, String(text))));
}

function showCodes() {
  const { operation, code } = at('code');
  fill(
    code,
    codes[operation.value].map((each) => each.code),
  );
}

function showSwitches(switches) {
  at('switches').replaceChildren(
    ...Object.entries(switches).map(([name, { position, positions, evidence }]) => {
      const select = h('select', { onchange: () => call('PATCH', '/switches', { [name]: select.value }) });
      fill(select, positions);
      select.value = position;
      return h('p', {}, h('label', {}, `${name} `, select), h('br', {}), h('small', {}, evidence));
    }),
  );
}

function fill(select, texts, values = texts) {
  select.replaceChildren(...texts.map((text, index) => h('option', { value: values[index] }, text)));
}

function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function timeOf(ms) {
  return new Date(ms).toISOString().slice(11, 23);
}

async function call(method, path, body) {
  const options = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(`/__sim${path}`, options);
  return response.json();
}

/** Texts are texts: nothing in them is read as HTML. */
function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== false));
  return element;
}

import { svg } from '../page/elements.js';
import { t } from '../page/settings.js';

const nodes = {
  buyer: [66, 38],
  'confirm-api': [200, 38],
  toss: [334, 38],
  'order-consumer': [66, 128],
  database: [200, 128],
  'outbox-relay': [334, 128],
  'order-service': [66, 218],
  kafka: [200, 218],
  connect: [334, 218],
};

const edges = {
  'buyer-toss': 'M66 20 C120 -8 280 -8 334 20',
  'buyer-confirm-api': 'M118 38H148',
  'confirm-api-toss': 'M252 38H282',
  'confirm-api-database': 'M200 56V110',
  'outbox-relay-toss': 'M334 110V56',
  'order-consumer-database': 'M118 128H148',
  'outbox-relay-database': 'M282 128H252',
  'kafka-order-consumer': 'M170 200L96 146',
  'database-connect': 'M230 146L304 200',
  'connect-kafka': 'M282 218H252',
  'order-service-kafka': 'M118 218H148',
};

/** Who is at work in each stage, and over which way. */
const lit = {
  ordered: ['order-service', 'order-service-kafka', 'kafka', 'kafka-order-consumer', 'order-consumer'],
  received: [
    'order-consumer',
    'order-consumer-database',
    'database',
    'database-connect',
    'connect',
    'connect-kafka',
    'kafka',
  ],
  window: ['buyer', 'buyer-toss', 'toss'],
  confirming: [
    'buyer',
    'buyer-confirm-api',
    'confirm-api',
    'confirm-api-toss',
    'toss',
    'confirm-api-database',
    'database',
  ],
  refunding: ['outbox-relay', 'outbox-relay-toss', 'toss', 'outbox-relay-database', 'database'],
  settled: ['database', 'database-connect', 'connect', 'connect-kafka', 'kafka'],
  published: ['kafka', 'order-service-kafka', 'order-service'],
  heard: ['buyer', 'database', 'toss', 'order-service'],
};

/** The ways of an order through the system; `show` lights those that it is on. */
export function flowPicture() {
  const parts = new Map();
  const drawn = [
    ...Object.entries(edges).map(([name, d]) => [name, svg('path', { d, class: 'edge' })]),
    ...Object.entries(nodes).map(([name, at]) => [name, nodeAt(name, at)]),
  ];
  for (const [name, element] of drawn) parts.set(name, element);
  const picture = svg('svg', { viewBox: '0 -6 400 254', role: 'img', class: 'flow' }, [...parts.values()]);
  return {
    picture,
    show(stage) {
      picture.setAttribute('aria-label', t(`stage.${stage}`));
      picture.dataset.stage = stage;
      for (const [name, element] of parts) element.classList.toggle('lit', lit[stage].includes(name));
    },
  };
}

function nodeAt(name, [x, y]) {
  return svg(
    'g',
    { class: 'node' },
    svg('rect', { x: x - 52, y: y - 18, width: 104, height: 36, rx: 8 }),
    svg('text', { x, y: y + 4, 'text-anchor': 'middle' }, t(`part.${name}`)),
  );
}

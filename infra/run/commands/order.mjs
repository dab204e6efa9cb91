import { launch } from '../launch.mjs';
import { requireRunningSystem } from '../running-system.mjs';
import { wholeNumber } from '../whole-number.mjs';

// As the contract of order.placed has it: an amount is also read by programs whose numbers are doubles.
const AMOUNT_MAX = 2n ** 53n - 1n;

export const order = {
  name: 'npm run order',
  summary: `Places one order at the running npm start, through Kafka as order-service does, and tells what became of it. An order
id that is taken is placed all the same: the payment that is there stays as it is.`,
  options: {
    id: { value: 'ORDER_ID', help: 'from 1 to 2^63-1', isRequired: true, read: wholeNumber({ min: 1n }) },
    amount: {
      value: 'KRW',
      help: 'whole won, from 0 to 2^53-1',
      isRequired: true,
      read: wholeNumber({ min: 0n, max: AMOUNT_MAX }),
    },
    user: { value: 'USER_ID', help: 'who ordered; 1 unless given', read: wholeNumber({ min: 1n }), isNpmOption: true },
    pay: { help: 'pays it too, as its buyer would: checkout, payment window, confirm' },
    json: { help: 'prints what became of it as one line of JSON', isNpmOption: true },
  },
  examples: [
    'npm run order -- --id 1001 --amount 15000',
    'npm run order -- --id 1001 --amount 15000 --pay        and is paid at once',
    'npm run order -- --id 1002 --amount 15000 --user 2     another buyer: npm run token -- --user 2',
    'npm run order -- --id 1003 --amount 0                  nothing to pay: approved at once',
    'npm run order -- --id 9007199254740993 --amount 1000   an id that a double cannot hold',
    'npm run order -- --id 1004 --amount 9007199254740991   as much as an order may be over',
    'npm run order -- --id 1001 --amount 99000              a conflict: the first amount stays',
  ],
  run({ id, amount, user = '1', pay = false, json = false }) {
    const { bootstrapServers, apiUrl, sandboxUrl, logs } = requireRunningSystem();
    const order = { orderId: id, amount, userId: user };
    return launch('order', { ...order, pay, json, bootstrapServers, apiUrl, sandboxUrl, logs });
  },
};

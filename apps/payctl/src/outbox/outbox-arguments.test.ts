import { describe, expect, it } from '@jest/globals';
import { connectorArguments } from '../connector/connector-arguments';
import { outboxArguments } from './outbox-arguments';

describe('what payctl outbox and payctl connector do not take', () => {
  const payment = '0198c1f2-7a3e-7c11-9d2e-5b6f7a8c9d0e';
  it.each([
    ['', /^what of the outbox/],
    ['mend', /cannot 'mend'/],
    ['status 7', /status takes nothing/],
    ['status --why because', /status takes nothing/],
    ['repair', /^repair what/],
    // One thing at a time: what is meant must not depend on which of them is looked at first.
    ['repair 7 8', /^repair what/],
    ['repair 7 --from 1h', /^repair what/],
    ['repair --from 1h --set-aside 7', /^repair what/],
    ['repair --set-aside 7 --put-back 7', /^repair what/],
    ['repair --set-aside seven', /the id of a row, not 'seven'/],
    [`repair --put-back ${payment}`, /the id of a row/],
    ['repair order-7', /neither the id of a payment nor that of a row/],
    ['repair 0', /neither/],
    ['repair --topic t', /^from when on/],
    ['repair --from yesterday', /are instants such as/],
    ['repair --from 1h --to 2h', /must be before --to/],
    ['repair 7 --why=', /wants a reason/],
    ['repair 7 --wy x', /Unknown option/],
    ['mode', /debezium or polling/],
    ['mode both', /debezium or polling/],
    ['mode polling --topic t', /mode takes nothing else/],
    ['repair 7 --without-connect', /is for mode/],
  ])('outbox %s', (line, complaint) => {
    expect(outboxArguments.understand(line.split(' ').filter(Boolean))).toMatch(complaint);
  });

  it.each([
    'status',
    'repair 7',
    `repair ${payment} --why x`,
    'repair --from 2h --to 1h --topic t',
    'repair --put-back 7',
    'mode polling --without-connect --why x',
  ])('but outbox %s', (line) => {
    expect(outboxArguments.understand(line.split(' '))).toBeInstanceOf(Function);
  });

  it.each([
    ['', /^what of the connector/],
    ['start', /cannot 'start'/],
    ['plan payment-outbox', /CONNECTOR_NAME says/],
    ['plan --why x', /changes nothing/],
    ['apply --begin-anew', /is for restart/],
    ['restart --why=', /wants a reason/],
  ])('connector %s', (line, complaint) => {
    expect(connectorArguments.understand(line.split(' ').filter(Boolean))).toMatch(complaint);
  });
});

import { findErrorCode } from '../codes/code-catalogue';
import { cancelCodes, confirmCodes, idempotencyCodes, lookupCodes } from '../codes/code-tables';
import { routeNames } from '../faults/call';
import { faultKinds, type FaultRule } from '../faults/fault-rules';
import { type ForcedCode } from '../faults/forced-codes';
import { type JsonSchema } from '../http/json-schema';
import { switchCatalogue, switchesWith, switchNames } from '../switches';
import { json, refusal, type ControlRoute } from './control-route';

const filterProperties: Record<string, JsonSchema> = {
  orderId: { type: 'string' },
  paymentKey: { type: 'string' },
  nth: { type: 'integer', minimum: 1, description: 'Only the nth matching request since the rule was added' },
  probability: { type: 'number', minimum: 0, maximum: 1 },
  times: { type: 'integer', minimum: 1, description: 'How many requests the rule acts on' },
  seed: { type: 'integer', description: 'For probability; the seed of the sandbox by default' },
};

const fault: JsonSchema = {
  type: 'object',
  properties: {
    kind: { type: 'string', enum: faultKinds },
    delayMs: { type: 'integer', minimum: 0, description: 'delay: how long' },
    stage: { type: 'string', enum: ['before', 'during', 'after'], description: 'delay: relative to the processing' },
    status: { type: 'integer', minimum: 500, maximum: 599, description: 'server-error: 502 by default' },
    processed: { type: 'boolean', description: 'server-error: whether the request got through; false by default' },
    html: { type: 'boolean', description: 'server-error: an HTML body instead of JSON' },
  },
  required: ['kind'],
};

/** What goes wrong, on purpose: faults of the network, codes of the API, and the positions of the switches. */
export const faultRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/__sim/faults',
    summary: 'The fault rules and how often each has acted',
    handle: (_request, { state }) => json(state.faults.list()),
  },
  {
    method: 'POST',
    path: '/__sim/faults',
    summary: 'Add a fault rule',
    body: {
      type: 'object',
      properties: { fault, route: { type: 'string', enum: routeNames }, ...filterProperties },
      required: ['fault'],
    },
    handle: ({ body }, { state }) => {
      const { seed, ...rule } = body as FaultRule & { seed?: number };
      if (rule.fault.kind === 'delay' && !Number.isSafeInteger(rule.fault.delayMs)) {
        return refusal(400, 'body.fault.delayMs is missing');
      }
      return json({ id: state.faults.add(rule, seed) }, 201);
    },
  },
  {
    method: 'DELETE',
    path: '/__sim/faults',
    summary: 'Remove every fault rule',
    handle: (_request, { state }) => {
      state.faults.clear();
      return json({ removed: true });
    },
  },
  {
    method: 'DELETE',
    path: '/__sim/faults/{id}',
    summary: 'Remove one fault rule',
    handle: ({ parameters }, { state }) =>
      state.faults.remove(parameters['id'] ?? '') ? json({ removed: true }) : refusal(404, 'No such rule'),
  },
  {
    method: 'GET',
    path: '/__sim/codes',
    summary: 'The rules that force a code and how often each has acted',
    handle: (_request, { state }) => json(state.forcedCodes.list()),
  },
  {
    method: 'POST',
    path: '/__sim/codes',
    summary: 'Force a documented code',
    body: {
      type: 'object',
      properties: {
        operation: { type: 'string', enum: ['confirm', 'cancel', 'lookup'] },
        code: { type: 'string' },
        effect: { type: 'string', enum: ['natural', 'processed', 'none'] },
        ...filterProperties,
      },
      required: ['operation', 'code'],
    },
    handle: ({ body }, { state }) => {
      const { seed, ...rule } = body as ForcedCode & { seed?: number };
      if (findErrorCode(rule.operation, rule.code) === undefined) {
        return refusal(400, `No table documents the code ${rule.code}`);
      }
      return json({ id: state.forcedCodes.add(rule, seed) }, 201);
    },
  },
  {
    method: 'DELETE',
    path: '/__sim/codes',
    summary: 'Force no code any more',
    handle: (_request, { state }) => {
      state.forcedCodes.clear();
      return json({ removed: true });
    },
  },
  {
    method: 'DELETE',
    path: '/__sim/codes/{id}',
    summary: 'Remove one rule that forces a code',
    handle: ({ parameters }, { state }) =>
      state.forcedCodes.remove(parameters['id'] ?? '') ? json({ removed: true }) : refusal(404, 'No such rule'),
  },
  {
    method: 'GET',
    path: '/__sim/error-codes',
    summary: 'Every documented code by operation',
    handle: () =>
      json({ confirm: confirmCodes, cancel: cancelCodes, lookup: lookupCodes, idempotency: idempotencyCodes }),
  },
  {
    method: 'GET',
    path: '/__sim/switches',
    summary: 'Every switch: its position, its positions, and what is known',
    handle: (_request, { state }) =>
      json(
        Object.fromEntries(
          switchNames.map((name) => [name, { position: state.switches[name], ...switchCatalogue[name] }]),
        ),
      ),
  },
  {
    method: 'PATCH',
    path: '/__sim/switches',
    summary: 'Set switches by name; the others stay',
    body: { type: 'object', additionalProperties: { type: 'string' } },
    handle: ({ body }, { state }) => {
      try {
        state.switches = switchesWith(body as Record<string, unknown>, state.switches);
      } catch (error) {
        return refusal(400, (error as Error).message);
      }
      return json(state.switches);
    },
  },
];

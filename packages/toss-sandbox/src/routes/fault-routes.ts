import { z } from 'zod';
import { cancelCodes, confirmCodes, idempotencyCodes, lookupCodes } from '../codes/code-tables';
import { type CallFilter } from '../faults/call-filter';
import { faultRule } from '../faults/fault';
import { forcedCode } from '../faults/forced-codes';
import { type Rules } from '../faults/rules';
import { type SandboxState } from '../state/sandbox-state';
import { switchCatalogue, switchesWith, switchNames } from '../switches';
import { json, refusal, withBody, type ControlRoute } from './control-route';

const seed = z.int().optional().describe('For probability; the seed of the sandbox by default');

/** What goes wrong, on purpose: faults of the network, codes of the API, and the positions of the switches. */
export const faultRoutes: readonly ControlRoute[] = [
  ...rulesOf('/__sim/faults', 'fault rules', ({ faults }) => faults),
  withBody({
    method: 'POST',
    path: '/__sim/faults',
    summary: 'Add a fault rule',
    body: faultRule.extend({ seed }),
    handle: ({ body: { seed, ...rule } }, { state }) => json({ id: state.faults.add(rule, seed) }, 201),
  }),
  ...rulesOf('/__sim/codes', 'rules that force a code', ({ forcedCodes }) => forcedCodes),
  withBody({
    method: 'POST',
    path: '/__sim/codes',
    summary: 'Force a documented code',
    body: forcedCode.extend({ seed }),
    handle: ({ body: { seed, ...rule } }, { state }) => json({ id: state.forcedCodes.add(rule, seed) }, 201),
  }),
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
  withBody({
    method: 'PATCH',
    path: '/__sim/switches',
    summary: 'Set switches by name; the others stay',
    body: z.record(z.string(), z.string()),
    handle: ({ body }, { state }) => {
      try {
        state.switches = switchesWith(body, state.switches);
      } catch (error) {
        return refusal(400, (error as Error).message);
      }
      return json(state.switches);
    },
  }),
];

/** What can be done to rules of any kind, once they are there. */
function rulesOf(path: string, name: string, of: (state: SandboxState) => Rules<CallFilter>): ControlRoute[] {
  return [
    {
      method: 'GET',
      path,
      summary: `The ${name} and how often each has acted`,
      handle: (_request, { state }) => json(of(state).list()),
    },
    {
      method: 'DELETE',
      path,
      summary: `Remove all ${name}`,
      handle: (_request, { state }) => {
        of(state).clear();
        return json({ removed: true });
      },
    },
    {
      method: 'DELETE',
      path: `${path}/{id}`,
      summary: `Remove one of the ${name}`,
      handle: ({ id }, { state }) => (of(state).remove(id) ? json({ removed: true }) : refusal(404, 'No such rule')),
    },
  ];
}

import { z } from 'zod';
import { documentedCode, type Operation, operations } from '../codes/code-catalogue';
import { type Call } from './call';
import { callFilter } from './call-filter';

/** An error the API itself answers with. */
export const forcedCode = callFilter.omit({ route: true }).extend({
  operation: z.enum(operations),
  code: documentedCode,
  effect: z
    .enum(['natural', 'processed', 'none'])
    .optional()
    .describe(
      'What happens to the payment. natural, the default: a decline aborts it, other codes leave it alone; processed: the request is carried out and answered with the code all the same, as a 500 may; none: it is never touched',
    ),
});

export type ForcedCode = Readonly<z.infer<typeof forcedCode>>;

export const operationOfRoute = {
  confirm: 'confirm',
  cancel: 'cancel',
  'get-payment': 'lookup',
  'get-payment-by-order': 'lookup',
  transactions: 'lookup',
} as const satisfies Record<Call['route'], Operation>;

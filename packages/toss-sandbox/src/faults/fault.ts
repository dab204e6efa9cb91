import { z } from 'zod';
import { callFilter } from './call-filter';

const stage = z
  .enum(['before', 'during', 'after'])
  .optional()
  .describe('Before processing (nothing has happened yet), during (the payment is locked), or after (it is done)');

/** What goes wrong with a request on its way. All of them happen on the real socket. */
export const fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('lose-request') }).describe('The connection closes before anything is processed'),
  z
    .strictObject({ kind: z.literal('drop-response') })
    .describe('Everything is processed, then the connection closes without an answer'),
  z
    .strictObject({ kind: z.literal('cut-body') })
    .describe('Everything is processed; headers and half of the body arrive, then the connection closes'),
  z.strictObject({ kind: z.literal('delay'), delayMs: z.int().min(0), stage }),
  z
    .strictObject({ kind: z.literal('hold'), stage })
    .describe('Goes no further until the rule is removed, however long that takes'),
  z.strictObject({ kind: z.literal('too-many-requests') }).describe('Turned away at the edge, unprocessed'),
  z
    .strictObject({
      kind: z.literal('server-error'),
      status: z.int().min(500).max(599).optional().describe('502 by default'),
      processed: z.boolean().optional().describe('Whether the request got through before it; false by default'),
      html: z.boolean().optional().describe('An HTML body instead of JSON'),
    })
    .describe('An answer of something between the two'),
  z
    .strictObject({ kind: z.literal('ignore-amount') })
    .describe('A confirm takes what the payment window was opened for, whatever it says, and answers so'),
]);

export type Fault = Readonly<z.infer<typeof fault>>;

export const faultRule = callFilter.extend({ fault });

export type FaultRule = Readonly<z.infer<typeof faultRule>>;

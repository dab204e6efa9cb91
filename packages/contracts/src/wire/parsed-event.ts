import { type InvalidField } from './invalid-field.js';

/**
 * - `ok`: the event keeps its contract. Fields the contract does not know are left out.
 * - `invalid`: it does not, or is no event at all; no retry will change that.
 * - `unknown-type`: an event, but none of those asked for. Skip it: topics may gain types.
 */
export type ParsedEvent<Event> =
  | { readonly kind: 'ok'; readonly event: Event }
  | { readonly kind: 'invalid'; readonly reasons: readonly InvalidField[] }
  | { readonly kind: 'unknown-type'; readonly type: string };

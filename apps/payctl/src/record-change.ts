import { databaseOptionsOf, openOperatorActions } from '@koosco/payment-db/operators';
import { type Change } from './change';
import { type Config } from './config';

/**
 * Writes down what somebody is about to do, and why: before it is done, so that whoever is cut off has said what they wanted.
 * @throws the driver's error where the account may not write, or the server does not answer.
 */
export async function recordChange(
  config: Config,
  action: string,
  target: string,
  { operator, why }: Change & { readonly why: string },
): Promise<void> {
  const actions = await openOperatorActions(databaseOptionsOf(config));
  await actions.record([{ action, target, operator, reason: why }]).finally(() => actions.close());
}

import { type Right } from '@koosco/payment-db/operators';

/** What an account is missing, in one clause. */
export function rightsText(missing: readonly Right[]): string {
  return `the database account has no ${missing.map(({ verb, table }) => `${verb} on ${table}`).join(', no ')}`;
}

import { z } from 'zod';
import { cancelCodes, confirmCodes, idempotencyCodes, lookupCodes, otherCodes } from './code-tables';
import { type ErrorCode } from './error-code';

/** What a request asks of Toss; the same code may be documented for several of these. */
export type Operation = (typeof operations)[number];
export const operations = ['confirm', 'cancel', 'lookup'] as const;

/** The code as the operation documents it, else as any other does; undefined when no documentation names it. */
export function findErrorCode(operation: Operation, code: string): ErrorCode | undefined {
  return byOperation[operation].get(code) ?? anywhere.get(code);
}

/** As `findErrorCode`, for codes the sandbox itself names. Throws when the code is in no table: a mistake of ours. */
export function errorCode(operation: Operation, code: string): ErrorCode {
  const found = findErrorCode(operation, code);
  if (found === undefined) throw new Error(`No table documents the code ${code}`);
  return found;
}

/** A code that somebody asks for by name. */
export const documentedCode = z.string().refine((code) => anywhere.has(code), {
  error: ({ input }) => `No table documents the code ${String(input)}`,
});

const indexed = (codes: readonly ErrorCode[]) => new Map(codes.map((entry) => [entry.code, entry]));

const byOperation: Record<Operation, ReadonlyMap<string, ErrorCode>> = {
  confirm: indexed(confirmCodes),
  cancel: indexed(cancelCodes),
  lookup: indexed(lookupCodes),
};

const anywhere = indexed([...otherCodes, ...idempotencyCodes, ...lookupCodes, ...cancelCodes, ...confirmCodes]);

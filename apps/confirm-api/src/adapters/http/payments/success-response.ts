import { type JsonValue, stringifyJson } from '@koosco/payment-contracts/json';
import { type Response } from 'express';

/** The platform's success format. 64-bit ids are printed in full, which `response.json` could not do. */
export function sendSuccess(response: Response, status: number, data: { readonly [field: string]: JsonValue }): void {
  response
    .status(status)
    .type('application/json')
    .send(stringifyJson({ success: true, data }));
}

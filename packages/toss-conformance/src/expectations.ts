import { deepEqual, equal } from 'node:assert/strict';
import { type ApiAnswer } from './conformance-target';

/** Throws an AssertionError unless the answer is this error. */
export function expectError(answer: ApiAnswer, status: number, code: string): void {
  deepEqual({ status: answer.status, code: answer.fields['code'] }, { status, code }, answer.text);
}

/** Throws an AssertionError unless the answer is a 200 that carries these fields. */
export function expectFields(answer: ApiAnswer, fields: Readonly<Record<string, unknown>>): void {
  equal(answer.status, 200, answer.text);
  const shown = Object.fromEntries(Object.keys(fields).map((name) => [name, answer.fields[name]]));
  deepEqual(shown, fields);
}

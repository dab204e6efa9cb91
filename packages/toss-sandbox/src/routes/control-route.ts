import { type SandboxMetrics } from '../metrics';
import { type JsonSchema } from '../http/json-schema';
import { type SandboxState } from '../state/sandbox-state';
import { type Timetable } from '../state/timetable';

export interface ControlRequest {
  /** The `{…}` segments of the path. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Checked against the route's schema. */
  readonly body: unknown;
}

export type ControlAnswer =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'text'; readonly contentType: string; readonly body: string }
  | { readonly kind: 'lines'; readonly lines: Iterable<string> };

export interface Controlled {
  readonly state: SandboxState;
  readonly timetable: Timetable;
  readonly metrics: SandboxMetrics;
}

/** One operation of the control plane; the OpenAPI document is made of these, so that it cannot say anything else. */
export interface ControlRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `/__sim/payments/{paymentKey}`. */
  readonly path: string;
  readonly summary: string;
  readonly body?: JsonSchema;
  readonly query?: Readonly<Record<string, JsonSchema>>;
  handle(request: ControlRequest, controlled: Controlled): Promise<ControlAnswer> | ControlAnswer;
}

export const json = (body: unknown, status = 200): ControlAnswer => ({ kind: 'json', status, body });

/** An error of the control plane: 400 the request is wrong, 404 there is no such thing, 409 its state forbids it. */
export const refusal = (status: 400 | 404 | 409, message: string, code?: string): ControlAnswer =>
  json({ error: { message, ...(code === undefined ? {} : { code }) } }, status);

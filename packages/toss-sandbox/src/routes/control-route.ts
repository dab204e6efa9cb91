import { type z } from 'zod';
import { type SandboxMetrics } from '../metrics';
import { type SandboxState } from '../state/sandbox-state';
import { type Timetable } from '../state/timetable';

export interface ControlRequest<Body = unknown> {
  /** What stands in the path where the route has `{…}`; a path has at most one. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** Checked against the route's schema. */
  readonly body: Body;
}

export type ControlAnswer =
  | { readonly kind: 'text'; readonly status: number; readonly contentType: string; readonly body: string }
  | { readonly kind: 'lines'; readonly lines: Iterable<string> };

export interface Controlled {
  readonly state: SandboxState;
  readonly timetable: Timetable;
  readonly metrics: SandboxMetrics;
}

/** One operation of the control plane; the OpenAPI document is made of these, so that it cannot say anything else. */
export interface ControlRoute<Body = unknown> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `/__sim/payments/{paymentKey}`. */
  readonly path: string;
  readonly summary: string;
  readonly body?: z.ZodType<Body>;
  readonly query?: z.ZodObject;
  handle(request: ControlRequest<Body>, controlled: Controlled): Promise<ControlAnswer> | ControlAnswer;
}

/** A route with a body: what it handles has the type that its schema checks. */
export const withBody = <Body>(route: ControlRoute<Body> & { readonly body: z.ZodType<Body> }): ControlRoute => route;

export const json = (body: unknown, status = 200): ControlAnswer => ({
  ...{ kind: 'text', status, contentType: 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});

/** An error of the control plane: 400 the request is wrong, 404 there is no such thing, 409 its state forbids it. */
export const refusal = (status: 400 | 404 | 409, message: string, code?: string): ControlAnswer =>
  json({ error: { message, ...(code === undefined ? {} : { code }) } }, status);

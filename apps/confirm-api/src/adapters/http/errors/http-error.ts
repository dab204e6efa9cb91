import { type ErrorCode } from './error-codes';

export interface FieldError {
  readonly field: string;
  readonly reason: string;
}

export interface HttpErrorExtras {
  readonly fieldErrors?: readonly FieldError[];
  readonly details?: Readonly<Record<string, string | null>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by an HTTP adapter to end the request with an error answer; holds only what the client may read. */
export class HttpError extends Error {
  constructor(
    readonly errorCode: ErrorCode,
    readonly extras: HttpErrorExtras = {},
  ) {
    super(errorCode.code);
    this.name = 'HttpError';
  }
}

import { type RequestHandler } from 'express';

/** Lets express see a request without these headers: it acts on them by itself, where the API promises nothing. */
export function ignoringHeaders(...names: Lowercase<string>[]): RequestHandler {
  return (request, _response, next) => {
    for (const name of names) Reflect.deleteProperty(request.headers, name);
    next();
  };
}

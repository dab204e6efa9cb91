import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { koreanSeconds } from '../korean-time';

/** Documented: an endpoint that has not answered 200 within ten seconds has failed. Real time, whatever the clock says. */
export const webhookAnswerWithinMs = 10_000;

export interface Transmission {
  readonly url: string;
  readonly body: string;
  readonly transmissionId: string;
  readonly atMs: number;
  readonly retriedCount: number;
}

/** Posts once. Resolves to the HTTP status, or to a sentence about why there was none; never rejects. */
export function transmit(transmission: Transmission, withinMs = webhookAnswerWithinMs): Promise<number | string> {
  return new Promise((resolve) => {
    const send = transmission.url.startsWith('https:') ? httpsRequest : httpRequest;
    const request = send(transmission.url, {
      method: 'POST',
      // A connection of its own: endpoints come and go between attempts that lie hours apart.
      agent: false,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(transmission.body),
        'tosspayments-webhook-transmission-id': transmission.transmissionId,
        'tosspayments-webhook-transmission-time': koreanSeconds(transmission.atMs),
        'tosspayments-webhook-transmission-retried-count': String(transmission.retriedCount),
      },
    });
    const deadline = setTimeout(() => {
      resolve(`no answer within ${withinMs / 1000} s`);
      request.destroy();
    }, withinMs);
    request.on('response', (response) => {
      clearTimeout(deadline);
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', (error) => {
      clearTimeout(deadline);
      resolve(error.message);
    });
    request.end(transmission.body);
  });
}

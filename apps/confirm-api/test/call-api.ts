import { type ConfirmAnswer, readAnswer } from './confirm-answer';
import { mustBeDocumented } from './documented-answer';

/**
 * The one way in which the tests of this app send HTTP requests, so that every answer they see is held against the
 * OpenAPI document.
 */
export async function callApi(url: string, init: RequestInit = {}): Promise<ConfirmAnswer> {
  const { method = 'GET' } = init;
  const response = await fetch(url, init);
  const answer = await readAnswer(response);
  const { pathname } = new URL(url);
  mustBeDocumented({ method, path: pathname, ...answer });
  return answer;
}

/** The shop's own server. */

export async function ask(path, body) {
  const options =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`/api${path}`, options);
  const answer = response.status === 204 ? {} : await response.json();
  if (!response.ok) throw new Error(answer.error?.message ?? response.statusText);
  return answer;
}

/** Calls back with what the server sends, now and whenever it changes, until the returned function is called. */
export function follow(path, onPicture) {
  const source = new EventSource(`/api${path}`);
  source.addEventListener('message', ({ data }) => onPicture(JSON.parse(data)));
  return () => source.close();
}

// For the image's HEALTHCHECK, which has no curl: ends with 0 while HEALTH_URL answers with 2xx.
const { HEALTH_URL } = process.env;
const answer = await fetch(HEALTH_URL, { signal: AbortSignal.timeout(3_000) }).catch((error) => error);
if (answer.ok !== true) {
  console.error(`${HEALTH_URL}: ${answer.status ?? answer.cause?.message ?? answer.message}`);
  process.exitCode = 1;
}

import { maskPaymentKey } from './mask-payment-key';

export const REDACTED = '[redacted]';

/** An id of 64 bits: fewer digits than any secret or payment key has. */
const ID = /^\d{1,19}$/;

// More than the longest stack trace worth reading; a line that carries a whole hostile message fills the disk.
const PRINTED_LENGTH_MAX = 4_096;
// The patterns look further than what is printed, so that a secret cut in two by the limit is still recognised.
const EXAMINED_LENGTH_MAX = 2 * PRINTED_LENGTH_MAX;

/**
 * The text without what must not be printed: Basic and Bearer tokens, JWTs, Toss secret and client keys, passwords
 * (named, or inside a URL) and payment keys. Masks too much rather than too little. Text beyond 4,096 characters is
 * cut, and says so.
 */
export function maskSecrets(text: string): string {
  // A worker that catches up logs thousands of them in a second.
  if (ID.test(text)) return text;
  let masked = text.slice(0, EXAMINED_LENGTH_MAX);
  for (const mask of MASKS) masked = mask(masked);
  if (masked.length <= PRINTED_LENGTH_MAX && text.length <= EXAMINED_LENGTH_MAX) return masked;
  return `${masked.slice(0, PRINTED_LENGTH_MAX)}… (${text.length} characters)`;
}

// Repetitions that could start anywhere have an upper bound: a hostile text must not cost quadratic time.
const MASKS: readonly ((text: string) => string)[] = [
  // A JWT starts with {" in base64url; the signature may be missing or cut off.
  (text) => text.replace(/\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g, REDACTED),
  (text) => text.replace(/\b(Basic|Bearer)(\s+)[\w+/=.~-]+/gi, `$1$2${REDACTED}`),
  (text) => text.replace(/(?:test|live)_g?(?:sk|ck|ak)_\w+/g, REDACTED),
  // scheme://user:password@host, up to the last @: passwords contain them.
  (text) => text.replace(/(:\/\/)[^\s/:@]{0,256}:[^\s"']{0,256}@/g, `$1${REDACTED}@`),
  // name=value, name: value and JSON at any depth of escaping; a list or object goes as a whole.
  (text) =>
    text.replace(
      /((?:password|passwd|pwd|secret|secret_?key|jwt|tokens?|api_?key|private_?key|credentials?|cookie|authorization)["'\\]{0,16}\s{0,4}[=:]\s{0,4}["'\\]{0,16})(?!basic\s|bearer\s|\[redacted\])(?:[[{][^\]}]*|[^\s"'\\&,;})\]]+)/gi,
      `$1${REDACTED}`,
    ),
  (text) =>
    text.replace(
      /(payment_?key["'\\]{0,16}\s{0,4}[=:]\s{0,4}["'\\]{0,16})([^\s"'\\&,;})\]]+)/gi,
      (_match, name: string, value: string) => name + maskPaymentKey(value),
    ),
  // Toss addresses a payment by its key; our own paths carry numbers.
  (text) =>
    text.replace(
      /(\/payments\/)(?!\d+(?![\w-]))([^\s/?#"'\\,;)\]]{16,})/g,
      (_match, path: string, value: string) => path + maskPaymentKey(value),
    ),
  // The form Toss gives its keys: five characters of the merchant, yyyyMMddHHmmss, five or more at random.
  (text) =>
    text.replace(
      /\w{5}20\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d[A-Za-z0-9]{5,}/g,
      maskPaymentKey,
    ),
];

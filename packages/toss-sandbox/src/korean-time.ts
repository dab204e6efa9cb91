const offsetOfKoreaMs = 9 * 3_600_000;

/** `2025-06-26T19:48:53+09:00`: the form of every time in a Payment. */
export function koreanSeconds(epochMs: number): string {
  return `${shifted(epochMs).slice(0, 19)}+09:00`;
}

/** `2025-06-26T19:48:53.123+09:00`: for the ledger, where the order of two rows in a second matters. */
export function koreanMillis(epochMs: number): string {
  return `${shifted(epochMs).slice(0, 23)}+09:00`;
}

/** `20250626194853`, as paymentKeys carry it. */
export function koreanDigits(epochMs: number): string {
  return shifted(epochMs).slice(0, 19).replace(/\D/g, '');
}

/** `2026-01-02T14:46:59.65327`: no offset, up to six digits of which trailing zeros are dropped, as webhooks carry it. */
export function koreanMicrosWithoutOffset(epochMs: number, micros: number): string {
  const fraction = `${shifted(epochMs).slice(20, 23)}${String(micros).padStart(3, '0')}`.replace(/0+$/, '');
  const seconds = shifted(epochMs).slice(0, 19);
  return fraction === '' ? seconds : `${seconds}.${fraction}`;
}

/** Epoch ms of `yyyy-MM-ddTHH:mm:ss` read as Korean time; undefined when it is not one. */
export function parseKoreanLocal(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(text)) return undefined;
  const epochMs = Date.parse(`${text}+09:00`);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}

const shifted = (epochMs: number) => new Date(epochMs + offsetOfKoreaMs).toISOString();

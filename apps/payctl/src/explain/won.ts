/** `15,000 KRW`. */
export function won(amount: bigint | number | null): string {
  return amount === null ? 'an unknown sum' : `${amount.toLocaleString('en-US')} KRW`;
}

import { type ProtocolRules } from './money-protocol';

export const defaultProtocolRules: ProtocolRules = {
  // The first send and three more: a lost connection heals at the first or not within a buyer's patience.
  sendsPerKeyMax: 4,
  lookUpsMax: 3,
  // Long enough for a card network's own retries to end, short enough for a buyer to wait; Toss documents no figure.
  settleMs: 5_000,
  retryDelayMs: 200,
  retryDelayMsMax: 2_000,
  // One call that runs into its 60 s deadline, and then enough to ask what became of it.
  totalMs: 75_000,
};

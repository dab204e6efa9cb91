import { repeat } from '@koosco/payment-worker';
import { RelayModeRefused } from './relay-mode-refused';

/**
 * Runs `round` after `round`, whatever it throws, until the signal aborts.
 * @throws RelayModeRefused when a round does: that is for a person to mend.
 */
export async function repeatUnlessRefused(repetition: Parameters<typeof repeat>[0]): Promise<void> {
  const stop = new AbortController();
  const refused: { by?: RelayModeRefused } = {};
  const round = async (): Promise<void> => {
    try {
      await repetition.round();
    } catch (error) {
      if (error instanceof RelayModeRefused) {
        refused.by = error;
        stop.abort();
      }
      throw error;
    }
  };
  await repeat({ ...repetition, round, signal: AbortSignal.any([repetition.signal, stop.signal]) });
  if (refused.by !== undefined) throw refused.by;
}

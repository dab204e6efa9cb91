/** Which of an attempt's two gateway idempotency keys a request carried; there is no third. */
export type SendKeySlot = 'first' | 'second';

/**
 * What is durably known about the requests to charge that left for an attempt, written before each of them. Whoever
 * continues the attempt begins with it, so that nobody mistakes "I have sent nothing" for "nothing was sent".
 */
export interface SendRecord {
  /** The newest request's. */
  readonly keySlot: SendKeySlot;
  /** Names, without telling it, the gateway credential it went out under: idempotency keys count per credential. */
  readonly credential: string;
  /** Some request may not have been answered: it may still be on its way, or at work. Never turns false again. */
  readonly unanswered: boolean;
  /** The gateway's code for the newest request that was answered, with an error; null when none was. */
  readonly answerCode: string | null;
  /** Some error did not tell whether money moves, so that no later one can. */
  readonly isUnclear: boolean;
  /** Until when a request that is still on its way can be accepted by the gateway: the end of the payment's session. */
  readonly mayArriveUntil: Date;
}

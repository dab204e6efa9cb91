/** This relay may not bring events to Kafka, because somebody else does: at once they would send each twice, and out of order. */
export class RelayModeRefused extends Error {
  constructor(why: string) {
    super(
      `${why}. To change over: stop all relays, see that everything is published (npm run payctl -- outbox status), delete the ` +
        'connector where there is one, then npm run payctl -- outbox mode, and start relays of the new RELAY_MODE',
    );
    this.name = 'RelayModeRefused';
  }
}

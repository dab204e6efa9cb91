/** This relay may not bring events to Kafka, because somebody else does: at once they would send each twice, and out of order. */
export class RelayModeRefused extends Error {
  constructor(why: string) {
    super(
      `${why}. To change over: stop all relays, see that everything is published (npm run payctl -- outbox status), ` +
        'then npm run payctl -- outbox mode, which takes a connector away, and start relays of the new RELAY_MODE',
    );
    this.name = 'RelayModeRefused';
  }
}

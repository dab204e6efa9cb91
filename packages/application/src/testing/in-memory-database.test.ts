import { describeDatabase } from './conformance/describe-database';
import { InMemoryDatabase } from './in-memory/in-memory-database';

describeDatabase('InMemoryDatabase', async () => {
  const { unitOfWork, reader, leases, refundReader, refundLeases, tables } = new InMemoryDatabase();
  return Promise.resolve({
    unitOfWork,
    reader,
    leases,
    refundReader,
    refundLeases,
    historyOf: async (paymentId) => Promise.resolve(tables.history.filter((change) => change.paymentId === paymentId)),
    transactionsOf: async (paymentId) =>
      Promise.resolve(
        tables.transactions
          .filter((row) => row.paymentId === paymentId)
          .map(({ transaction: { type, status, pgTransactionId, amount, occurredAt } }) => ({
            type,
            status,
            pgTransactionId,
            occurredAt,
            amountKrw: amount.krw,
          })),
      ),
    eventsOf: async (paymentId) =>
      Promise.resolve(tables.events.filter(({ data }) => data.paymentId === paymentId).map(({ id }) => id)),
    unappliedChargesOf: async (paymentId) =>
      Promise.resolve([...tables.unappliedCharges.values()].filter((charge) => charge.paymentId === paymentId)),
    // Every promise that can go on has gone on after a turn of the event loop.
    lockWait: () => new Promise((resolve) => setImmediate(resolve)),
    close: () => Promise.resolve(),
  });
});

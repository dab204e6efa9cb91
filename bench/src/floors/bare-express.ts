import { type AddressInfo } from 'node:net';
import express from 'express';

/** What the framework alone costs: a JSON body is read, an answer of a confirm's size is written. */
const app = express();
app.use(express.json());
app.post('/api/payments/confirm', (request, response) => {
  const { orderId, amount } = request.body as { orderId: string; amount: number };
  const data = {
    paymentId: 'x'.repeat(36),
    orderId,
    status: 'APPROVED',
    paidAmount: amount,
    receiptUrl: 'x'.repeat(80),
  };
  response.json({ success: true, data });
});
const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

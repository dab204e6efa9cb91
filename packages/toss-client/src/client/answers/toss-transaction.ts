import { asObject, instantField, numberField, textField } from './json-fields';

/** One row of Toss's books: an approval or a cancel. */
export interface TossTransaction {
  readonly transactionKey: string;
  readonly paymentKey: string;
  readonly orderId: string;
  readonly status: string | null;
  readonly method: string | null;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly transactionAt: Date | null;
}

/** Null when it is not a list of transactions: a row left out would be money left out. */
export function readTossTransactions(json: unknown): readonly TossTransaction[] | null {
  if (!Array.isArray(json)) return null;
  const rows = json.map(readRow);
  return rows.every((row) => row !== null) ? rows : null;
}

function readRow(json: unknown): TossTransaction | null {
  const object = asObject(json);
  const transactionKey = textField(object, 'transactionKey');
  const paymentKey = textField(object, 'paymentKey');
  const orderId = textField(object, 'orderId');
  if (object === null || transactionKey === null || paymentKey === null || orderId === null) return null;
  return {
    transactionKey,
    paymentKey,
    orderId,
    status: textField(object, 'status'),
    method: textField(object, 'method'),
    amount: numberField(object, 'amount'),
    currency: textField(object, 'currency'),
    transactionAt: instantField(object, 'transactionAt'),
  };
}

import { type SettlementHurry } from '@koosco/payment-application';
import { type OrderId } from '@koosco/payment-domain';
import { type Pool } from 'mariadb';

export class MariaDbSettlementHurry implements SettlementHurry {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  async hurry(orderId: OrderId, windowMs: number): Promise<void> {
    // Whoever was looked at a moment ago is looked at again when the window is over: what hurries may be newer than that look.
    const soon = 'GREATEST(NOW(3), updated_at + INTERVAL ? MICROSECOND)';
    const windowUs = windowMs * 1_000;
    await Promise.all([
      this.pool.query(
        `UPDATE payment_attempt SET due_at = ${soon}
         WHERE unresolved_payment_id = (SELECT payment_id FROM payment WHERE order_id = ?)
           AND leased_until IS NULL AND due_at > ${soon}`,
        [windowUs, orderId, windowUs],
      ),
      this.pool.query(
        `UPDATE payment_refund SET due_at = ${soon}
         WHERE order_id = ? AND status = 'UNKNOWN' AND leased_until IS NULL AND due_at > ${soon}`,
        [windowUs, orderId, windowUs],
      ),
    ]);
  }
}

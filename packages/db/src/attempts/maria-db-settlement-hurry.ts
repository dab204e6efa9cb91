import { type SettlementHurry } from '@koosco/payment-application';
import { type OrderId } from '@koosco/payment-domain';
import { type Pool } from 'mariadb';

export class MariaDbSettlementHurry implements SettlementHurry {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  async hurry(orderId: OrderId, windowMs: number): Promise<void> {
    const notLookedAt = 'leased_until IS NULL AND due_at > NOW(3) AND updated_at < NOW(3) - INTERVAL ? MICROSECOND';
    await Promise.all([
      this.pool.query(
        `UPDATE payment_attempt SET due_at = NOW(3)
         WHERE unresolved_payment_id = (SELECT payment_id FROM payment WHERE order_id = ?) AND ${notLookedAt}`,
        [orderId, windowMs * 1_000],
      ),
      this.pool.query(
        `UPDATE payment_refund SET due_at = NOW(3) WHERE order_id = ? AND status = 'UNKNOWN' AND ${notLookedAt}`,
        [orderId, windowMs * 1_000],
      ),
    ]);
  }
}

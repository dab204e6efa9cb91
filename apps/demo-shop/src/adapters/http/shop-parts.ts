import { type OrderWatch } from '../../behind/order-watch';
import { type SystemWatch } from '../../behind/system-watch';
import { type Breakages } from '../../breaking/breakages';
import { type OrderBook } from '../../order-service/order-book';
import { type OrderService } from '../../order-service/order-service';
import { type Surroundings } from '../../surroundings';

/** What the routes work with. */
export interface ShopParts {
  readonly surroundings: Surroundings;
  readonly book: OrderBook;
  readonly orders: OrderService;
  readonly buyerId: bigint;
  readonly orderWatch: OrderWatch;
  readonly systemWatch: SystemWatch;
  readonly breakages: Breakages;
}

import { type DemoShop, startDemoShop } from '@koosco/demo-shop';
import { userToken } from '../demo/user-token';
import { type PaymentSystem } from './payment-system';

/** The shop of this system, in this process: one more process would be one more to start, and to keep. */
export function startShop(system: PaymentSystem): Promise<DemoShop> {
  const { apiUrl, consumerOpsUrl, relayOpsUrl, sandboxUrl, processes, infrastructure } = system;
  const { host, port, database, user, password } = infrastructure.mariadb;
  return startDemoShop(
    {
      ...{ apiUrl, consumerOpsUrl, relayOpsUrl, sandboxUrl, processes },
      connectUrl: infrastructure.connect.url,
      bootstrapServers: infrastructure.kafka.bootstrapServers,
      database: { host, port, database, user, password },
      tokenOf: (userId) => userToken(userId),
    },
    system.shopPort,
  );
}

import { type Logger as PinoLogger } from 'pino';

/** What `createLogger` makes: `logger.info({ orderId }, 'payment created')`, `logger.child({ topic })`. */
export type Logger = PinoLogger;

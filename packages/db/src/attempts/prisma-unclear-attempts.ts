import { type PrismaClient } from '../generated/prisma/client';
import { waitingOf, type WaitingRow, waitingStatements } from '../operators/waiting';
import { type UnclearAttempts, type UnclearAttemptStatistics } from './unclear-attempts';

export class PrismaUnclearAttempts implements UnclearAttempts {
  constructor(private readonly client: PrismaClient) {}

  async statistics(): Promise<UnclearAttemptStatistics> {
    return waitingOf(await this.client.$queryRawUnsafe<WaitingRow[]>(waitingStatements.unclearAttempts));
  }
}

import { type PrismaClient } from '../generated/prisma/client';
import { waitingOf, type WaitingRow, waitingStatements } from '../operators/waiting';
import { type OpenRefunds, type OpenRefundStatistics } from './open-refunds';

export class PrismaOpenRefunds implements OpenRefunds {
  constructor(private readonly client: PrismaClient) {}

  async statistics(): Promise<OpenRefundStatistics> {
    return waitingOf(await this.client.$queryRawUnsafe<WaitingRow[]>(waitingStatements.refunds));
  }
}

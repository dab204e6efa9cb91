import { type PrismaClient } from '../generated/prisma/client';
import { waitingOf, type WaitingRow, waitingStatements } from '../operators/waiting';
import { type UnappliedCharges } from './unapplied-charges';

export class PrismaUnappliedCharges implements UnappliedCharges {
  constructor(private readonly client: PrismaClient) {}

  async awaitingRefund(): Promise<{ readonly count: number; readonly krw: bigint }> {
    return waitingOf(await this.client.$queryRawUnsafe<WaitingRow[]>(waitingStatements.unappliedCharges));
  }
}

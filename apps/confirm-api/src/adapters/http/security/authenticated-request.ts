import { type Requester } from '@koosco/payment-application';
import { type Request } from 'express';

/** A request that passed authentication: the only kind a payment controller is given. */
export interface AuthenticatedRequest extends Request {
  readonly context: {
    readonly requester: Requester;
    /** Tells callers apart, also those that may act for anybody. */
    readonly callerId: string;
    /** Whether it is an administrator, who may see what no buyer and no service needs to. */
    readonly isAdmin: boolean;
    readonly correlationId: string;
  };
}

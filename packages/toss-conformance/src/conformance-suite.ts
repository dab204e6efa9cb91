import { authCases } from './auth-cases';
import { cancelCases } from './cancel-cases';
import { confirmCases } from './confirm-cases';
import { type ConformanceCase } from './conformance-case';
import { type ConformanceTarget } from './conformance-target';
import { idempotencyCases } from './idempotency-cases';
import { lookupCases } from './lookup-cases';
import { virtualAccountCases } from './virtual-account-cases';

export const conformanceCases: readonly ConformanceCase[] = [
  ...authCases,
  ...confirmCases,
  ...idempotencyCases,
  ...cancelCases,
  ...lookupCases,
  ...virtualAccountCases,
];

export type CaseResult =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly why: string }
  /** The target has no control plane, or no client key was given to drive it with. */
  | { readonly kind: 'skipped' };

/** Runs one case against the target; never rejects. */
export async function runCase(conformanceCase: ConformanceCase, target: ConformanceTarget): Promise<CaseResult> {
  if (conformanceCase.needsControl && !target.hasControlPlane) return { kind: 'skipped' };
  try {
    await conformanceCase.run(target);
    return { kind: 'passed' };
  } catch (error) {
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}

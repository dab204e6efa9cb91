import { type CodeRule } from './code-rule';
import { idempotencyRules } from './idempotency-rules';

/** A code that Toss has not documented for this call may mean anything: only the books can tell, and no new key is risked. */
const unlistedCode: CodeRule<'unknown'> = { class: 'unknown', then: 'look-up', why: 'not documented for this call' };

export function codeRuleOf<Class extends string>(
  rules: ReadonlyMap<string, CodeRule<Class>>,
  code: string,
): CodeRule<Class | 'in-flight' | 'misconfigured' | 'unknown'> {
  return rules.get(code) ?? idempotencyRules.get(code) ?? unlistedCode;
}

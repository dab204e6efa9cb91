import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, guideText } from './integration-guide';

const APPS = join(__dirname, '..', '..', 'apps');

describe('the integration guide', () => {
  it('has the same code in both languages', () => {
    expect(codeOf(guideText('ko'))).toEqual(codeOf(guideText('en')));
    expect(codeOf(guideText('en'))).toHaveLength(5);
  });

  it('shows a front end as the demo shop has it', () => {
    const shop = readFileSync(join(APPS, 'demo-shop', 'public', 'shop', 'payment.js'), 'utf8').replaceAll(
      'export ',
      '',
    );
    const [, ...functions] = shop.split(/^(?=async function (?:open|confirm|cancel)Payment)/m);
    expect(codeOf(guideText('en')).slice(0, 3)).toEqual(functions.map((code) => `${code.trimEnd()}\n`));
  });

  it.each(['en', 'ko'] as const)('%s: says the messages that the service answers, and every code', (language) => {
    const source = readFileSync(
      join(APPS, 'confirm-api', 'src', 'adapters', 'http', 'errors', 'error-codes.ts'),
      'utf8',
    );
    const messageOf = new Map(
      [...source.matchAll(/code: '(PAYMENT-[\d-]+)',\s+status: \d+,\s+message: '(.*)'/g)].map(([, code, text]) => [
        code,
        text,
      ]),
    );
    const told = [...guideText(language).matchAll(/^\| `(PAYMENT-[\d-]+)` +\|.*?\| +(\S.*?) +\|/gm)];
    for (const [, code, message] of told) expect(message).toBe(messageOf.get(code));
    expect([...new Set(told.map(([, code]) => code))].sort()).toEqual([...messageOf.keys()].sort());
  });

  it('has, in the service, exactly the messages that the specification fixed', () => {
    const source = readFileSync(
      join(APPS, 'confirm-api', 'src', 'adapters', 'http', 'errors', 'error-codes.ts'),
      'utf8',
    );
    for (const [code, message] of SPECIFIED)
      expect(source).toContain(`code: '${code}', status: ${code.slice(8, 11)}, message: '${message}'`);
  });
});

/** Another team's clients show and compare them. */
const SPECIFIED = [
  ['PAYMENT-400-001', '결제 금액이 올바르지 않습니다.'],
  ['PAYMENT-400-002', '결제 상태가 올바르지 않습니다.'],
  ['PAYMENT-400-003', '결제가 가능한 상태가 아닙니다.'],
  ['PAYMENT-404-001', '결제 정보를 찾을 수 없습니다.'],
  ['PAYMENT-409-001', '중복된 결제 요청입니다.'],
  ['PAYMENT-409-002', '이미 승인된 결제입니다.'],
  ['PAYMENT-502-001', '결제 게이트웨이 오류가 발생했습니다.'],
] as const;

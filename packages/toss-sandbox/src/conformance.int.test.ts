import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { documentedMerchant } from './state/merchant-keys';
import { startTossSandbox, type TossSandbox } from './sandbox';
import { conformanceCases, ConformanceTarget, runCase } from '@koosco/toss-conformance';

describe('the sandbox, examined by the conformance suite', () => {
  let sandbox: TossSandbox;
  let target: ConformanceTarget;

  beforeAll(async () => {
    sandbox = await startTossSandbox({ clock: 'virtual', seed: 1 });
    target = await ConformanceTarget.connect({ url: sandbox.url, ...documentedMerchant.keys[0]! });
  });
  afterAll(() => sandbox.close());

  it.each(conformanceCases.map((conformanceCase) => [conformanceCase.name, conformanceCase] as const))(
    '%s',
    async (_name, conformanceCase) => {
      expect(await runCase(conformanceCase, target)).toEqual({ kind: 'passed' });
    },
  );

  it('skips what needs a control plane when there is none to drive', async () => {
    const blind = await ConformanceTarget.connect({
      url: sandbox.url,
      secretKey: documentedMerchant.keys[0]!.secretKey,
    });
    const kinds = await Promise.all(conformanceCases.map(async (one) => (await runCase(one, blind)).kind));
    expect(new Set(kinds)).toEqual(new Set(['passed', 'skipped']));
  });
});

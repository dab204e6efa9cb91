import { expect, it } from '@jest/globals';
import { startTossSandbox, type TossSandbox } from '../sandbox';
import { documentedMerchant } from '../state/merchant-keys';
import { switchCatalogue, type SwitchName, type Switches } from '../switches';
import { SandboxTarget } from './sandbox-target';

/** Those that decide whether, when and how the merchant is told. */
export type WebhookSwitch = Extract<SwitchName, `webhook${string}` | `depositCallback${string}`>;

export interface Stage {
  readonly sandbox: TossSandbox;
  readonly target: SandboxTarget;
}

/** What a switch does: one observation, and what it must be in every position. A switch without an entry does not compile. */
export type SwitchBehaviours<Names extends SwitchName> = {
  readonly [Name in Names]: {
    observe: (stage: Stage) => Promise<unknown>;
    expected: Record<Switches[Name], unknown>;
  };
};

/** A test of each position of these switches, in a sandbox of its own. */
export function showEveryPosition<Names extends SwitchName>(behaviours: SwitchBehaviours<Names>): void {
  const positions = (Object.keys(behaviours) as Names[]).flatMap((name) =>
    switchCatalogue[name].positions.map((position) => [name, position] as const),
  );
  it.each(positions)('%s: %s', async (name, position) => {
    const sandbox = await startTossSandbox({ clock: 'virtual', seed: 1 });
    try {
      await sandbox.control.setSwitches({ [name]: position });
      const target = await SandboxTarget.connect({ url: sandbox.url, ...documentedMerchant.keys[0]! });
      const { observe, expected } = behaviours[name];
      expect(await observe({ sandbox, target })).toEqual((expected as Record<string, unknown>)[position]);
    } finally {
      await sandbox.close();
    }
  });
}

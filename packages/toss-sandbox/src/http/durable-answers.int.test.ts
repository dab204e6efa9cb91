import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxTarget } from '../testing/sandbox-target';
import { SandboxMetrics } from '../metrics';
import { controlRoutes } from '../routes/control-routes';
import { documentedMerchant, MerchantKeys } from '../state/merchant-keys';
import { MemoryJournal } from '../state/journal/memory-journal';
import { type JournalRecord } from '../state/journal/journal';
import { SandboxClock } from '../state/sandbox-clock';
import { SandboxState } from '../state/sandbox-state';
import { Timetable } from '../state/timetable';
import { switchesWith } from '../switches';
import { ControlPlane } from './control-plane';
import { listen, type Listening } from './sandbox-server';
import { TossApi } from './toss-api';
import { WidgetPages } from './widget-pages';

/** A disk that takes its time: nothing is durable until it is released. */
class SlowJournal extends MemoryJournal {
  private pending: Promise<void> = Promise.resolve();
  private appended: (() => void) | undefined;

  /** From now on nothing is durable until the returned function is called. */
  hold(): { release: () => void; appended: Promise<void> } {
    let release!: () => void;
    this.pending = new Promise((resolve) => {
      release = resolve;
    });
    const appended = new Promise<void>((resolve) => {
      this.appended = resolve;
    });
    return { release, appended };
  }

  override append(record: JournalRecord) {
    this.appended?.();
    return { at: super.append(record).at, durable: this.pending };
  }

  override settled(): Promise<void> {
    return this.pending;
  }
}

describe('while the disk has not confirmed', () => {
  let listening: Listening;
  let target: SandboxTarget;
  const journal = new SlowJournal();

  beforeEach(async () => {
    const clock = new SandboxClock('virtual');
    const keys = new MerchantKeys([documentedMerchant]);
    const state = new SandboxState(clock, keys, switchesWith({}), { seed: 1, webhookAnswerWithinMs: 100 });
    state.keepIn(journal);
    const [timetable, metrics] = [new Timetable(state), new SandboxMetrics(state)];
    listening = await listen(
      { port: 0, host: '127.0.0.1' },
      {
        api: new TossApi(state, metrics, (deliveries) => timetable.dispatch(deliveries)),
        control: new ControlPlane(controlRoutes, { state, timetable, metrics }),
        widget: new WidgetPages(state, timetable),
      },
    );
    const url = `http://127.0.0.1:${listening.port}`;
    target = await SandboxTarget.connect({ url, ...documentedMerchant.keys[0]! });
  });
  afterEach(() => listening.close());

  it('nobody hears of a charge: not its confirm, not a look-up, not the same key again', async () => {
    const payment = await target.authenticated();
    const heard: string[] = [];
    const disk = journal.hold();
    const key = { 'idempotency-key': 'held' };
    const confirm = target.confirm(payment, key).then(({ status }) => heard.push(`confirm ${status}`));
    await disk.appended;
    const asked = [target.get(`/v1/payments/${payment.paymentKey}`), target.confirm(payment, key)];
    const others = asked.map((answer) => answer.then(({ status }) => heard.push(`other ${status}`)));
    // A round trip that needs no disk: whatever could be answered without it has been by now.
    for (let trip = 0; trip < 5; trip += 1) await target.sandbox.now();
    expect(heard).toEqual([]);
    disk.release();
    await Promise.all([confirm, ...others]);
    expect(heard.sort()).toEqual(['confirm 200', 'other 200', 'other 409']);
  });
});

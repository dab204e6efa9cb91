import { accessSync, constants, mkdirSync } from 'node:fs';
import { ControlPlane } from './http/control-plane';
import { listen } from './http/sandbox-server';
import { TossApi } from './http/toss-api';
import { WidgetPages } from './http/widget-pages';
import { SandboxMetrics } from './metrics';
import { controlRoutes } from './routes/control-routes';
import { registerWebhook } from './routes/webhook-routes';
import { SandboxControl } from './sandbox-control';
import { DataFolderLock } from './state/journal/data-folder-lock';
import { FileJournal } from './state/journal/file-journal';
import { type LedgerRow } from './state/ledger-row';
import { MemoryJournal } from './state/journal/memory-journal';
import { documentedMerchant, MerchantKeys, type Merchant } from './state/merchant-keys';
import { SandboxClock } from './state/sandbox-clock';
import { SandboxState } from './state/sandbox-state';
import { Timetable } from './state/timetable';
import { switchesWith, type Switches } from './switches';
import { webhookAnswerWithinMs } from './webhooks/webhook-sender';

export interface SandboxOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** 127.0.0.1 by default: the control plane asks nobody who they are. */
  readonly host?: string;
  /** Where journal.jsonl and ledger.jsonl live; created when missing. Without it everything is in memory. */
  readonly dataDir?: string;
  /** `virtual` stands still until advanced; `real`, the default, runs and can be advanced. */
  readonly clock?: 'real' | 'virtual';
  /** Replays keys and probabilities; drawn at random when absent. */
  readonly seed?: number;
  readonly switches?: Partial<Switches>;
  /** The keys accepted; those of Toss's public documentation by default. Live keys are refused. */
  readonly merchants?: readonly Merchant[];
  /** Registered for the first merchant and every event. */
  readonly webhookUrl?: string;
  /** How long an endpoint may take; 10,000 as at Toss. Shorter only to test a slow one without waiting. */
  readonly webhookAnswerWithinMs?: number;
}

export interface TossSandbox {
  /** `http://127.0.0.1:PORT`, to be used where `https://api.tosspayments.com` would stand. */
  readonly url: string;
  readonly port: number;
  readonly seed: number;
  readonly control: SandboxControl;
  /** The truth about money so far, oldest first. */
  ledger(): readonly LedgerRow[];
  /** Takes no new requests, finishes the running ones, closes the files. */
  close(): Promise<void>;
}

/**
 * Starts a sandbox in this process. Rejects with a readable Error when the port is taken, the folder cannot be written
 * or is used by another sandbox, a key is a live one, or a switch does not exist.
 */
export async function startTossSandbox(options: SandboxOptions = {}): Promise<TossSandbox> {
  const { port = 0, host = '127.0.0.1', dataDir, seed = Math.floor(Math.random() * 2 ** 31) } = options;
  const clock = new SandboxClock(options.clock ?? 'real');
  const keys = new MerchantKeys(options.merchants ?? [documentedMerchant]);
  const state = new SandboxState(clock, keys, switchesWith(options.switches ?? {}), {
    seed,
    webhookAnswerWithinMs: options.webhookAnswerWithinMs ?? webhookAnswerWithinMs,
  });
  const opened = await openJournal(state, dataDir);
  const unwind = [opened.close];
  try {
    const timetable = new Timetable(state);
    unwind.push(async () => {
      timetable.stop();
      await state.webhooks.idle();
    });
    const metrics = new SandboxMetrics(state);
    const listening = await listen(
      { port, host },
      {
        api: new TossApi(state, metrics, (deliveries) => timetable.dispatch(deliveries)),
        control: new ControlPlane(controlRoutes, { state, timetable, metrics }),
        widget: new WidgetPages(state, timetable),
      },
    );
    unwind.push(() => {
      // Whatever is held goes on: a client waits no longer than the sandbox is there.
      state.faults.clear();
      return listening.close();
    });
    if (options.webhookUrl !== undefined) await registerOnce(state, options.webhookUrl);
    timetable.wake();
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${listening.port}`;
    return {
      url,
      port: listening.port,
      seed,
      control: new SandboxControl(url),
      ledger: () => state.ledger.rows,
      close: once(() => closeAll(unwind)),
    };
  } catch (error) {
    await closeAll(unwind);
    throw error;
  }
}

async function openJournal(state: SandboxState, dataDir: string | undefined): Promise<{ close: () => Promise<void> }> {
  if (dataDir === undefined) {
    const journal = new MemoryJournal();
    state.keepIn(journal);
    return { close: () => journal.close() };
  }
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    throw new Error(`The data folder ${dataDir} cannot be written`, { cause: error });
  }
  const lock = DataFolderLock.take(dataDir);
  try {
    const journal = await FileJournal.open(dataDir, (record, at) => {
      state.clock.resume(record.clock);
      state.apply(record, at);
    });
    state.keepIn(journal);
    return {
      close: async () => {
        await journal.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A restarted sandbox remembers its endpoints; the one it is started with must not be there twice. */
async function registerOnce(state: SandboxState, url: string): Promise<void> {
  if (state.webhooks.registered.some((endpoint) => endpoint.url === url)) return;
  if ((await registerWebhook(state, url, {})) === undefined) throw new Error(`${url} is no URL for webhooks`);
}

async function closeAll(unwind: (() => Promise<void>)[]): Promise<void> {
  for (const close of unwind.splice(0).reverse()) await close();
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= run());
}

import { type ProtocolRules } from '../gateway/protocol/money-protocol';
import { type Protocol } from './model-check';
import { ModelledWorld } from './modelled-world';
import { type WorkerRules } from './worker-rules';

export interface WorkersModelCheckOptions {
  readonly workers: number;
  /**
   * How often something other than the ordinary happens: a bad answer, a kill, a takeover while the owner lives, a late
   * request that arrives. The ordinary is free, so that whatever was begun also ends.
   */
  readonly depth: number;
  readonly rules: ProtocolRules;
  readonly workerRules: WorkerRules;
}

export interface WorkersModelCheckResult {
  readonly states: number;
  /** How many of them are ends: nobody is at work, and nobody will be. */
  readonly ends: number;
  readonly statuses: readonly string[];
  /** The shortest sequence that leads to a wrong state, and what is wrong there. */
  readonly violation: string | null;
}

interface Node {
  /** Null once its turn is over: only the way it came is remembered then. */
  world: ModelledWorld | null;
  readonly from: Node | null;
  readonly event: string;
}

/** Visits every state that several workers can bring about, the nearest first. */
export function workersModelCheck(protocol: Protocol, options: WorkersModelCheckOptions): WorkersModelCheckResult {
  const fresh = ModelledWorld.fresh({ protocol, ...options });
  const visited = new Set<string>();
  const statuses = new Set<string>();
  let ends = 0;
  const violating = (node: Node, problem: string): WorkersModelCheckResult => {
    const violation = `${problem} after ${pathTo(node).join(', ')}`;
    return { states: visited.size, ends, statuses: [...statuses], violation };
  };

  let nodes: Node[] = [{ world: fresh, from: null, event: '' }];
  for (let depth = 0; depth <= options.depth; depth += 1) {
    const deeper = new Map<string, Node>();
    // It grows while it is walked: what costs nothing belongs to the same depth.
    for (const node of nodes) {
      const { world: visiting } = node;
      node.world = null;
      if (visiting === null || visited.has(visiting.key)) continue;
      visited.add(visiting.key);
      statuses.add(visiting.row.state.status);
      const problem = problemOf(visiting);
      if (problem !== null) return violating(node, problem);
      const events = visiting.events();
      if (events.length === 0) ends += 1;
      for (const { name, cost, to } of events) {
        if (depth + cost > options.depth) continue;
        const world = to().withoutSilent();
        const { key } = world;
        if (visited.has(key) || (cost > 0 && deeper.has(key))) continue;
        const next = { world, from: node, event: name };
        if (cost === 0) nodes.push(next);
        else deeper.set(key, next);
      }
    }
    nodes = [...deeper.values()];
  }
  return { states: visited.size, ends, statuses: [...statuses].sort(), violation: null };
}

function problemOf({ row, toss, misdeed, workers, isAnyoneAtWork, hasOwner }: ModelledWorld): string | null {
  if (misdeed !== null) return misdeed;
  if (toss.chargesAtMost > 1) return 'two charges';
  const { status, dueAt } = row.state;
  if (status === 'SUCCEEDED' && toss.charges === 0) return 'approved without a charge';
  if (status === 'DECLINED' || status === 'REFUSED' || status === 'NOT_CHARGED') {
    if (toss.charges > 0) return `${status}, but charged`;
    if (toss.chargesAtMost > 0) return `${status}, but a request may still charge`;
    if (status !== 'DECLINED' && toss.wasUnclear && !toss.isSessionOver) return `${status} after an unclear error`;
  }
  if (!row.isSettled && !hasOwner && workers.some((worker) => worker?.fence === row.state.fence)) {
    return 'a living owner lost its lease without a takeover';
  }
  if (!isAnyoneAtWork && !row.isSettled && dueAt === null) return 'nobody will look after it again';
  return null;
}

function pathTo(node: Node): readonly string[] {
  const path: string[] = [];
  for (let at = node; at.from !== null; at = at.from) path.unshift(at.event);
  return path;
}

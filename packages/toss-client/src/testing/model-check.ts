import {
  type Action,
  type begin,
  type next,
  type ProtocolRules,
  type ProtocolState,
} from '../gateway/protocol/money-protocol';
import {
  type LookUpFate,
  lookUpFates,
  PessimisticToss,
  type SendFate,
  sendFates,
  type TossTimes,
  type Word,
} from './pessimistic-toss';

export interface ModelCheckOptions {
  /** How many answers are chosen freely; after that every answer is a good one, or none comes at all. */
  readonly depth: number;
  readonly rules: ProtocolRules;
  readonly times: TossTimes;
  /** Stop at this many violations. */
  readonly violationsMax: number;
}

export interface ModelCheckResult {
  readonly sequences: number;
  readonly words: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

/** The protocol under test: the real one, or one with a rule broken on purpose. */
export interface Protocol {
  readonly begin: typeof begin;
  readonly next: typeof next;
}

/** Walks every sequence of fates and tells where the protocol's word and the money disagree. */
export function modelCheck(protocol: Protocol, options: ModelCheckOptions): ModelCheckResult {
  return new ModelCheck(protocol, options).run();
}

interface Node {
  readonly state: ProtocolState<Word>;
  readonly action: Action<Word>;
  readonly toss: PessimisticToss;
  readonly sends: number;
  readonly path: readonly string[];
}

/** Far above what the rules allow: 8 sends and their look-ups. */
const PATH_LENGTH_MAX = 30;

class ModelCheck {
  #sequences = 0;
  readonly #words: Record<string, number> = {};
  readonly #violations: string[] = [];

  constructor(
    private readonly protocol: Protocol,
    private readonly options: ModelCheckOptions,
  ) {}

  run(): ModelCheckResult {
    const toss = PessimisticToss.fresh(this.options.times);
    this.#walk({ ...this.protocol.begin<Word>(), toss, sends: 0, path: [] });
    return { sequences: this.#sequences, words: this.#words, violations: this.#violations };
  }

  #walk(node: Node): void {
    if (this.#violations.length >= this.options.violationsMax) return;
    if (node.path.length > PATH_LENGTH_MAX) {
      this.#violations.push(`no end after ${node.path.join(', ')}`);
      return;
    }
    if (node.action.do === 'finish') {
      this.#judge(node, node.action.outcome);
      return;
    }
    const waiting = { ...node, toss: node.toss.after(node.action.wait.atLeastMs) };
    for (const fate of this.#fatesOf(waiting)) this.#walk(this.#advance(waiting, fate));
  }

  #fatesOf({ action, toss, path }: Node): readonly string[] {
    if (action.do === 'look-up') return lookUpFates;
    if (action.do !== 'send') return [];
    if (path.length >= this.options.depth) return ['ok', 'lost-before'];
    return sendFates.filter((fate) => toss.distinguishes(action.key, fate));
  }

  #advance(node: Node, fate: string): Node {
    const path = [...node.path, fate];
    const { rules } = this.options;
    if (node.action.do === 'send') {
      const { toss, fact } = node.toss.send(node.action.key, fate as SendFate);
      const step = this.protocol.next(rules, node.state, { of: 'send', fact }, toss.now);
      return { ...node, ...step, toss, sends: node.sends + 1, path };
    }
    const { toss, fact } = node.toss.lookUp(fate as LookUpFate);
    const step = this.protocol.next(rules, node.state, { of: 'look-up', fact }, toss.now);
    return { ...node, ...step, toss, path };
  }

  #judge(node: Node, word: Word | null): void {
    const { toss, sends, path } = node;
    this.#sequences += 1;
    this.#words[word ?? 'unknown'] = (this.#words[word ?? 'unknown'] ?? 0) + 1;
    const charges = toss.chargesInTheEnd();
    const { rules, times } = this.options;
    const wrong = [
      charges > 1 && `${charges} charges`,
      word === 'approved' && charges === 0 && 'approved without a charge',
      word !== 'approved' && word !== null && charges > 0 && `${word}, but charged`,
      sends > 2 * rules.sendsPerKeyMax && `${sends} sends`,
      toss.now > rules.totalMs + times.clientDeadlineMs && 'too long',
    ].filter((problem) => problem !== false);
    if (wrong.length > 0)
      this.#violations.push(`${wrong.join(' and ')} after ${path.join(', ')} (${word ?? 'unknown'})`);
  }
}

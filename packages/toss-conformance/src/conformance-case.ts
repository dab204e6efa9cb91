import { type ConformanceTarget } from './conformance-target';

/** One documented behaviour, pinned. `run` rejects with an AssertionError when the target behaves otherwise. */
export interface ConformanceCase {
  /** A sentence that states the behaviour. */
  readonly name: string;
  /** Where it is known from: `documented`, `measured` (by third parties, with test keys) or `observed` (in the wild). */
  readonly evidence: 'documented' | 'measured' | 'observed';
  /** True when the case needs payments that only a control plane can bring about. */
  readonly needsControl: boolean;
  run(target: ConformanceTarget): Promise<void>;
}

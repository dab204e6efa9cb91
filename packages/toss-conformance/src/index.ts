export { ControlPlane } from './control-plane';
export { type ConformanceCase } from './conformance-case';
export { conformanceCases, runCase, type CaseResult } from './conformance-suite';
export { type ApiAnswer, ConformanceTarget, type TargetOptions } from './conformance-target';

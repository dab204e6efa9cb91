export { ControlPlane } from './control-plane';
export { conformanceCases, runCase } from './conformance-suite';
export { type ApiAnswer, ConformanceTarget, type TargetOptions } from './conformance-target';

export { recordSpans } from './record-spans';
export { type CollectedSpan, TraceCollector } from './trace-collector';

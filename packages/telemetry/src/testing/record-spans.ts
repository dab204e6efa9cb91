import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { traceWith } from '../tracing/tracing';

/** The spans of this process from now on, for tests that need no collector. */
export function recordSpans() {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  traceWith(provider.getTracer('test'));
  return {
    spans: () => exporter.getFinishedSpans(),
    stop: () => {
      traceWith(undefined);
    },
  };
}

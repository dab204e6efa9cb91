import { type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { type Logger } from '../logs/logger';
import { traceWith } from './tracing';

/** Of the 25 s that a shutdown has. A collector that does not answer is not waited for: traces are the least of what a worker holds. */
const FLUSH_MS_MAX = 3_000;

/** The variables of OpenTelemetry that say whether anything is traced; the SDK reads them again, and its others, by itself. */
export interface TracingSettings {
  readonly OTEL_SDK_DISABLED?: string | undefined;
  readonly OTEL_TRACES_EXPORTER?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
}

/** What makes and sends spans, until it is closed. */
interface Tracing {
  /** Sends what is left, as far as it can be sent within {@link FLUSH_MS_MAX}. Never rejects. */
  close(): Promise<void>;
}

/**
 * Makes spans and sends them where `OTEL_EXPORTER_OTLP_ENDPOINT` says, from now on. Sending is beside everything else: spans wait in a
 * queue of bounded length (`OTEL_BSP_MAX_QUEUE_SIZE`), and what finds it full is dropped.
 * @returns null where nothing is to be traced; then nothing of the SDK is loaded.
 */
export async function startTracing(
  settings: TracingSettings,
  { service, logger }: { readonly service: string; readonly logger: Logger },
): Promise<Tracing | null> {
  if (!wantsTracing(settings)) return null;
  const [sdk, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const { resourceFromAttributes, detectResources, envDetector } = resources;
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }).merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor(toldOf(new OTLPTraceExporter(), logger))],
  });
  traceWith(provider.getTracer('payment-service'));
  logger.info('spans are made and sent to a collector');
  return {
    async close() {
      traceWith(undefined);
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, FLUSH_MS_MAX)));
      await Promise.race([provider.shutdown().catch(() => undefined), patience]);
      clearTimeout(timer);
    },
  };
}

/** Whether it is said where to, and nothing forbids it. */
function wantsTracing(settings: TracingSettings): boolean {
  if (settings.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || settings.OTEL_TRACES_EXPORTER === 'none') return false;
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ofTraces } = settings;
  return settings.OTEL_TRACES_EXPORTER === 'otlp' || endpoint !== undefined || ofTraces !== undefined;
}

/** One line when spans cannot be sent, and one when they can again: an outage of the collector is no outage of payments. */
function toldOf(exporter: SpanExporter, logger: Logger): SpanExporter {
  let lost = 0;
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        if (result.error !== undefined) {
          if (lost === 0) logger.warn({ err: result.error }, 'spans cannot be sent to the collector and are dropped');
          lost += spans.length;
        } else if (lost > 0) {
          logger.info({ lost }, 'spans are sent to the collector again');
          lost = 0;
        }
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}

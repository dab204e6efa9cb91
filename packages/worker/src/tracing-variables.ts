import { z } from 'zod';

const left = 'or be left out';

const collector = z
  .url({
    protocol: /^https?$/,
    error: `must be the address of a collector that takes OTLP over HTTP, such as http://localhost:4318, ${left}`,
  })
  .optional();

const protocol = z
  .literal('http/json', {
    error: `must be http/json (port 4318 of a collector), which is all that is spoken here, ${left}`,
  })
  .optional();

/**
 * OpenTelemetry's own variables. The SDK reads them from the environment, as its others (`OTEL_SERVICE_NAME`, `OTEL_BSP_…`), and would go
 * on with its defaults where one is wrong.
 */
export const tracingVariables = {
  OTEL_SDK_DISABLED: z
    .string()
    .regex(/^(true|false)$/i, `must be true or false, ${left}`)
    .optional(),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none'], { error: `must be otlp or none, ${left}` }).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: collector,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector,
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol,
  OTEL_TRACES_SAMPLER: z
    .string()
    .regex(
      /^(parentbased_)?(always_on|always_off|traceidratio)$/,
      `must be always_on, always_off or traceidratio, with or without parentbased_ before it, ${left}`,
    )
    .optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number(`must be the share of the traces that are recorded, from 0 to 1, ${left}`)
    .min(0, 'must be 0 or more')
    .max(1, 'must be 1 or less')
    .optional(),
  OTEL_RESOURCE_ATTRIBUTES: z
    .string()
    .regex(
      /^\s*[^=,\s]+\s*=[^=,]*(,\s*[^=,\s]+\s*=[^=,]*)*$/,
      `must be pairs separated by commas, such as service.version=1.2.3,deployment.environment.name=staging, ${left}`,
    )
    .optional(),
};

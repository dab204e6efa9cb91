import { pino, stdTimeFunctions, type DestinationStream } from 'pino';
import { currentCorrelationId } from '../correlation-id';
import { currentTraceFields } from '../tracing/tracing';
import { type Logger } from './logger';
import { type LogLevel } from './log-level';
import { maskSecrets } from './mask-secrets';
import { toLoggableFields } from './to-loggable';

export interface LoggerOptions {
  readonly service: string;
  readonly level: LogLevel;
  /** Where lines go; standard output, written synchronously, when absent. */
  readonly destination?: DestinationStream;
}

/**
 * A logger of JSON lines: `level` as a word, `time` in ISO 8601, `service`, the `correlationId` of the surrounding
 * `withCorrelationId`, `trace_id` and `span_id` of the surrounding work that is traced, the fields given, `msg`. Fields, bindings of children and messages pass through the masks of
 * `toLoggableFields`: no secret and no full payment key is printed. Logging never throws because of what is logged.
 */
export function createLogger(options: LoggerOptions): Logger {
  const logger = pino(
    {
      level: options.level,
      base: { service: options.service },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => {
        const correlationId = currentCorrelationId();
        return { ...(correlationId !== undefined && { correlationId }), ...currentTraceFields() };
      },
      mixinMergeStrategy: (fields, correlation) => ({ ...toLoggableFields(correlation), ...toLoggableFields(fields) }),
      serializers: {
        msg: (message: unknown) => (typeof message === 'string' ? maskSecrets(message) : message),
        // Errors are described by then; pino's own serializer would print every field they have.
        err: (description: unknown) => description,
      },
    },
    // Synchronous: the line that explains an exit is written before the exit.
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
  return maskBindingsOfChildren(logger);
}

// pino runs no formatter over the bindings of a child. Children inherit from the logger that made them, so wrapping
// the root's two methods reaches all of them.
function maskBindingsOfChildren(logger: Logger): Logger {
  const root = logger as UntypedBindings;
  const child = root.child;
  const setBindings = root.setBindings;
  root.child = function (bindings, options) {
    return child.call(this, toLoggableFields(bindings), options);
  };
  root.setBindings = function (bindings) {
    setBindings.call(this, toLoggableFields(bindings));
  };
  return logger;
}

interface UntypedBindings {
  child: (this: UntypedBindings, bindings: object, options?: object) => UntypedBindings;
  setBindings: (this: UntypedBindings, bindings: object) => void;
}

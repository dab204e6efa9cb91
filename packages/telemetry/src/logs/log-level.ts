/** From the quietest that still speaks to the loudest; `silent` prints nothing. For a config schema to choose from. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

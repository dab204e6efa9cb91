/** What scripts can rely on. */
export const exitCodes = {
  /** It is in order. */
  fine: 0,
  /** Something does not fit. */
  contradiction: 1,
  /** The command was not understood, or the configuration. */
  usage: 2,
  /** There is no such order. */
  notFound: 3,
  /** A source could not be read, so nothing certain can be said. */
  unread: 4,
} as const;

/** What scripts can rely on. */
export const exitCodes = {
  /** It is in order. */
  fine: 0,
  /** Something does not fit, or may not be done. */
  contradiction: 1,
  /** The command was not understood, or the configuration. */
  usage: 2,
  /** There is no such order, attempt or dead letter. */
  notFound: 3,
  /** A source could not be read, so nothing certain can be said; or a right is missing. */
  unread: 4,
} as const;

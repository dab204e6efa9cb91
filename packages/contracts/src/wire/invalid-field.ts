/** Why a message was refused. Safe to log and to put in a header: it names kinds of values, never the values. */
export interface InvalidField {
  /** Path of the field, such as `data.items[3].skuId`; `value` or `headers` for the message itself. */
  readonly field: string;
  /** Continues the field's name: "is missing", "must be an integer from 1 to …, but was a string of 3". */
  readonly reason: string;
}

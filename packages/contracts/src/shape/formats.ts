import { type Format } from './shape.js';

/** Any text of printable characters: no controls, no half of a surrogate pair. What CloudEvents allows in attributes. */
export const printable: Format = {
  pattern: /^[^\u0000-\u001f\u007f-\u009f\ud800-\udfff]*$/u,
  name: 'without control characters',
};

/** No spaces either, so that `source id` can be told apart again; a URI reference has none. */
export const uriReference: Format = {
  pattern: /^[^\u0000-\u0020\u007f-\u00a0\ud800-\udfff]+$/u,
  name: 'a URI reference',
};

export const uuid: Format = {
  pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  name: 'a lower-case UUID',
};

/** RFC 3339, as CloudEvents demands for `time`. */
export const dateTime: Format = {
  pattern:
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/,
  name: 'a date and time as in RFC 3339',
};

export const jsonMediaType: Format = {
  pattern: /^application\/([\w.+-]+\+)?json *(;.*)?$/,
  name: 'a JSON media type',
};

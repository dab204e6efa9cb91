import { type EventDefinition } from '../cloud-event.js';
import { type InvalidField } from './invalid-field.js';
import { read } from '../shape/read.js';
import { write } from '../shape/write.js';

export function serializeEvent(definitions: readonly EventDefinition[], event: { readonly type: string }): string {
  const definition = definitions.find(({ type }) => type === event.type);
  if (definition === undefined) throw new TypeError(`no such event: ${event.type}`);
  const invalid: InvalidField[] = [];
  const checked = read(definition.shape, event, invalid);
  if (invalid.length > 0) {
    const reasons = invalid.map(({ field, reason }) => `${field} ${reason}`).join('; ');
    throw new TypeError(`${event.type} breaks its contract: ${reasons}`);
  }
  return write(definition.shape, checked);
}

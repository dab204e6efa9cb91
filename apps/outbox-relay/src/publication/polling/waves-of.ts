/** What is to be sent, and decides the order. */
export interface Ordered {
  readonly topic: string;
  readonly key: string;
}

/**
 * Cuts rows into waves that are sent one after the other. Within a wave each key has one topic, so that its rows are in one partition
 * and in order there; an event on another topic waits until those before it are stored. Otherwise a later event of a payment could be
 * on its topic without an earlier one.
 */
export function wavesOf<Row extends Ordered>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const waves: Row[][] = [];
  /** The topic of a key's last row, and the wave that it is in. */
  const last = new Map<string, { topic: string; wave: number }>();
  for (const row of rows) {
    const before = last.get(row.key);
    const wave = before === undefined ? 0 : before.wave + (before.topic === row.topic ? 0 : 1);
    last.set(row.key, { topic: row.topic, wave });
    const others = waves[wave];
    if (others === undefined) waves.push([row]);
    else others.push(row);
  }
  return waves;
}

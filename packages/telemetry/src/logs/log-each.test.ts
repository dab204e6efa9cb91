import { describe, expect, it } from '@jest/globals';
import { createLogger } from './create-logger';
import { type LogLevel } from './log-level';
import { logEach } from './log-each';

function logged(count: number, level: LogLevel = 'info'): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) > 0;
  const about = Array.from({ length: count }, (_, index) => ({
    fields: { orderId: `order-${index}`, correlationId: `saga-${index}` },
    message: index % 2 === 0 ? 'created' : 'seen before',
  }));
  logEach(createLogger({ service: 'a-worker', level, destination: { write } }), 'orderId', about);
  return lines;
}

describe('logEach', () => {
  it('says all about each of a few', () => {
    const lines = logged(20);
    expect(lines).toHaveLength(20);
    expect(lines[1]).toMatchObject({ orderId: 'order-1', correlationId: 'saga-1', msg: 'seen before', level: 'info' });
  });

  it('names the ids of many in few lines, each of them once', () => {
    const lines = logged(450);
    expect(lines.map(({ msg }) => msg)).toEqual([
      ...Array.from({ length: 3 }, () => 'created (many at once)'),
      ...Array.from({ length: 3 }, () => 'seen before (many at once)'),
    ]);
    const ids = lines.flatMap(({ orderIds }) => orderIds as string[]);
    expect(new Set(ids).size).toBe(450);
    expect(ids).toHaveLength(450);
    expect(lines[3]?.['orderIds']).toContain('order-1');
  });

  it('says nothing where nobody wants to hear it', () => {
    expect(logged(3, 'warn')).toEqual([]);
    expect(logged(300, 'warn')).toEqual([]);
  });
});

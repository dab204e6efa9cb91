import { describe, expect, it } from '@jest/globals';
import { platformTimestamp } from './platform-timestamp';

describe('platformTimestamp', () => {
  it("is Korea's local time to the second, without an offset", () => {
    expect(platformTimestamp(new Date('2025-01-25T01:30:00.999Z'))).toBe('2025-01-25T10:30:00');
  });

  it('is in the next year already for the last nine hours of UTC', () => {
    expect(platformTimestamp(new Date('2025-12-31T15:00:00Z'))).toBe('2026-01-01T00:00:00');
  });
});

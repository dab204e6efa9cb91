const KST_OFFSET_MS = 9 * 60 * 60 * 1_000;

/**
 * The platform's error timestamps: local time of Korea to the second, without an offset (`2025-01-25T10:30:00`). Korea
 * has had no daylight saving time since 1988, so the offset is constant.
 */
export function platformTimestamp(instant: Date): string {
  return new Date(instant.getTime() + KST_OFFSET_MS).toISOString().slice(0, 19);
}

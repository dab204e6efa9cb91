/** Where messages of a topic go that no retry could ever process. */
export function dltTopicOf(topic: string): string {
  return `${topic}.dlt`;
}

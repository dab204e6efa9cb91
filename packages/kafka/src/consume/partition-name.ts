/** `topic/partition`: tells partitions apart in maps, and is how people are told of one. */
export function partitionName({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}/${partition}`;
}

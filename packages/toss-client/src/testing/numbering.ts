/** Gives things numbers: the same to those whose descriptions are the same. */
export function numbering(): <T extends object>(thing: T, describe: (thing: T) => string) => number {
  const ofThing = new WeakMap<object, number>();
  const ofDescription = new Map<string, number>();
  return (thing, describe) => {
    const known = ofThing.get(thing);
    if (known !== undefined) return known;
    const description = describe(thing);
    const number = ofDescription.get(description) ?? ofDescription.size;
    ofDescription.set(description, number);
    ofThing.set(thing, number);
    return number;
  };
}

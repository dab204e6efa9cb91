/** A batch is at most a MiB packed, and what is packed well holds ten or twenty times that; more than this is a bomb. */
export const UNPACKED_BYTES_MAX = 67_108_864;

const STEP_BYTES = 65_536;

/**
 * What a codec has unpacked, at most {@link UNPACKED_BYTES_MAX}, and a text that refers to what it has said before.
 */
export class Unpacked {
  #buffer = Buffer.allocUnsafe(65_536);
  #length = 0;
  #stepEnd = STEP_BYTES;

  /** @throws RangeError when it grows too large. */
  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /**
   * Says again what began `distance` bytes ago; it may run into what it says itself.
   * @throws RangeError when it refers to nothing, or grows too large.
   */
  repeat(distance: number, length: number): void {
    if (distance < 1 || distance > this.#length) throw new RangeError('the batch refers to what is not in it');
    this.#reserve(length);
    const end = this.#length + length;
    // What there is doubles with each copy, so that a long run of one byte is not copied byte by byte.
    for (let from = this.#length - distance; this.#length < end;) {
      const bytes = Math.min(end - this.#length, this.#length - from);
      this.#buffer.copyWithin(this.#length, from, from + bytes);
      this.#length += bytes;
    }
  }

  /** True once for every step of a few microseconds: the moment to let others have a turn. */
  get isStepDone(): boolean {
    if (this.#length < this.#stepEnd) return false;
    this.#stepEnd = this.#length + STEP_BYTES;
    return true;
  }

  toBuffer(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed > UNPACKED_BYTES_MAX) throw new RangeError(`the batch unpacks to more than ${UNPACKED_BYTES_MAX} bytes`);
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.min(UNPACKED_BYTES_MAX, Math.max(needed, this.#buffer.length * 2)));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}

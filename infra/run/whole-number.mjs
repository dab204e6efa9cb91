import { Refusal } from './command-line.mjs';

/** What a signed 64-bit column holds. */
const NUMBER_MAX = 2n ** 63n - 1n;

/** Reads a whole number between the bounds, as digits. @throws Refusal that says what is wrong with it, and how it is written. */
export function wholeNumber({ min, max = NUMBER_MAX }) {
  return (text, option) => {
    const refuse = (what) => {
      throw new Refusal(`${option} '${text}': ${what}`, 2);
    };
    if (text.trim() === '') refuse('this is empty; write a whole number');
    const grouped = /^\d{1,3}([,._ ])\d{3}(\1\d{3})*$/.test(text);
    if (grouped) refuse(`write it without separators: ${text.replaceAll(/\D/g, '')}`);
    if (/^-\d+$/.test(text)) refuse(`from ${min} on, and this is less`);
    if (/^\d+[.,]\d+$/.test(text)) refuse('a whole number, without a fraction');
    if (/^(0x[\da-f]+|\d+e\d+)$/i.test(text)) refuse('write it in decimal digits');
    if (/^\d+\D+$/.test(text) || /^\D+\d+$/.test(text))
      refuse(`digits alone, without a unit: ${text.replaceAll(/\D/g, '')}`);
    if (!/^\d+$/.test(text)) refuse('a whole number in decimal digits');
    const number = BigInt(text);
    if (number < min || number > max) refuse(`from ${min} to ${max}`);
    return number.toString();
  };
}

/**
 * Uint32: the places of `keys` in ascending order of their values (whole numbers from 0 to 2^53), equal ones in their own
 * order. Radix sort by 16 bits; passes in which all digits are equal are left out.
 */
export function argsort(keys: Uint32Array | Float64Array): Uint32Array {
  const n = keys.length;
  let from = new Uint32Array(n);
  for (let i = 0; i < n; i++) from[i] = i;
  let to = new Uint32Array(n);
  let max = 0;
  for (let i = 0; i < n; i++) if (keys[i]! > max) max = keys[i]!;
  const first = new Uint32Array(0x1_0000);
  for (let unit = 1; unit <= max; unit *= 0x1_0000) {
    first.fill(0);
    for (let i = 0; i < n; i++) first[Math.floor(keys[i]! / unit) & 0xffff]!++;
    let sum = 0;
    for (let digit = 0; digit < first.length; digit++) {
      const count = first[digit]!;
      first[digit] = sum;
      sum += count;
    }
    for (let i = 0; i < n; i++) {
      const key = from[i]!;
      to[first[Math.floor(keys[key]! / unit) & 0xffff]!++] = key;
    }
    [from, to] = [to, from];
  }
  return from;
}

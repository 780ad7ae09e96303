import { invalidSnapshot } from '../errors.js';

export const MAX_UINT32 = 0xffffffff;

/** Whether it is a whole number from 0 up to `limit`, exclusive. */
export function isIndex(value: number, limit: number): boolean {
  return value >= 0 && value < limit && value === Math.trunc(value);
}

/** The error that says which number of a record cannot be. */
export function badNumber(kind: string, record: number, field: string, value: number, expected: string): Error {
  return invalidSnapshot(`${kind} record ${record} has the ${field} ${value}, where there should be ${expected}`);
}

/** What a row of numbers over time looks like. */
export type Shape =
  /** It rises at nearly each step, and no step makes most of it. */
  | 'steady'
  /** One step makes (nearly) all of it: something was filled or loaded once. */
  | 'step'
  /** It rises in the end, but neither way. */
  | 'uneven'
  /** Too few snapshots to tell steady growth from a step. */
  | 'unknown'
  | 'flat'
  | 'falling';

/** Steady growth rises at so many of its steps, at least. */
const LEAST_RISES = 0.8;
/** From this part of all changes on, one rise is what there is. */
const STEP_SHARE = 0.9;

/** The shape of values over time, two at least. */
export function shapeOf(values: readonly number[]): Shape {
  const growth = values.at(-1)! - values[0]!;
  if (growth < 0) return 'falling';
  const steps = values.slice(1).map((value, k) => value - values[k]!);
  if (growth === 0) return 'flat';
  if (steps.length < 2) return 'unknown';
  const rises = steps.filter((step) => step > 0);
  const sum = rises.reduce((total, rise) => total + rise, 0);
  const changes = steps.reduce((total, step) => total + Math.abs(step), 0);
  if (Math.max(...rises) >= STEP_SHARE * changes) return 'step';
  const largest = Math.max(...rises) / sum;
  // Two equal steps have half of it each, many a small part: what one may have lies in between.
  const isSpread = largest <= 0.5 + 0.5 / steps.length;
  return isSpread && rises.length >= LEAST_RISES * steps.length ? 'steady' : 'uneven';
}

/** Kendall's tau-a of the values against time: 1 when each is larger than all before it, -1 when smaller, 0 without a trend. */
export function monotonicity(values: readonly number[]): number {
  let score = 0;
  let pairs = 0;
  for (let i = 0; i < values.length; i++)
    for (let j = i + 1; j < values.length; j++) {
      score += Math.sign(values[j]! - values[i]!);
      pairs++;
    }
  return pairs === 0 ? 0 : score / pairs;
}

/** Growth per step by least squares. */
export function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  let sum = 0;
  let squares = 0;
  values.forEach((value, k) => {
    sum += (k - middle) * value;
    squares += (k - middle) ** 2;
  });
  return squares === 0 ? 0 : sum / squares;
}

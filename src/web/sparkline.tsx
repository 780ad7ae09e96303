import type { JSX } from 'preact';
import { formatBytes, formatCount } from '../util/bytes.js';

const WIDTH = 72;
const HEIGHT = 18;
const EDGE = 2;
/** More values than these are told in short. */
const MOST_TOLD = 8;

/** Values over time as a line, from the least to the largest of them, and in words for who cannot see it. */
export function Sparkline(props: {
  readonly values: readonly number[];
  readonly format?: (value: number) => string;
}): JSX.Element {
  const { values, format = formatBytes } = props;
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  const points = values.map((value, i): [number, number] => [
    EDGE + ((WIDTH - 2 * EDGE) * i) / Math.max(1, values.length - 1),
    HEIGHT - EDGE - (range === 0 ? 0 : ((HEIGHT - 2 * EDGE) * (value - least)) / range),
  ]);
  const line = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  const last = points.at(-1);
  const isShort = values.length <= MOST_TOLD;
  const inShort = (): string =>
    `from ${format(values[0]!)} to ${format(values.at(-1)!)}, least ${format(least)}, most ${format(least + range)}, ${formatCount(values.length)} values`;
  return (
    <svg
      class="sparkline"
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={isShort ? values.map(format).join(', ') : inShort()}
    >
      <title>{isShort ? values.map(format).join(' → ') : inShort()}</title>
      <polygon points={`${EDGE},${HEIGHT} ${line} ${WIDTH - EDGE},${HEIGHT}`} class="sparkline-area" />
      <polyline points={line} class="sparkline-line" />
      {last && <circle cx={last[0]} cy={last[1]} r="1.8" class="sparkline-end" />}
    </svg>
  );
}

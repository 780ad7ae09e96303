import type { Command } from 'commander';
import { TREND_FLOOR, TREND_SORT_KEYS } from '../../analysis/trend.js';
import { usageError } from '../../errors.js';
import { addRowOptions, addSeriesOptions } from '../options.js';
import { runTrend, type TrendOptions } from '../run-trend.js';
import { findSeries } from '../series-files.js';

const EXAMPLES = `
Steady growth is told from a step: what is loaded or filled once. Rows that grew or shrank by less than ${TREND_FLOOR} B are left
out (--min-size 0 shows them). Sums by class are compared, so the snapshots need not be of one process.

Examples:
  heapstat trend 1.heapsnapshot 2.heapsnapshot 3.heapsnapshot
  heapstat trend snapshots/                               (all of a folder, oldest first)
  heapstat trend Heap.*.heapsnapshot                      (--heapsnapshot-near-heap-limit: a series for each process)
  heapstat trend a.heapsnapshot b.heapsnapshot c.heapsnapshot --per 500       (500 requests from one to the next)
  heapstat trend a.heapsnapshot b.heapsnapshot --control idle1.heapsnapshot,idle2.heapsnapshot`;

export function registerTrend(program: Command): void {
  const command = program
    .command('trend')
    .summary('what grows over several snapshots, steadily or at once, by constructor')
    .description('Follows each class over two or more snapshots: first and last, growth per step, its shape.')
    .argument('<file...>', 'snapshots in the order of time, or a folder of them');
  addSeriesOptions(addRowOptions(command, TREND_SORT_KEYS, 'monotonicity, then growth'))
    .addHelpText('after', EXAMPLES)
    .action(async (paths: readonly string[], options: TrendOptions) => {
      if (paths.includes('-')) throw usageError('a trend is read from files, not from standard input');
      await runTrend(findSeries(paths), options);
    });
}

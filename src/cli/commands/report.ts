import { statSync } from 'node:fs';
import type { Command } from 'commander';
import { makeReport } from '../../analysis/report.js';
import { usageError } from '../../errors.js';
import { fileSource } from '../../snapshot/source.js';
import { formatBytes } from '../../util/bytes.js';
import { openInput, Reporter } from '../input.js';
import { parsePositive } from '../options.js';
import { writeStandardOutput, writeWholeFile } from '../output.js';
import { findSeries } from '../series-files.js';
import { placeSources } from '../place-sources.js';
import { workingFolder } from '../source-maps.js';
import { renderPage } from '../../http/web-page.js';

interface ReportOptions {
  readonly output?: string;
  readonly per?: number;
  readonly sourceMaps?: string;
  readonly quiet?: true;
}

const EXAMPLES = `
The page needs no network and no server: keep it, attach it to a CI run, open it in any browser. It holds names and short
pieces of text from the snapshot: keep it as you keep those.

Examples:
  heapstat report app.heapsnapshot -o report.html
  heapstat report 1.heapsnapshot 2.heapsnapshot 3.heapsnapshot -o report.html    (growth and leaks, too)
  heapstat report snapshots/ -o report.html --per 500                            (500 requests from one to the next)`;

export function registerReport(program: Command): void {
  program
    .command('report')
    .summary('one HTML file to open or attach: sizes, treemap, dominators, growth, leaks')
    .description(
      'Writes all that heapstat tells of a snapshot, or of several of one process, as one self-contained HTML page.',
    )
    .argument('<file...>', 'snapshots in the order of time, or a folder of them; - for standard input (one snapshot)')
    .option('-o, --output <file>', 'write to a file instead of standard output')
    .option('--per <operations>', 'operations (requests...) from one snapshot to the next', parsePositive)
    .option('--source-maps <folder>', 'tell places as in the sources, by the .map files in this folder')
    .option('-q, --quiet', 'no progress and no warnings on standard error')
    .addHelpText('after', EXAMPLES)
    .action(async (paths: readonly string[], options: ReportOptions) => {
      if (options.output === undefined && process.stdout.isTTY)
        throw usageError('a report is no text for a terminal: give it a file, -o report.html');
      const files = filesOf(paths);
      refuseOwnInput(files, options.output);
      const sources = placeSources(options.sourceMaps);
      const reporter = new Reporter(options);
      const result = await makeReport(
        files.map((file) => (file === '-' ? openInput(file) : file)),
        { ...reporter.readOptions(files), operations: options.per, base: workingFolder(), ...sources },
      ).finally(() => reporter.finish());
      result.warnings.forEach((warning) => reporter.warn(warning));
      const { html } = renderPage('report', `heapstat: ${files.join(', ')}`, result);
      if (options.output === undefined) return writeStandardOutput(html);
      writeWholeFile(options.output, html);
      if (!options.quiet)
        process.stderr.write(`heapstat: ${options.output}: ${formatBytes(Buffer.byteLength(html))}\n`);
    });
}

/** @throws HeapstatError USAGE where the page would be written over a snapshot */
function refuseOwnInput(files: readonly string[], output: string | undefined): void {
  const existing = output === undefined ? undefined : statSync(output, { throwIfNoEntry: false });
  if (!output || !existing?.isFile()) return;
  const { identity } = fileSource(output);
  const own = files.find((file) => file !== '-' && fileSource(file).identity === identity);
  if (own !== undefined) throw usageError(`the report would be written over ${own}: give another file with -o`);
}

/** @throws HeapstatError USAGE where they are of several processes, or cannot be read twice */
function filesOf(paths: readonly string[]): readonly string[] {
  if (paths.includes('-')) {
    if (paths.length > 1) throw usageError('a report of several snapshots is made from files, not from standard input');
    return paths;
  }
  const [series, ...others] = findSeries(paths);
  if (others.length > 0) throw usageError(`the snapshots are of ${others.length + 1} processes: make a report of each`);
  return series!.files;
}

import type { Command } from 'commander';
import { renderCheck } from '../../report/check/render.js';
import { addCheckOptions, type CheckOptions, toRequest } from '../check-options.js';
import { EXIT } from '../exit-codes.js';
import type { OutputOptions } from '../options.js';
import { writeStandardOutput } from '../output.js';
import { runCheck, updateBaseline } from '../run-check.js';
import { writeForms } from '../write-forms.js';

const EXAMPLES = `
Exit code 0 when all budgets hold, 1 when one does not or cannot be judged, 2 for wrong use (the configuration too), 3 for
input that cannot be read. The schema of the configuration is in the package: heapstat/config.schema.json.

Examples:
  heapstat check before.heapsnapshot after.heapsnapshot --max-growth 2MB
  heapstat check before.heapsnapshot after.heapsnapshot --filter Session --max-growth-count 0 --per 500
  heapstat check --config heapstat.config.json
  heapstat check after.heapsnapshot --baseline heap.baseline.json --update-baseline     (then commit it)
  heapstat check after.heapsnapshot --baseline heap.baseline.json --max-growth-percent 5
  heapstat check --config heapstat.config.json --format plain --format junit=heap.xml --format sarif=heap.sarif`;

export function registerCheck(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('check')
    .summary('a gate for CI: budgets on sizes, counts and growth')
    .description(
      'Judges snapshots by budgets, from a configuration or from options, and says what failed and by how much.',
    )
    .argument('[file...]', 'snapshots in the order of time, or a folder of them; the last is judged');
  addCheckOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], options: CheckOptions) => {
      const request = toRequest(files, options);
      const reading: OutputOptions = { format: 'table', ...(options.quiet ? { quiet: true } : {}) };
      if (options.updateBaseline) return writeStandardOutput(`${await updateBaseline(request, reading)}\n`);
      const result = await runCheck(request, reading);
      await writeForms(options, result, async (format, rendering) => renderCheck(result, format, rendering));
      const isFine = result.outcome === 'passed' || (result.outcome === 'inconclusive' && result.allowInconclusive);
      if (!isFine) setExitCode(EXIT.failed);
    });
}

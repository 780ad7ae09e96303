import type { Command } from 'commander';
import { diagnose } from '../../analysis/doctor.js';
import { TREE_FORMATS } from '../../report/render.js';
import { EXIT } from '../exit-codes.js';
import { openInput, Reporter } from '../input.js';
import { addOutputOptions, type OutputOptions } from '../options.js';
import { writeResult } from '../output.js';

const EXAMPLES = `
Exit code 0 for a sound snapshot, 3 for one that is cut or damaged, or is none.

Examples:
  heapstat doctor app.heapsnapshot
  heapstat doctor app.heapsnapshot --format json | jq '{sound, problems, unreachable}'`;

export function registerDoctor(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('doctor')
    .summary('whether a file is a sound snapshot, what kind of one, and what it may be compared with')
    .description(
      'Reads all of a file, in little memory, and says whether it is a sound snapshot: who wrote it and how it was taken, ' +
        'whether its counts agree and its numbers lead somewhere, where it is cut, what is unreachable.',
    )
    .argument('<file>', 'a .heapsnapshot, plain or gzipped; - for standard input');
  addOutputOptions(command, TREE_FORMATS)
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: OutputOptions) => {
      const reporter = new Reporter(options);
      const result = await diagnose(openInput(file), reporter.readOptions([file])).finally(() => reporter.finish());
      await writeResult(result, options);
      if (!result.sound) setExitCode(EXIT.unreadable);
    });
}

import { type Command, InvalidArgumentError, Option } from 'commander';
import { usageError } from '../../errors.js';
import { parseCount } from '../options.js';
import { runView, type ViewOptions } from '../run-view.js';

const EXAMPLES = `
Prints the address of a page for this machine's browsers, and serves it until Ctrl-C. Only who has the whole address gets
in, and only from this machine.

Examples:
  heapstat view app.heapsnapshot
  heapstat view app.heapsnapshot --port 8080
  ssh -L 8080:127.0.0.1:8080 host heapstat view /tmp/app.heapsnapshot --port 8080`;

export function registerView(program: Command): void {
  program
    .command('view')
    .summary('the same page on this machine, with the objects to walk through')
    .description(
      'Serves the page of a report, and every object behind it: fields, retainers, dominators, by class or id.',
    )
    .argument('<file>', 'a .heapsnapshot, plain or gzipped')
    .addOption(new Option('--port <port>', 'listen there').argParser(parsePort).default(0, 'any free port'))
    .option('-q, --quiet', 'no progress and no warnings on standard error')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: ViewOptions) => {
      if (file === '-') throw usageError('a snapshot to view is read from a file, not from standard input');
      await runView(file, options);
    });
}

function parsePort(text: string): number {
  const port = parseCount(text);
  if (port > 65_535) throw new InvalidArgumentError('It should be a port, 0 to 65535.');
  return port;
}

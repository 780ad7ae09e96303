import { type Command, Option } from 'commander';
import { SUMMARY_SORT_KEYS } from '../../analysis/summary.js';
import type { CaptureOptions } from '../run-capture.js';
import { addRowOptions, parsePositive, parseTime } from '../options.js';

const EXAMPLES = `
The process stands still while V8 writes its heap down, and needs several times the heap's size more memory for it: that is
told first, and where the memory does not suffice nothing is done (--force). Only inspectors of this machine are asked, unless
you name another host. A file appears under its name only when it is whole; FILE.memory.json beside it holds what the process
said of its memory, which "heapstat stats" uses.

Examples:
  heapstat capture                                        (a program with node --inspect, at 127.0.0.1:9229)
  heapstat capture --pid 4711 --gc -o app.heapsnapshot.gz (opens its inspector by SIGUSR1, and closes it)
  heapstat capture --pid 4711 --summary --limit 10        (no file at all)
  heapstat capture --pid 4711 --count 3 --every 30s -o snapshots   (then: heapstat leaks snapshots/*.heapsnapshot)
  heapstat capture --inspect 9222 --target example.org    (a page of Chrome with --remote-debugging-port=9222)
  heapstat capture --pid 4711 --list                      (its worker threads; then --worker 2)
  heapstat capture --ready http://127.0.0.1:3000/ -- node server.js`;

export function registerCapture(program: Command): void {
  const command = program
    .command('capture')
    .summary('take a snapshot of a running process, or of one that it starts')
    .description(
      'Takes heap snapshots over the inspector, of a process, a worker thread or a page, and streams them to a file; or, with --summary, ' +
        'straight into a summary, for which the options on rows and their form are.',
    )
    .argument('[command...]', 'after --: a program to start, capture, and stop')
    .option('--inspect <address>', 'HOST:PORT or PORT where an inspector listens (default: 127.0.0.1:9229)')
    .option('--pid <n>', 'a Node process of this machine', parsePositive)
    .option('--target <text>', 'which page: its id, or a part of its title or URL')
    .option('--worker <thread>', 'a worker thread: its number, or a part of its title or URL')
    .option('--list', 'list what there is to capture, and capture nothing')
    .option('--summary', 'no file: what is on the heap, as heapstat summary tells it')
    .option('--gc', 'collect garbage first, also what only finalizers hold')
    .option('--count <n>', 'so many snapshots', parsePositive, 1)
    .addOption(
      new Option('--every <time>', 'from the start of one to that of the next')
        .argParser(parseTime)
        .default(30_000, '30s'),
    )
    .option('--ready <url or regex>', 'with a command: wait until it answers there, or writes such a line')
    .addOption(new Option('--ready-timeout <time>', 'for so long at most').argParser(parseTime).default(60_000, '60s'))
    .option(
      '--after <time>',
      'with a command: wait so long, from its start or from being ready (default: 1s, with --ready 0)',
      parseTime,
    )
    .option('--force', 'even where memory does not suffice');
  addRowOptions(command, SUMMARY_SORT_KEYS, 'size')
    .addHelpText('after', EXAMPLES)
    .action(async (words: readonly string[], options: CaptureOptions) => {
      const { runCapture } = await import('../run-capture.js');
      await runCapture(words, options);
    });
  // Said here, as the option is another command's too: there it is the result's file.
  const output = command.options.find(({ long }) => long === '--output');
  if (output)
    output.description =
      'the snapshot: packed when it ends in .gz or .zst; {time}, {pid} and {n} stand for those; or a folder. With --summary the summary (default: Heap.TIME.PID... here)';
}

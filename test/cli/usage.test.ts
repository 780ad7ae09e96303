import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fixtureFile } from '../helpers/fixture-files.js';
import { forEachInParallel, heapstat } from '../helpers/heapstat-process.js';

const HINTS = ['(Did you mean summary?)', '(see heapstat --help)'];
const FILE = fixtureFile('snapshots/lines.heapsnapshot');

void test('wrong use: exit code 2, a line that says why, nothing on standard output', async () => {
  await forEachInParallel(
    [
      { args: ['nonsense'], message: /^heapstat: unknown command 'nonsense'$/ },
      { args: ['summry', FILE], message: /^heapstat: unknown command 'summry'$/ },
      { args: ['help', 'nonsense'], message: /^heapstat: unknown command 'nonsense'$/ },
      { args: ['help', 'summry'], message: /^heapstat: unknown command 'summry'$/ },
      // What a shell makes of a file name may be an option, or a command.
      { args: ['\u001b[31mred'], message: /^heapstat: unknown command '\\u001b\[31mred'$/ },
      { args: ['summary', FILE, '--\u001b]0;x\u0007'], message: /^heapstat: unknown option '--\\u001b\]0;x\\u0007'$/ },
      { args: ['-x'], message: /^heapstat: unknown option '-x'$/ },
      { args: ['summary'], message: /^heapstat: missing required argument 'file'$/ },
      { args: ['summary', FILE, '-'], message: /^heapstat: standard input is one snapshot at a time$/ },
      { args: ['stats', FILE, FILE], message: /^heapstat: too many arguments for 'stats'/ },
      {
        args: ['diff', FILE, FILE, FILE, '--retained'],
        message: /^heapstat: more than two snapshots, --per and --control/,
      },
      { args: ['diff', FILE, FILE, '-'], message: /^heapstat: a series is read from files/ },
      { args: ['trend', FILE], message: /^heapstat: a trend needs two snapshots at least/ },
      { args: ['trend', FILE, FILE, '--per', '0'], message: /^heapstat: .*'0' is invalid\. It should be 1 or more/ },
      { args: ['leaks', FILE, '--per', '0'], message: /^heapstat: .*'0' is invalid\. It should be 1 or more/ },
      { args: ['trend', FILE, FILE, '--control', FILE], message: /^heapstat: .* It should be two files with a comma/ },
      { args: ['summary', FILE, '--nonsense'], message: /^heapstat: unknown option '--nonsense'$/ },
      { args: ['summary', FILE, '--all'], message: /^heapstat: unknown option '--all'$/ },
      { args: ['summary', FILE, '--filter', '/(/'], message: /^heapstat: the filter \/\(\/ is no regular expression/ },
      {
        args: ['summary', FILE, '--filter', '!/x/q'],
        message: /^heapstat: the filter !\/x\/q is no regular expression/,
      },
      { args: ['summary', FILE, '--filter', ''], message: /^heapstat: the filter "" is empty/ },
      { args: ['summary', FILE, '--filter'], message: /^heapstat: option '-f, --filter <text>' argument missing$/ },
      {
        args: ['summary', FILE, '--min-size', 'huge'],
        message: /^heapstat: .*'huge' is invalid\. It should be a size/,
      },
      {
        args: ['summary', FILE, '--sort', 'delta'],
        message: /^heapstat: cannot sort by "delta": the keys are size, count/,
      },
      {
        args: ['summary', FILE, '--format', 'xml'],
        message: /^heapstat: .*'xml' is invalid\. Allowed choices are table/,
      },
      {
        args: ['summary', FILE, '--limit', '-1'],
        message: /^heapstat: .*'-1' is invalid\. It should be a whole number/,
      },
      {
        args: ['summary', FILE, '--limit', '1e3'],
        message: /^heapstat: .*'1e3' is invalid\. It should be a whole number/,
      },
      { args: ['diff', FILE], message: /^heapstat: missing required argument 'after'$/ },
      { args: ['diff', '-', '-'], message: /^heapstat: only one of the two snapshots can come from standard input$/ },
      {
        args: ['diff', FILE, FILE, '--fail-on-growth', '-5'],
        message: /^heapstat: .*'-5' is invalid\. It should be a size/,
      },
      {
        args: ['diff', FILE, FILE, '--sort', 'zeal'],
        message: /^heapstat: cannot sort by "zeal": the keys are delta, new/,
      },
      // Wrong use is told before a file is looked at.
      { args: ['summary', 'missing', '--sort', 'x'], message: /^heapstat: cannot sort by "x"/ },
    ],
    async ({ args, message }) => {
      const { code, stdout, stderr } = await heapstat(args);
      const [first, ...rest] = stderr.trimEnd().split('\n');
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(first!, message);
      assert.deepEqual(
        rest.filter((line) => !HINTS.includes(line)),
        [],
        stderr,
      );
    },
  );
});

void test('no command at all: the help, as wrong use', async () => {
  const { code, stdout, stderr } = await heapstat([]);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^Usage: heapstat \[options\] \[command\]\n/);
});

void test('help says what there is, with examples', async () => {
  for (const [args, parts] of [
    [
      ['--help'],
      ['Usage: heapstat ', 'summary ', 'diff ', 'Exit codes: 0 fine, 1 a gate failed, 2 wrong use, 3 unreadable'],
    ],
    [['help'], ['Usage: heapstat ', 'summary ', 'diff ']],
    [
      ['help', 'summary'],
      ['Usage: heapstat summary ', '--filter', '--min-size', 'Examples:\n  heapstat summary '],
    ],
    [
      ['summary', '--help'],
      ['Usage: heapstat summary ', 'Examples:\n  heapstat summary '],
    ],
    [
      ['help', 'diff'],
      ['Usage: heapstat diff ', '--fail-on-growth', 'Examples:\n  heapstat diff ', 'one process'],
    ],
  ] as const) {
    const { code, stdout, stderr } = await heapstat(args);
    assert.deepEqual([code, stderr], [0, ''], args.join(' '));
    for (const part of parts) assert.ok(stdout.includes(part), `${args.join(' ')}: ${part}`);
  }
});

void test('the version is the package’s', async () => {
  const { version } = JSON.parse(readFileSync(fixtureFile('../package.json'), 'utf8')) as { version: string };
  for (const args of [['--version'], ['-V'], ['summary', '--version']])
    assert.deepEqual(await heapstat(args), { code: 0, stdout: `${version}\n`, stderr: '' });
});

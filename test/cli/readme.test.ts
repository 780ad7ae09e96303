import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fixtureBytes, fixtureFile } from '../helpers/fixture-files.js';
import { BIN, forEachInParallel, heapstat, run } from '../helpers/heapstat-process.js';

const README = readFileSync(fixtureFile('../README.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'heapstat-readme-'));
after(() => rmSync(folder, { recursive: true }));

interface Example {
  readonly command: string;
  readonly output: string;
  readonly code: number;
}

/** What follows `$ heapstat` in README.md, but for what needs a running process. */
function examples(): Example[] {
  const found: Example[] = [];
  for (const [, block] of README.matchAll(/^```\n(\$ .*?)^```$/gms)) {
    const parts = block!.split(/^\$ /m).slice(1);
    parts.forEach((part, k) => {
      const [command, ...output] = part.split('\n');
      if (!/^heapstat (?!capture|run|view|why Heap)/.test(command!)) return;
      const [asked, code] = (parts[k + 1] ?? '').split('\n');
      found.push({ command: command!, output: output.join('\n'), code: asked === 'echo $?' ? Number(code) : 0 });
    });
  }
  return found;
}

/** `...` alone in a line stands for any lines. */
function patternOf(output: string): RegExp {
  const parts = output.split(/^\.\.\.\n/m).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return new RegExp(`^${parts.join('(?:.*\\n)*?')}$`);
}

void test('the examples of README.md print what it says', async () => {
  for (const name of ['leak-before', 'leak-after', 'leak-final', 'chrome-detached-3'])
    copyFileSync(fixtureFile(`snapshots/${name}.heapsnapshot.gz`), join(folder, `${name}.heapsnapshot.gz`));
  writeFileSync(join(folder, 'killed.heapsnapshot'), fixtureBytes('leak-after').subarray(0, 11_000_000));
  const all = examples();
  assert.ok(all.length >= 13, `${all.length} examples found`);
  await forEachInParallel(all, async ({ command, output, code }) => {
    const line = command.replace('heapstat', '"$0" "$1"');
    const found = await run('sh', ['-c', line, process.execPath, BIN], { cwd: folder });
    assert.match(found.stdout, patternOf(output), command);
    const isSound = !command.startsWith('heapstat doctor');
    assert.equal(found.code, isSound ? code : 3, command);
  });
});

void test('every option in --help is in README.md, and every option there is one', async () => {
  const { stdout: help } = await heapstat(['--help']);
  const commands = [...help.matchAll(/^ {2}(\w+) \[options\]/gm)].map(([, name]) => name!);
  assert.ok(commands.length >= 14);
  const known = new Set(['--help', '--version']);
  await forEachInParallel(commands, async (command) => {
    const { stdout } = await heapstat([command, '--help']);
    for (const [, option] of stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)) known.add(option!);
  });
  const isTold = (option: string): boolean =>
    new RegExp(`${option}(?![\\w-])`).test(README) ||
    // A budget's option is its key in other letters.
    README.includes(`\`${option.slice(2).replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}\``);
  const OF_OTHERS =
    '--expose-gc --heapsnapshot-signal --heapsnapshot-near-heap-limit --max-old-space-size --remote-debugging-port --user-data-dir --global --seconds';
  const told = [...README.matchAll(/(?<![\w-])--[a-z][\w-]+/g)].map(([option]) => option);
  assert.deepEqual(
    [[...known].filter((option) => !isTold(option)), told.filter((option) => !known.has(option))],
    [['--help'], told.filter((option) => OF_OTHERS.split(' ').includes(option))],
  );
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import stringWidth from 'string-width';
import { fixtureBytes, fixtureFile } from '../helpers/fixture-files.js';
import { heapstat } from '../helpers/heapstat-process.js';
import { NO_TERMINAL, runOnTerminal, startOnTerminal } from '../helpers/terminal.js';

const folder = fs.mkdtempSync(join(tmpdir(), 'heapstat-terminal-'));
after(() => fs.rmSync(folder, { recursive: true }));

const [BEFORE, AFTER] = ['leak-before', 'leak-after'].map((name) => {
  const path = join(folder, `${name}.heapsnapshot`);
  fs.writeFileSync(path, fixtureBytes(name));
  return path;
}) as [string, string];
const NAMES = fixtureFile('snapshots/names.heapsnapshot');
const COLOUR = /\u001b\[[0-9;]*m/g;

void test('a terminal gets colours, unless they are not wanted', { skip: NO_TERMINAL }, async () => {
  const { stdout: plain } = await heapstat(['diff', BEFORE, AFTER, '--limit', '3', '--sort', 'new']);
  for (const [args, env, coloured] of [
    [[], {}, true],
    [['--no-color'], {}, false],
    [[], { NO_COLOR: '1' }, false],
    [[], { TERM: 'dumb' }, false],
    [['--color'], { NO_COLOR: '1' }, true],
  ] as const) {
    const { code, output } = await runOnTerminal(
      ['diff', BEFORE, AFTER, '--quiet', '--limit', '3', '--sort', 'new', ...args],
      {
        columns: 120,
        env,
      },
    );
    assert.equal(code, 0);
    const what = `${args.join(' ')} ${JSON.stringify(env)}`;
    assert.equal(output.includes('\u001b[31m+'), coloured, what);
    assert.equal(output.includes('\u001b'), coloured, what);
    assert.equal(output.replaceAll(COLOUR, ''), plain, what);
  }
});

for (const columns of [60, 80, 120]) {
  void test(`tables keep to ${columns} columns`, { skip: NO_TERMINAL }, async () => {
    for (const args of [
      ['diff', BEFORE, AFTER, '--quiet'],
      ['summary', NAMES, '--limit', '0'],
    ]) {
      const { code, output } = await runOnTerminal(args, { columns });
      assert.equal(code, 0);
      const text = output.replaceAll(COLOUR, '');
      const table = text.split('\n\n')[1]!.split('\n');
      assert.ok(table.length > 20);
      for (const line of table) assert.ok(stringWidth(line) <= columns, line);
      const widest = Math.max(...table.map((line) => stringWidth(line)));
      if (args.includes(NAMES)) assert.equal(widest, columns, 'a name of 1,000 characters fills them');
    }
  });
}

void test('no name says anything to the terminal', { skip: NO_TERMINAL }, async () => {
  const { output } = await runOnTerminal(['summary', NAMES, '--limit', '0', '--no-color']);
  assert.doesNotMatch(output.replaceAll('\n', ''), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  assert.ok(output.includes('\\u001b[31mred\\u001b[0m'));
});

void test('--output of a terminal’s user is for no terminal', { skip: NO_TERMINAL }, async () => {
  const path = join(folder, 'out.txt');
  const { code, output } = await runOnTerminal(['diff', BEFORE, AFTER, '--quiet', '--output', path], { columns: 60 });
  assert.deepEqual([code, output], [0, '']);
  assert.equal(fs.readFileSync(path, 'utf8'), (await heapstat(['diff', BEFORE, AFTER])).stdout);
});

void test('standard output into a file, standard error on the terminal', { skip: NO_TERMINAL }, async () => {
  const path = join(folder, 'redirected.txt');
  const { code, output } = await runOnTerminal(['diff', BEFORE, AFTER, '--quiet'], {
    columns: 60,
    after: `> '${path}'`,
  });
  assert.deepEqual([code, output], [0, '']);
  assert.equal(fs.readFileSync(path, 'utf8'), (await heapstat(['diff', BEFORE, AFTER])).stdout);
});

void test('of several files it is told which is read', { skip: NO_TERMINAL }, async () => {
  const fifo = join(folder, 'earlier');
  execFileSync('mkfifo', [fifo]);
  const run = startOnTerminal(['diff', fifo, AFTER, '--retained', '--no-color', '--limit', '1'], { columns: 200 });
  const writer = await fs.promises.open(fifo, 'w');
  while (!run.output().includes(`reading ${fifo} (1 of 2)`)) {
    await writer.write(' '.repeat(1000));
    await sleep(50);
  }
  await writer.write(fixtureBytes('leak-before'));
  await writer.close();
  assert.equal(await run.ended, 0);
  assert.match(run.output(), /\r\u001b\[KBefore/);
});

for (const [what, end, code, last] of [
  ['the result', fixtureBytes('lines'), 0, /^\r\u001b\[K[^\n]*fifo: 1?[0-9.]+ k?M?B, 4 nodes/],
  [
    'an error',
    Buffer.from('garbage'),
    3,
    /^\r\u001b\[Kheapstat: [^\n]*fifo: no heap snapshot: it starts with "garbage"[^\n]*\n$/,
  ],
] as const) {
  void test(`long work shows its progress, which is gone before ${what}`, { skip: NO_TERMINAL }, async () => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const run = startOnTerminal(['summary', fifo, '--no-color'], { columns: 50 });
    const writer = await fs.promises.open(fifo, 'w');
    // White space, which may stand before a snapshot, for as long as it takes.
    while (!run.output().includes('\u001b[K')) {
      await writer.write(' '.repeat(1000));
      await sleep(50);
    }
    await writer.write(end);
    await writer.close();
    assert.equal(await run.ended, code);
    fs.rmSync(fifo);
    const drawn = run.output().split('\r\u001b[K');
    assert.equal(drawn.shift(), '', 'nothing comes before it');
    const result = drawn.pop()!;
    assert.match(`\r\u001b[K${result}`, last);
    for (const line of drawn) {
      assert.match(line, /^[0-9.]+ k?M?B {2}reading /);
      assert.ok(line.length < 50, 'it stays on its line');
    }
  });
}

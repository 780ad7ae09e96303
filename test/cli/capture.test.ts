import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { CaptureResult } from '../../dist/analysis/capture-result.js';
import type { LeaksResult } from '../../dist/analysis/leaks.js';
import type { ProcessMemory } from '../../dist/analysis/process-memory.js';
import type { SummaryResult } from '../../dist/analysis/summary.js';
import { startFakeInspector } from '../helpers/fake-inspector.js';
import { fixtureBytes } from '../helpers/fixture-files.js';
import { heapstat } from '../helpers/heapstat-process.js';
import { processMemory } from '../helpers/process-memory.js';
import { folderWith, KEEPER, processesWith, startHeapstat, startProgram } from '../helpers/programs.js';

const BOUNDED = { timeout: 120_000 };
const NO_PROC = existsSync('/proc/self/fd') ? false : 'ports of processes are told by /proc';

/** How many objects of a class a snapshot has, as the summary counts them. */
async function countOf(file: string, name: string): Promise<number> {
  const { stdout, stderr } = await heapstat(['summary', file, '--filter', `/^${name}$/`, '--format', 'json']);
  assert.equal(stderr, '');
  return (JSON.parse(stdout) as SummaryResult).matched.count;
}

// Mostly they wait for processes.
void describe('heapstat capture', { concurrency: 3 }, () => {
  void test('by the inspector: a series whose objects are the same, told by V8’s names', BOUNDED, async (context) => {
    const folder = folderWith(context, { 'keeper.mjs': KEEPER });
    const started = await startProgram(
      context,
      ['--inspect=127.0.0.1:0', join(folder, 'keeper.mjs'), 'grows'],
      // Of two streams: either may come first.
      /^(?=[^]*ready)[^]*ws:\/\/127\.0\.0\.1:(\d+)\//,
    );
    const address = started.found[1]!;
    const { code, stdout, stderr } = await heapstat([
      'capture',
      '--inspect',
      address,
      '--gc',
      '--count',
      '3',
      '--every',
      '1s',
      '-o',
      folder,
      '--format',
      'json',
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /keeper\.mjs at 127\.0\.0\.1:\d+: heap of .* the process stops .* more memory; there is /);
    const result = JSON.parse(stdout) as CaptureResult;
    assert.deepEqual([result.type, result.version, result.rows.length], ['capture', 1, 3]);
    const files = result.rows.map(({ file }) => file);
    for (const [k, file] of files.entries()) {
      assert.match(file, new RegExp(`Heap\\.\\d{8}\\.\\d{6}\\.${started.child.pid}\\.0\\.00${k + 1}\\.heapsnapshot$`));
      assert.equal(statSync(file).size, result.rows[k]!.bytes);
      assert.equal(statSync(file).mode & 0o077, 0, 'a snapshot is for its owner alone');
      assert.equal(await countOf(file, 'InMemory'), 3 * (k + 2));
    }
    const memory = JSON.parse(readFileSync(`${files[0]}.memory.json`, 'utf8')) as ProcessMemory;
    assert.deepEqual([memory.pid, memory.thread, memory.node], [started.child.pid, null, process.version]);
    assert.deepEqual(memory.flags, ['--inspect=127.0.0.1:0']);
    assert.equal(memory.memoryUsage.rss, result.rows[0]!.rss);
    // The ids agree: what leaks is found by object.
    const leaks = await heapstat(['leaks', ...files, '--format', 'json']);
    assert.equal(leaks.code, 0, leaks.stderr);
    const [suspect] = (JSON.parse(leaks.stdout) as LeaksResult).suspects;
    assert.deepEqual([suspect?.constructor, suspect?.growth.steps.map(({ count }) => count)], ['InMemory', [6, 9, 12]]);
  });

  void test(
    'by the process’s number: its inspector is opened, and closed again',
    { ...BOUNDED, skip: NO_PROC },
    async (context) => {
      const folder = folderWith(context, { 'keeper.mjs': KEEPER });
      const { child } = await startProgram(context, ['--inspect-port=0', join(folder, 'keeper.mjs')], /ready/);
      const errors: string[] = [];
      child.stderr!.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
      const file = join(folder, 'app-{pid}.heapsnapshot.gz');
      const captured = await heapstat(['capture', '--pid', String(child.pid), '-o', file, '--quiet']);
      assert.equal(captured.code, 0, captured.stderr);
      assert.equal(captured.stderr, '');
      assert.equal(await countOf(file.replace('{pid}', String(child.pid)), 'InMemory'), 3);
      const port = /ws:\/\/127\.0\.0\.1:(\d+)\//.exec(errors.join(''))![1]!;
      await assert.rejects(fetch(`http://127.0.0.1:${port}/json/list`), 'nothing listens there any more');
      assert.equal(child.exitCode, null);
      // Straight into the summary; and once more, as nothing is left of the first time.
      const summary = await heapstat([
        'capture',
        '--pid',
        String(child.pid),
        '--summary',
        '--filter',
        'InMemory',
        '-q',
      ]);
      assert.deepEqual([summary.code, summary.stderr], [0, '']);
      assert.match(summary.stdout, new RegExp(`^process ${child.pid}, pid ${child.pid}: .* nodes, .* V8 `));
      assert.match(summary.stdout, /^InMemory +3 /m);
      assert.deepEqual(readdirSync(folder).toSorted(), [
        `app-${child.pid}.heapsnapshot.gz`,
        `app-${child.pid}.heapsnapshot.memory.json`,
        'keeper.mjs',
      ]);
    },
  );

  void test('a program that is started: its worker thread, by name', BOUNDED, async (context) => {
    const folder = folderWith(context, {
      'threads.mjs': `
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
if (isMainThread) {
  for (const name of ['alpha', 'beta']) new Worker(new URL(import.meta.url), { name, argv: [name] }).on('message', (text) => console.log(text));
} else {
  const Held = { alpha: class InAlpha {}, beta: class InBeta {} }[process.argv[2]];
  globalThis.held = [new Held(), new Held()];
  setInterval(() => {}, 1000);
  parentPort.postMessage('up ' + process.argv[2]);
}`,
    });
    const program = ['--ready', '/up beta/', '--', process.execPath, join(folder, 'threads.mjs')];
    const list = await heapstat(['capture', '--list', ...program]);
    assert.equal(list.code, 0, list.stderr);
    assert.match(list.stdout, /^worker {2}1 .*alpha.*\nworker {2}2 .*beta.*\n$/);
    const file = join(folder, 'beta.heapsnapshot');
    const captured = await heapstat(['capture', '--worker', 'beta', '-o', file, ...program]);
    assert.equal(captured.code, 0, captured.stderr);
    assert.deepEqual([await countOf(file, 'InBeta'), await countOf(file, 'InAlpha')], [2, 0]);
    assert.equal((JSON.parse(readFileSync(`${file}.memory.json`, 'utf8')) as ProcessMemory).thread, 'worker 2');
    const stats = await heapstat(['stats', file]);
    assert.match(stats.stdout, /Resident memory of the process \(RSS\)/);
    const unknown = await heapstat(['capture', '--worker', 'gamma', ...program]);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /no worker thread is called "gamma"; there is: 1 .*alpha/);
    assert.deepEqual(processesWith(folder), []);
  });

  void test(
    'a process that is killed midway leaves no file; nor does one whose memory does not suffice',
    BOUNDED,
    async (context) => {
      const folder = folderWith(context);
      const bytes = fixtureBytes('mini-quirks').toString();
      const half = [bytes.slice(0, bytes.length / 2)];
      const dying = await startFakeInspector({ chunks: half, dies: true });
      context.after(() => dying.close());
      for (const name of ['a.heapsnapshot', 'a.heapsnapshot.gz']) {
        const { code, stdout, stderr } = await heapstat(['capture', '--inspect', String(dying.port), '-o', name], {
          cwd: folder,
        });
        assert.deepEqual([code, stdout], [3, '']);
        assert.match(
          stderr,
          new RegExp(`closed the connection: the process has ended, or was killed; ${name} is not written\n$`),
        );
      }
      const summary = await heapstat(['capture', '--inspect', String(dying.port), '--summary'], { cwd: folder });
      assert.deepEqual([summary.code, summary.stdout], [3, '']);

      const tight = await startFakeInspector({
        chunks: [bytes],
        heapUsed: 100_000_000,
        memory: processMemory(),
        files: {
          '/proc/self/cgroup': '0::/app\n',
          '/proc/meminfo': 'MemTotal: 8000000 kB\nMemAvailable: 7000000 kB\n',
          '/sys/fs/cgroup/app/memory.max': '512000000',
          '/sys/fs/cgroup/app/memory.current': '300000000',
        },
      });
      context.after(() => tight.close());
      const args = ['capture', '--inspect', String(tight.port), '-o', 'b.heapsnapshot'];
      const refused = await heapstat(args, { cwd: folder });
      assert.equal(refused.code, 3);
      assert.match(refused.stderr, /up to 1\.3 GB more memory; there is 212\.0 MB \(control group limit: 512\.0 MB\)/);
      assert.match(refused.stderr, /heapstat: not captured: up to 1\.3 GB may be needed.*--force/);
      assert.ok(!tight.calls.includes('HeapProfiler.takeHeapSnapshot'));
      assert.deepEqual(readdirSync(folder), []);
      const forced = await heapstat([...args, '--force'], { cwd: folder });
      assert.equal(forced.code, 0, forced.stderr);
      assert.equal(readFileSync(join(folder, 'b.heapsnapshot'), 'utf8'), bytes);

      const stats = await heapstat(['stats', 'b.heapsnapshot'], { cwd: folder });
      assert.match(stats.stdout, /100\.0 MB +100\.0% +Resident memory of the process \(RSS\)\n/);
      assert.match(
        stats.stdout,
        /process 4711 \/srv\/app\/server\.js --max-old-space-size=512; Node v22\.0\.0, heap limit 600\.0 MB/,
      );
      writeFileSync(join(folder, 'b.heapsnapshot.memory.json'), '{"type":"other"}');
      const other = await heapstat(['stats', 'b.heapsnapshot'], { cwd: folder });
      assert.equal(other.code, 0);
      assert.match(other.stderr, /b\.heapsnapshot\.memory\.json does not tell a process's memory: left out/);
    },
  );

  void test('ended by a signal: no file, no process', BOUNDED, async (context) => {
    const folder = folderWith(context, { 'keeper.mjs': KEEPER });
    const run = startHeapstat(
      ['capture', '--after', '1h', '-o', 'a.heapsnapshot', '--', process.execPath, join(folder, 'keeper.mjs')],
      {
        cwd: folder,
      },
    );
    await run.until(/\| ready/);
    run.child.kill('SIGINT');
    const { code, stderr } = await run.ended;
    assert.equal(code, 130, stderr);
    assert.match(stderr, /heapstat: ended by Ctrl-C; nothing unfinished is left behind\n$/);
    assert.deepEqual(readdirSync(folder), ['keeper.mjs']);
    assert.deepEqual(processesWith(folder), []);
  });

  void test('a daemon that the program leaves behind does not hold it up', BOUNDED, async (context) => {
    const folder = folderWith(context, {
      'starter.mjs': `
import { spawn } from 'node:child_process';
const { pid } = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600_000)'], { detached: true, stdio: 'inherit' });
setInterval(() => {}, 1000);
console.log('daemon ' + pid);`,
    });
    const run = startHeapstat([
      'capture',
      '--summary',
      '--limit',
      '1',
      '--ready',
      '/daemon/',
      '--',
      process.execPath,
      join(folder, 'starter.mjs'),
    ]);
    await run.until(/daemon \d+\n/);
    context.after(() => run.child.kill('SIGKILL'));
    const { stderr } = run.output;
    const pid = Number(/daemon (\d+)/.exec(stderr)![1]);
    context.after(() => process.kill(pid, 'SIGKILL'));
    assert.equal((await run.ended).code, 0, stderr);
  });

  void test('wrong use and what cannot be captured are told before anything is done', BOUNDED, async (context) => {
    const folder = folderWith(context);
    const none = await startProgram(context, ['-e', 'console.log(process.pid); process.exitCode = 0'], /\d+/);
    if (none.child.exitCode === null) await once(none.child, 'exit');
    const cases: [args: string[], code: number, message: RegExp][] = [
      [['--pid', String(none.child.pid)], 2, /there is no process \d+$/],
      [['--pid', '1', '--inspect', '9229'], 2, /choose one: --inspect, --pid, or a command/],
      [['--inspect', 'a b'], 2, /"a b" is no address of an inspector/],
      [['--ready', '/x/'], 2, /--ready and --after are for a program that is started/],
      [['--ready', 'tomorrow', '--', 'node'], 2, /"tomorrow" does not tell when a program is ready/],
      [['--limit', '3'], 2, /--filter, --sort, --limit and --min-size are for --summary/],
      [['--count', '2', '-o', 'a.heapsnapshot'], 2, /2 snapshots cannot all be a\.heapsnapshot: .*\{n\}/],
      [['-o', 'none/a.heapsnapshot'], 2, /there is no folder none/],
      [['--every', 'soon'], 2, /It should be a time such as/],
      [['--', 'heapstat-no-such-command'], 3, /cannot start heapstat-no-such-command: there is no such command/],
      [['--', process.execPath, '-e', 'process.exit(7)'], 3, /ended too early: it ended with exit code 7/],
    ];
    for (const [args, code, message] of cases) {
      const { code: actual, stdout, stderr } = await heapstat(['capture', ...args], { cwd: folder });
      assert.deepEqual([actual, stdout], [code, ''], args.join(' ') + stderr);
      assert.match(stderr.trimEnd().split('\n').at(-1) ?? '', code === 2 ? /./ : message);
      assert.match(stderr, new RegExp(message.source, 'm'));
    }
    assert.deepEqual(readdirSync(folder), []);
  });

  void test('a signal goes to no program but node', { ...BOUNDED, skip: NO_PROC }, async (context) => {
    const { child } = await startProgram(
      context,
      [
        '-e',
        `const c = require('node:child_process').spawn('sleep', ['60']); console.log('pid ' + c.pid); process.on('SIGTERM', () => { c.kill(); process.exit(); }); setInterval(() => {}, 1000)`,
      ],
      /pid (\d+)/,
    ).then(({ child: parent, found }) => ({ child: { parent, pid: found[1]! } }));
    const { code, stderr } = await heapstat(['capture', '--pid', child.pid]);
    assert.equal(code, 2);
    assert.match(stderr, /process \d+ is "(sleep|coreutils|busybox)", not node: it may not survive the signal/);
    child.parent.kill('SIGTERM');
    await once(child.parent, 'exit');
  });
});

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { RunResult } from '../../dist/analysis/run-result.js';
import { heapstat } from '../helpers/heapstat-process.js';
import { folderWith, processesWith, startHeapstat } from '../helpers/programs.js';

const BOUNDED = { timeout: 180_000 };

/** In a command line that nobody else's processes have: other tests may run on this machine. */
const OWN = process.pid;
const NO_PROC = existsSync('/proc/self/cmdline') ? false : 'processes are found by /proc';

/** Serves; each request leaves a CachedResponse behind, unless it is told not to. Its port goes to a file for the load. */
const SERVER = `
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
class CachedResponse { constructor(url) { this.url = url; this.body = 'body of ' + url; } }
class ResponseCache { entries = new Map(); }
const cache = new ResponseCache();
let requests = 0;
const hoard = [];
const server = createServer((request, response) => {
  const url = '/item/' + requests++;
  if (process.argv[2] === 'leaks') cache.entries.set(url, new CachedResponse(url));
  if (request.url === '/exit') process.exit(3);
  if (request.url === '/hoard') for (;;) hoard.push({ a: hoard.length, b: [hoard.length] });
  response.end(url);
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  writeFileSync('port', String(server.address().port));
  console.log('listening');
});
`;
const LOAD = `
import { readFileSync } from 'node:fs';
const [count, path = '/', last] = process.argv.slice(2);
const at = 'http://127.0.0.1:' + readFileSync('port', 'utf8');
for (let i = 0; i < Number(count); i++) await (await fetch(at + path)).text();
if (last) await fetch(at + last);
`;
const FILES = { 'server.mjs': SERVER, 'load.mjs': LOAD };
/** Snapshots of nothing but a small server: what takes time is to start processes. */
const QUICK = ['--ready', '/listening/', '--idle', '50ms', '--warm', 'node load.mjs 20'];

// Mostly they wait for processes.
void describe('heapstat run', { concurrency: 3 }, () => {
  void test(
    'a leak: exit code 1, and who holds it; the snapshots are kept where they are wanted',
    BOUNDED,
    async (context) => {
      const folder = folderWith(context, FILES);
      const { code, stdout, stderr } = await heapstat(
        [
          'run',
          ...QUICK,
          '--load',
          'node load.mjs 30',
          '--repeat',
          '2',
          '--per',
          '30',
          '-o',
          'kept',
          '--format',
          'plain',
          '--format',
          'json=run.json',
          '--format',
          'junit=run.xml',
          '--',
          process.execPath,
          'server.mjs',
          'leaks',
        ],
        { cwd: folder },
      );
      assert.equal(code, 1, stderr);
      const [verdict, failed] = stdout.split('\n');
      assert.match(verdict!, /server\.mjs leaks: FAILED: 1 of 1 budget$/);
      assert.equal(failed, 'FAILED  the heap: leak suspects 1, 1 more than the 0 allowed');
      assert.match(
        stdout,
        /60 CachedResponse \(.* 1 object each operation\) are held by Map "entries" of ResponseCache/,
      );
      assert.match(stdout, /^ {2}count 20 → 50 → 80 /m);
      assert.match(stdout, /^load 2 .* 4-load-2\.heapsnapshot$/m);
      assert.match(
        stderr,
        /^heapstat: warm-up: node load\.mjs 20\n(.*\n)*heapstat: idle for 50 ms\n(.*\n)*heapstat: load 2: node load\.mjs 30$/m,
      );
      assert.match(stderr, /^\| listening$/m);
      assert.doesNotMatch(stderr, /Debugger/);
      const snapshots = readdirSync(join(folder, 'kept')).filter((name) => name.endsWith('.heapsnapshot'));
      assert.deepEqual(snapshots, [
        '1-warm-up.heapsnapshot',
        '2-idle.heapsnapshot',
        '3-load-1.heapsnapshot',
        '4-load-2.heapsnapshot',
      ]);
      const result = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunResult;
      const { type, version, earlyEnd, steps, check, leaks } = result;
      assert.match(
        readFileSync(join(folder, 'run.xml'), 'utf8'),
        /<testcase name="the heap: leak suspects"[^>]*><failure /,
      );
      assert.deepEqual([type, version, earlyEnd, check.outcome, leaks?.suspects.length], ['run', 1, null, 'failed', 1]);
      assert.deepEqual(
        steps.map(({ step }) => step),
        ['warm', 'idle', 'load', 'load'],
      );
      assert.deepEqual(processesWith(folder), []);
      // A second run does not mix its snapshots with these.
      const again = await heapstat(['run', '--load', 'true', '-o', 'kept', '--', process.execPath, 'server.mjs'], {
        cwd: folder,
      });
      assert.equal(again.code, 2);
      assert.match(again.stderr, /there are snapshots in kept already/);
    },
  );

  void test('no leak: exit code 0, and nothing left behind', BOUNDED, async (context) => {
    const folder = folderWith(context, FILES);
    const temporary = folderWith(context);
    const { code, stdout, stderr } = await heapstat(
      [
        'run',
        '-q',
        ...QUICK,
        '--load',
        'node load.mjs 30',
        '--repeat',
        '2',
        '--max-size',
        '1GB',
        '--',
        process.execPath,
        'server.mjs',
      ],
      { cwd: folder, env: { TMPDIR: temporary } },
    );
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /server\.mjs: PASSED: 2 budgets\n/);
    assert.match(stdout, /Nothing looks like a leak/);
    assert.match(stdout, /The snapshots were removed \(--output keeps them\)\n$/);
    assert.deepEqual(readdirSync(temporary), []);
  });

  void test(
    'a program that reaches its heap limit: named as such, with what the snapshots before tell',
    BOUNDED,
    async (context) => {
      const folder = folderWith(context, FILES);
      const load = 'if [ -e second ]; then node load.mjs 0 / /hoard; else touch second; node load.mjs 30; fi';
      const { code, stdout, stderr } = await heapstat(
        [
          'run',
          '-q',
          ...QUICK,
          '--load',
          load,
          '-o',
          'kept',
          '--',
          process.execPath,
          '--max-old-space-size=40',
          'server.mjs',
          'leaks',
        ],
        { cwd: folder },
      );
      assert.equal(code, 1, stderr);
      assert.match(
        stdout,
        /^FAILED .*server\.mjs leaks reached the limit of \d+\.\d MB of its JavaScript heap and was ended by SIGABRT/m,
      );
      assert.match(stdout, /30 CachedResponse .* are held by Map "entries" of ResponseCache/);
      assert.match(stdout, /3-load-1\.heapsnapshot$/m);
    },
  );

  void test('a program that exits, and one that is killed', { ...BOUNDED, skip: NO_PROC }, async (context) => {
    const folder = folderWith(context, FILES);
    const temporary = folderWith(context);
    const exits = await heapstat(
      [
        'run',
        '-q',
        '--ready',
        '/listening/',
        '--load',
        'node load.mjs 1 / /exit',
        '--format',
        'github',
        '--',
        process.execPath,
        'server.mjs',
      ],
      { cwd: folder, env: { TMPDIR: temporary } },
    );
    assert.equal(exits.code, 1, exits.stderr);
    assert.match(exits.stdout, /^::error title=heapstat%3A failed::.*server\.mjs ended with exit code 3\n/);
    assert.deepEqual(readdirSync(temporary), [], 'there was no snapshot to keep');
    const run = startHeapstat(
      ['run', '--ready', '/listening/', '--load', 'sleep 600', '--', process.execPath, join(folder, 'server.mjs')],
      { cwd: folder, env: { TMPDIR: temporary } },
    );
    await run.until(/warm-up: sleep 600/);
    // As the kernel does that has no more memory.
    const server = processesWith(join(folder, 'server.mjs')).find(({ line }) => line.includes('--inspect='));
    process.kill(server!.pid, 'SIGKILL');
    const { code, stdout } = await run.ended;
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^FAILED .*server\.mjs was killed \(SIGKILL, exit code 137 in a container\): by the kernel when memory ran out/m,
    );
  });

  void test(
    'what cannot be judged: a port in use, a failing load, a program that is never ready',
    BOUNDED,
    async (context) => {
      const folder = folderWith(context, FILES);
      const occupant = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
      context.after(() => occupant.close());
      await once(occupant, 'listening');
      const { port } = occupant.address() as AddressInfo;
      const env = { PORT: String(port) };
      const server = ['--', process.execPath, 'server.mjs'];
      const cases: [args: string[], message: RegExp][] = [
        [
          ['--ready', `http://127.0.0.1:${port}/`, '--load', 'true'],
          /answers before the program is started: its port is in use/,
        ],
        [
          ['--ready', '/listening/', '--load', 'true'],
          /ended too early: it could not listen: port \d+ is in use by another process/,
        ],
      ];
      for (const [args, message] of cases) {
        const { code, stdout, stderr } = await heapstat(['run', '-q', ...args, ...server], { cwd: folder, env });
        assert.deepEqual([code, stdout], [3, '']);
        assert.match(stderr, message);
      }
      const failing = await heapstat(
        ['run', '-q', '--ready', '/listening/', '--load', 'echo cannot do it; exit 4', ...server],
        { cwd: folder },
      );
      assert.equal(failing.code, 3);
      assert.match(
        failing.stderr,
        /warm-up failed, so there is nothing to judge: "echo .*" ended with exit code 4; its last line: cannot do it\n$/,
      );
      const never = await heapstat(
        ['run', '-q', '--ready', '/never/', '--ready-timeout', '1s', '--load', 'true', ...server],
        { cwd: folder },
      );
      assert.equal(never.code, 3);
      assert.match(
        never.stderr,
        /has not written a line like \/never\/ within 1\.0 s \(--ready-timeout\); its last line: listening\n$/,
      );
      const other = await heapstat(
        ['run', '-q', '--ready-timeout', '1s', '--load', 'true', '--', 'sleep', `601.${OWN}`],
        {
          cwd: folder,
        },
      );
      assert.equal(other.code, 3);
      assert.match(other.stderr, /has not opened an inspector .* is it a Node program\?/);
      assert.deepEqual([...processesWith(folder), ...processesWith(`sleep 601.${OWN}`)], []);
    },
  );

  void test('Ctrl-C in the middle of the load ends program and load', BOUNDED, async (context) => {
    const folder = folderWith(context, FILES);
    const temporary = folderWith(context);
    const run = startHeapstat(
      [
        'run',
        '--ready',
        '/listening/',
        '--warm',
        'node load.mjs 1',
        '--idle',
        '50ms',
        '--load',
        `sleep 602.${OWN}`,
        '--',
        process.execPath,
        join(folder, 'server.mjs'),
      ],
      { cwd: folder, env: { TMPDIR: temporary } },
    );
    await run.until(/load 1: sleep 602\./);
    run.child.kill('SIGINT');
    const { code, stdout, stderr } = await run.ended;
    assert.deepEqual([code, stdout], [130, ''], stderr);
    assert.deepEqual([...processesWith(folder), ...processesWith(`sleep 602.${OWN}`)], []);
    assert.deepEqual(readdirSync(temporary), []);
  });
});

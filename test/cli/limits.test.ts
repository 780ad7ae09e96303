import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { MadeNode } from '../helpers/make-columns.js';
import { writeSnapshot } from '../helpers/write-snapshot.js';
import { fixtureBytes, fixtureFile } from '../helpers/fixture-files.js';
import { BIN, forEachInParallel, heapstat, run } from '../helpers/heapstat-process.js';

const folder = fs.mkdtempSync(join(tmpdir(), 'heapstat-limits-'));
after(() => fs.rmSync(folder, { recursive: true }));

const NODE26 = fixtureFile('snapshots/node26.heapsnapshot.gz');
const LINES = fixtureFile('snapshots/lines.heapsnapshot');

void test('a heap graph that does not fit into memory is refused beforehand, with what it needs', async () => {
  for (const args of [
    ['stats', NODE26],
    ['summary', NODE26, '--retained'],
    ['why', NODE26, 'Map'],
  ]) {
    const { code, stdout, stderr } = await heapstat(args, { env: { HEAPSTAT_MEMORY: '50MB' } });
    assert.deepEqual([code, stdout], [3, '']);
    assert.equal(
      stderr,
      `heapstat: ${NODE26}: its heap graph needs about 98.6 MB of memory, and 50.0 MB are free; ` +
        'a plain summary or diff needs 100.0 MB. HEAPSTAT_MEMORY=1GB tries it all the same\n',
    );
  }
  assert.equal((await heapstat(['stats', NODE26], { env: { HEAPSTAT_MEMORY: '99MB' } })).code, 0);
  // A plain summary needs none of it.
  assert.equal((await heapstat(['summary', NODE26], { env: { HEAPSTAT_MEMORY: '1MB' } })).code, 0);
  const { code, stderr } = await heapstat(['stats', LINES], { env: { HEAPSTAT_MEMORY: 'much' } });
  assert.deepEqual([code, stderr], [2, 'heapstat: HEAPSTAT_MEMORY should be a size such as 8GB, but is much\n']);
});

void test('without WebAssembly plain script does it all', async () => {
  const file = fixtureFile('snapshots/n20.1.heapsnapshot.gz');
  for (const command of [
    ['summary', file],
    ['summary', file, '--retained'],
    ['why', file, 'Map'],
  ]) {
    const usual = await heapstat(command);
    assert.equal(usual.code, 0, usual.stderr);
    const { code, stdout, stderr } = await run(process.execPath, ['--jitless', BIN, ...command]);
    assert.deepEqual([code, stdout], [0, usual.stdout], stderr);
  }
});

void test('one file given twice is told', async () => {
  const link = join(folder, 'link.heapsnapshot');
  fs.symlinkSync(LINES, link);
  for (const [args, warning] of [
    [['diff', LINES, LINES], `before and after are the same file (${LINES}): nothing can have changed`],
    [
      ['diff', LINES, link, '--retained'],
      `before and after are the same file (${LINES} and ${link}): nothing can have changed`,
    ],
    [['trend', LINES, link], `${LINES} and ${link} are the same file: nothing can have changed between the two`],
    [['leaks', LINES, LINES], `${LINES} is given twice: nothing can have changed between the two`],
    [
      ['check', LINES, LINES, '--max-growth', '1MB'],
      `${LINES} is given twice: nothing can have changed between the two`,
    ],
  ] as const) {
    const { code, stderr } = await heapstat(args);
    assert.deepEqual([code, stderr], [0, `heapstat: warning: ${warning}\n`], args.join(' '));
  }
  const copy = join(folder, 'copy.heapsnapshot');
  fs.copyFileSync(LINES, copy);
  assert.equal((await heapstat(['diff', LINES, copy])).stderr, '');
});

void test('a disk that is full', { skip: !fs.existsSync('/dev/full') && 'there is no /dev/full' }, async () => {
  const toFile = await heapstat(['summary', LINES, '--output', '/dev/full']);
  assert.deepEqual([toFile.code, toFile.stderr], [3, 'heapstat: cannot write /dev/full: the disk is full\n']);
  const command = `"${process.execPath}" "${BIN}" summary "${LINES}" > /dev/full`;
  const toOutput = await run('/bin/sh', ['-c', command]);
  assert.deepEqual([toOutput.code, toOutput.stderr], [3, 'heapstat: cannot write the output: the disk is full\n']);
});

void test('an output that cannot be written says why', async () => {
  for (const [path, reason] of [
    [join(folder, 'no', 'such', 'out.txt'), 'there is no such folder'],
    [folder, 'it is a directory'],
  ] as const) {
    const { code, stderr } = await heapstat(['summary', LINES, '--output', path]);
    assert.deepEqual([code, stderr], [3, `heapstat: cannot write ${path}: ${reason}\n`]);
  }
});

const CUT = join(folder, 'cut.heapsnapshot');
const whole = fixtureBytes('no-lines');
fs.writeFileSync(CUT, whole.subarray(0, whole.indexOf('"lookup"')));
const LINE = 'INCOMPLETE: the file is cut, all 4 nodes were read, names may be lost';

void test('a cut file is refused, and --salvage reads what is there: each form of output says so', async () => {
  const refused = await heapstat(['summary', CUT]);
  assert.equal(refused.code, 3);
  assert.match(
    refused.stderr,
    /the file is cut: .*4 of the 4 nodes .* \(heapstat summary --salvage reads what is there\)/,
  );
  for (const args of [
    ['summary', CUT],
    ['summary', CUT, '--retained'],
    ['summary', CUT, '--by', 'type'],
    ['stats', CUT],
    ['dominators', CUT],
    ['inspect', CUT, '@3'],
    ['why', CUT, '@3'],
    ['diff', LINES, CUT],
    ['diff', CUT, LINES, '--retained'],
  ]) {
    for (const format of args.length === 2 ? ['table', 'markdown'] : ['table']) {
      const { code, stdout, stderr } = await heapstat([...args, '--salvage', '--format', format]);
      assert.equal(code, 0, args.join(' '));
      assert.ok(stdout.includes(LINE), `${args.join(' ')} ${stdout}`);
      assert.match(stderr, /^heapstat: warning: .*is cut: it ends at byte \d+ inside the "strings" section/m);
    }
    const { stdout } = await heapstat([...args, '--salvage', '--format', 'json']);
    const { complete, readNodes, declaredNodes } = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual({ complete, readNodes, declaredNodes }, { complete: false, readNodes: 4, declaredNodes: 4 });
  }
});

void test('rows that stand alone say it each', async () => {
  for (const args of [
    ['summary', CUT, '--salvage'],
    ['summary', CUT, '--salvage', '--retained'],
    ['diff', LINES, CUT, '--salvage', '--all'],
  ]) {
    const csv = (await heapstat([...args, '--format', 'csv'])).stdout.trimEnd().split('\n');
    assert.match(csv[0]!, /,complete,readNodes,declaredNodes$/);
    for (const line of csv.slice(1)) assert.match(line, /,false,4,4$/);
    const lines = (await heapstat([...args, '--format', 'ndjson'])).stdout.trimEnd().split('\n');
    assert.equal(lines.length, csv.length - 1);
    for (const line of lines) assert.match(line, /"complete":false,"readNodes":4,"declaredNodes":4\}$/);
  }
});

void test('no gate judges a part, and several files are read whole', async () => {
  for (const args of [
    ['diff', LINES, CUT, '--salvage', '--fail-on-growth', '1MB'],
    ['diff', LINES, LINES, CUT, '--salvage'],
    ['summary', LINES, CUT, '--salvage'],
    ['check', CUT, '--salvage', '--max-size', '1MB'],
  ]) {
    const { code, stdout } = await heapstat(args);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
  }
});

void test('doctor: exit code 0 for a sound file and 3 for another, with its verdict first', async () => {
  for (const [path, expected, verdict] of [
    [LINES, 0, 'A sound snapshot of V8 of Node 22: 4 nodes, 4 edges.'],
    [CUT, 3, /^Not sound: the file is cut: it ends at byte \d+ inside the "strings" section\. 4 of 4 nodes are there/],
    [
      fixtureFile('invalid/json-object.heapsnapshot'),
      3,
      /^No heap snapshot: it is JSON, but has no "snapshot" section/,
    ],
    [fixtureFile('invalid/escape-codes-in-keys.heapsnapshot'), 3, /^No sound JSON/],
  ] as const) {
    const { code, stdout, stderr } = await heapstat(['doctor', path]);
    assert.deepEqual([code, stderr], [expected, '']);
    const [first] = stdout.split('\n');
    assert.ok(first!.startsWith(`${path}: `));
    const said = first!.slice(path.length + 2);
    if (typeof verdict === 'string') assert.equal(said, verdict);
    else assert.match(said, verdict);
    assert.doesNotMatch(stdout, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    const json = await heapstat(['doctor', path, '--format', 'json']);
    assert.equal((JSON.parse(json.stdout) as { type: string }).type, 'doctor');
    assert.equal((await heapstat(['doctor', path, '--format', 'markdown'])).code, expected);
  }
  const missing = await heapstat(['doctor', join(folder, 'missing')]);
  assert.deepEqual([missing.code, missing.stdout], [3, '']);
  const piped = await heapstat(['doctor', '-'], { input: whole });
  assert.match(piped.stdout, /^\(standard input\): A sound snapshot/);
  const exact = await heapstat(['doctor', NODE26, '--bytes']);
  assert.match(exact.stdout, /^size of the JSON +\d[\d,]+ B$/m);
  assert.match(exact.stdout, /^self sizes +\d[\d,]+ B$/m);
});

void test('a regular expression that takes exponential time is stopped, wherever one is taken', async () => {
  const file = join(folder, 'long-name.heapsnapshot');
  const nodes: MadeNode[] = [
    { type: 'synthetic', name: '', size: 0, edges: [{ type: 'shortcut', name: 0, target: 1 }] },
    { type: 'object', name: `${'a'.repeat(60)}b`, size: 16, edges: [] },
  ];
  fs.writeFileSync(file, writeSnapshot(nodes));
  const expression = '/^(a+)+$/';
  await forEachInParallel(
    [
      ['summary', file, '--filter', expression],
      ['inspect', file, expression],
      ['check', file, '--filter', expression, '--max-size', '1kB'],
    ],
    async (args) => {
      const { code, stdout, stderr } = await heapstat(args);
      assert.deepEqual([code, stdout], [2, ''], stderr);
      assert.match(stderr, /^heapstat: the regular expression did not come to an end in 2 s: use a simpler one/);
    },
  );
});

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { LeaksResult } from '../../dist/analysis/leaks.js';
import type { WhyResult } from '../../dist/analysis/retaining-paths.js';
import { fixtureBytes, fixtureFile } from '../helpers/fixture-files.js';
import { heapstat, run } from '../helpers/heapstat-process.js';

const BEFORE = fixtureFile('snapshots/leak-before.heapsnapshot.gz');
const AFTER = fixtureFile('snapshots/leak-after.heapsnapshot.gz');
const FINAL = fixtureFile('snapshots/leak-final.heapsnapshot.gz');

function folderFor(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'heapstat-leaks-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

void test('exit codes of leaks and why', async () => {
  const runs: [args: string[], code: number, stderr: RegExp][] = [
    [['leaks', BEFORE, AFTER, FINAL], 0, /^$/],
    [['leaks', BEFORE, AFTER, FINAL, '--fail-on-leak'], 1, /^$/],
    [['leaks', BEFORE, BEFORE, BEFORE, '--fail-on-leak'], 0, /^heapstat: warning: [^\n]* is given twice[^\n]*\n$/],
    [['leaks', BEFORE, fixtureFile('snapshots/node20.heapsnapshot.gz')], 2, /are not of one process/],
    [['leaks', '-', '-'], 2, /only one of the snapshots can come from standard input/],
    [['leaks', BEFORE, 'gone.heapsnapshot'], 3, /gone\.heapsnapshot/],
    [['leaks'], 2, /missing required argument 'snapshots'/],
    [['leaks', BEFORE, '--format', 'csv'], 2, /csv/],
    [['why', AFTER, 'NoSuchClass'], 2, /no constructor is named "NoSuchClass"/],
    [['why', AFTER, 'CachedResponse', '--ignore', '.noSuchEdge'], 2, /nothing to ignore is called \.noSuchEdge/],
    [['why', AFTER, 'CachedResponse', '--source-maps', 'gone'], 3, /cannot read gone/],
    [['why', AFTER, 'CachedResponse'], 0, /^$/],
  ];
  for (const [args, code, stderr] of runs) {
    const result = await heapstat(args);
    assert.equal(result.code, code, args.join(' ') + result.stderr);
    assert.match(result.stderr, stderr);
  }
});

void test('the results in JSON', async () => {
  const leaks = JSON.parse(
    (await heapstat(['leaks', BEFORE, AFTER, '--per', '1500', '--format', 'json'])).stdout,
  ) as LeaksResult;
  assert.deepEqual([leaks.type, leaks.version, leaks.series, leaks.operations], ['leaks', 1, 'pair', 1500]);
  const [suspect] = leaks.suspects;
  assert.deepEqual(
    [suspect!.constructor, suspect!.count, suspect!.growth.count, suspect!.growth.steps.map(({ count }) => count)],
    ['CachedResponse', 1500, 1500, [200, 1700]],
  );
  const { constructor, edge, container, variable, nodeId } = suspect!.holder;
  assert.deepEqual(
    [constructor, edge, container, variable, nodeId],
    ['ResponseCache', 'entries', 'Map', 'responseCache', 52_821],
  );
  const why = JSON.parse((await heapstat(['why', AFTER, 'CachedResponse', '--format', 'json'])).stdout) as WhyResult;
  assert.deepEqual(
    [why.type, why.version, why.target.constructor, why.target.count],
    ['why', 1, 'CachedResponse', 1700],
  );
  let depth = 0;
  for (let entry = why.tree; entry.children.length > 0; entry = entry.children[0]!) depth++;
  assert.equal(depth, 4);
});

void test('one of the snapshots by standard input', async () => {
  const { code, stdout } = await heapstat(['leaks', BEFORE, '-', FINAL], { input: fixtureBytes('leak-after') });
  assert.equal(code, 0);
  assert.match(stdout, /1,500 CachedResponse .* are held by Map "entries" of ResponseCache/);
});

void test('places by the scripts on this machine, as long as they are the same', async (context) => {
  const folder = folderFor(context);
  const script = join(folder, 'kept.cjs');
  const rest = `// ${'x'.repeat(1200)}
const v8 = require('node:v8');
class Kept {}
const kept = [];

const keep = () => kept.push(new Kept());
exports.keep = keep;
keep();
v8.writeHeapSnapshot(process.argv[2]);
`;
  writeFileSync(script, rest);
  const snapshot = join(folder, 'kept.heapsnapshot');
  assert.equal((await run(process.execPath, [script, snapshot])).code, 0);
  const answer = async (): Promise<string> => {
    const { stdout } = await heapstat(['why', snapshot, 'Kept', '--format', 'json']);
    return (JSON.parse(stdout) as WhyResult).answer;
  };
  assert.ok((await answer()).endsWith('kept.cjs:4.'), await answer());
  // Else the place of the function has to do.
  writeFileSync(script, `\n${rest}`);
  assert.ok((await answer()).endsWith('kept.cjs:6.'), await answer());
});

void test('places by source maps', async (context) => {
  const folder = folderFor(context);
  // Every place in line 244 of heaps.mjs comes from line 7 of src/heaps.ts.
  const map = { version: 3, sources: ['src/heaps.ts'], mappings: `${';'.repeat(243)}AAMA` };
  writeFileSync(join(folder, 'heaps.mjs.map'), JSON.stringify(map));
  const { stdout } = await heapstat(['why', AFTER, 'CachedResponse', '--source-maps', folder]);
  assert.match(stdout, /1,700 × CachedResponse src\/heaps\.ts:7:1/);
  // A folder of that name is no map.
  rmSync(join(folder, 'heaps.mjs.map'));
  mkdirSync(join(folder, 'heaps.mjs.map'));
  const { code, stderr } = await heapstat(['why', AFTER, 'CachedResponse', '--source-maps', folder]);
  assert.equal(code, 3);
  assert.match(stderr, /^heapstat: cannot read .*heaps\.mjs\.map: /);
});

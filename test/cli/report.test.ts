import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ReportResult } from '../../dist/analysis/report.js';
import { fixtureFile } from '../helpers/fixture-files.js';
import { forEachInParallel, heapstat } from '../helpers/heapstat-process.js';
import { NO_TERMINAL, runOnTerminal } from '../helpers/terminal.js';
import { startView } from '../helpers/view-process.js';

const folder = fs.mkdtempSync(join(tmpdir(), 'heapstat-report-'));
after(() => fs.rmSync(folder, { recursive: true }));

const QUIRKS = fixtureFile('snapshots/mini-quirks.heapsnapshot.gz');
const CUT = fixtureFile('invalid/cut-edges.heapsnapshot');

function dataOf(html: string): ReportResult {
  const json = /<script type="application\/json" id="data">(.*)<\/script>\n<script>/.exec(html)![1]!;
  return JSON.parse(json) as ReportResult;
}

void test('a report goes to the file, or through the pipe', async () => {
  const path = join(folder, 'report.html');
  const toFile = await heapstat(['report', QUIRKS, '--output', path]);
  assert.deepEqual([toFile.code, toFile.stdout], [0, '']);
  assert.match(toFile.stderr, /^heapstat: .*report\.html: \d+\.\d kB\n$/);
  const html = fs.readFileSync(path, 'utf8');
  const { summary } = dataOf(html);
  const plain = await heapstat(['summary', QUIRKS, '--retained', '--format', 'json']);
  assert.deepEqual(summary, JSON.parse(plain.stdout));
  const piped = await heapstat(['report', '-'], { input: fs.readFileSync(QUIRKS) });
  assert.deepEqual([piped.code, piped.stderr], [0, '']);
  assert.deepEqual(dataOf(piped.stdout).summary.rows, summary.rows);
  assert.ok(html.length - JSON.stringify(dataOf(html)).length < 200_000, 'all but the data is small');
});

void test('a folder is its snapshots, oldest first', async () => {
  const series = join(folder, 'series');
  fs.mkdirSync(series);
  for (const [i, name] of ['b', 'a'].entries()) {
    const path = join(series, `${name}.heapsnapshot.gz`);
    fs.copyFileSync(QUIRKS, path);
    fs.utimesSync(path, 1000 + i, 1000 + i);
  }
  const { code, stdout } = await heapstat(['report', series, '--quiet']);
  assert.equal(code, 0);
  const names = dataOf(stdout).snapshots.map(({ file }) => file.split('/').at(-1));
  assert.deepEqual(names, ['b.heapsnapshot.gz', 'a.heapsnapshot.gz']);
});

void test('a snapshot is not written over, by whatever name', async () => {
  const own = join(folder, 'own.heapsnapshot');
  fs.copyFileSync(QUIRKS, own);
  const link = join(folder, 'link.html');
  fs.symlinkSync(own, link);
  for (const output of [own, link]) {
    const { code, stderr } = await heapstat(['report', own, '--output', output]);
    assert.deepEqual(
      [code, stderr],
      [2, `heapstat: the report would be written over ${own}: give another file with -o\n`],
    );
  }
  assert.ok(fs.readFileSync(own).equals(fs.readFileSync(QUIRKS)));
  for (const path of [own, link]) fs.rmSync(path);
});

void test('wrong use and unsound files', async () => {
  await forEachInParallel(
    [
      { args: ['report'], code: 2, message: "heapstat: missing required argument 'file'" },
      { args: ['report', '-', QUIRKS], code: 2, message: 'heapstat: a report of several snapshots is made from files' },
      { args: ['report', folder], code: 2, message: `heapstat: ${folder} holds no .heapsnapshot files` },
      { args: ['report', QUIRKS, '--per', '0'], code: 2, message: "heapstat: option '--per <operations>'" },
      { args: ['report', 'gone.heapsnapshot'], code: 3, message: 'heapstat: ' },
      { args: ['report', CUT], code: 3, message: `heapstat: ${CUT}` },
      { args: ['report', QUIRKS, '-qo', join(folder, 'none', 'x.html')], code: 3, message: 'heapstat: cannot write' },
      { args: ['view'], code: 2, message: "heapstat: missing required argument 'file'" },
      { args: ['view', '-'], code: 2, message: 'heapstat: a snapshot to view is read from a file' },
      { args: ['view', QUIRKS, '--port', '70000'], code: 2, message: "heapstat: option '--port <port>'" },
      { args: ['view', 'gone.heapsnapshot'], code: 3, message: 'heapstat: ' },
    ],
    async ({ args, code, message }) => {
      const result = await heapstat(args);
      assert.deepEqual([result.code, result.stdout], [code, ''], args.join(' '));
      assert.ok(result.stderr.startsWith(message), result.stderr);
    },
  );
});

void test('no page is written to a terminal', { skip: NO_TERMINAL }, async () => {
  const { code, output } = await runOnTerminal(['report', QUIRKS], {});
  assert.deepEqual(
    [code, output],
    [2, 'heapstat: a report is no text for a terminal: give it a file, -o report.html\n'],
  );
});

void test('a view of a file that is no snapshot ends, and says why', async () => {
  const { code, stdout, stderr } = await heapstat(['view', CUT]);
  assert.equal(code, 3);
  assert.match(stdout, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}\/\n$/);
  assert.match(stderr, /^heapstat: [^\n]*cut-edges\.heapsnapshot[^\n]*\n$/);
});

void test('a view answers until it is stopped', async (context) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const view = await startView(context, [QUIRKS]);
    const page = await fetch(view.url);
    assert.match(await page.text(), /<div id="page">/);
    const answer = await fetch(`${view.url}api/object?id=3`);
    const { node } = (await answer.json()) as { node: { constructor: string } };
    assert.equal(node.constructor, 'Window');
    assert.equal(await view.stop(signal), 0);
    await assert.rejects(fetch(view.url));
  }
});

void test('both have help with examples', async () => {
  for (const command of ['report', 'view']) {
    const { code, stdout } = await heapstat(['help', command]);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^Usage: heapstat ${command} .*Examples:\\n  heapstat ${command} `, 's'));
  }
});

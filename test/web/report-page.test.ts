import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { diffHeaps, selectFromHeapDiff } from '../../dist/analysis/heap-diff.js';
import type { HeapSummary } from '../../dist/analysis/heap-summary.js';
import { findLeaksIn } from '../../dist/analysis/leaks.js';
import { summarize } from '../../dist/analysis/summary.js';
import { findTrends, selectFromTrend } from '../../dist/analysis/trend.js';
import { formatBytes, formatCount } from '../../dist/util/bytes.js';
import { formatDistance } from '../../dist/report/format.js';
import { NO_CHROMIUM, openPage, tableTexts, type WatchedPage } from '../helpers/browser.js';
import { fixtureFile } from '../helpers/fixture-files.js';
import { heapstat } from '../helpers/heapstat-process.js';

const folder = fs.mkdtempSync(join(tmpdir(), 'heapstat-report-'));
after(() => fs.rmSync(folder, { recursive: true }));

const FILES = ['leak-before', 'leak-after', 'leak-final'].map((name) =>
  fixtureFile(`snapshots/${name}.heapsnapshot.gz`),
);

async function openReport(files: readonly string[], name = 'report.html'): Promise<WatchedPage> {
  const path = join(folder, name);
  const { code, stderr } = await heapstat(['report', ...files, '--quiet', '--output', path]);
  assert.deepEqual([code, stderr], [0, '']);
  const watched = await openPage(pathToFileURL(path).href);
  await watched.page.waitForSelector('#constructors');
  return watched;
}

void test('the page of three snapshots: its numbers are those of the JSON', { skip: NO_CHROMIUM }, async (context) => {
  const { page, complaints, requests } = await openReport(FILES);

  await context.test('constructors, all pages of them', async () => {
    const { stdout } = await heapstat(['summary', FILES[2]!, '--retained', '--format', 'json']);
    const { rows, total } = JSON.parse(stdout) as HeapSummary;
    const shown: string[][] = [];
    for (;;) {
      shown.push(...(await tableTexts(page, 'Constructors')));
      const next = page.getByRole('button', { name: 'Next page of Constructors' });
      if (await next.isDisabled()) break;
      await next.click();
    }
    assert.deepEqual(
      shown.map(([name, distance, count, shallow, , retained]) => [name, distance, count, shallow, retained]),
      rows.map((row) => [
        row.constructor,
        formatDistance(row.distance),
        formatCount(row.count),
        formatBytes(row.shallowSize),
        formatBytes(row.retainedSize),
      ]),
    );
    const figures = await page.locator('.figure dd').allTextContents();
    assert.equal(figures[1], formatCount(total.count));
    assert.equal(figures[2], formatCount(rows.length));
  });

  await context.test('growth, trend and suspects', async () => {
    const [first, last] = [FILES[0]!, FILES[2]!];
    const diff = selectFromHeapDiff(await diffHeaps(first, last), { limit: 25 });
    const growth = await tableTexts(page, 'Growth');
    assert.deepEqual(
      growth.map((cells) => [cells[0], cells[1], cells[2], cells[3], cells.at(-2)]),
      diff.rows.map((row) => [
        row.constructor,
        formatCount(row.before.count),
        formatCount(row.after.count),
        formatCount(row.new!.count),
        formatBytes(row.after.retainedSize),
      ]),
    );
    const summaries = [];
    for (const file of FILES) summaries.push(await summarize(file));
    const trend = selectFromTrend(findTrends(summaries), {});
    assert.deepEqual(
      (await tableTexts(page, 'Trend')).map((cells) => [cells[0], cells[2], cells[4], cells[5]]),
      trend.rows.map((row) => [row.constructor, row.shape, formatCount(row.first.count), formatCount(row.last.count)]),
    );
    const spark = page.locator('table[aria-label="Trend"] tbody svg').first();
    assert.equal(await spark.getAttribute('aria-label'), trend.rows[0]!.sizes.map(formatBytes).join(', '));
    const leaks = await findLeaksIn(FILES);
    assert.deepEqual(
      await page.locator('#leaks .suspect > header .sentence').allTextContents(),
      leaks.suspects.map(({ sentence }) => sentence),
    );
  });

  await context.test(
    'a click on a column’s head sorts: the largest first, then the smallest, then as before',
    async () => {
      await page.getByRole('button', { name: 'First page of Constructors' }).click();
      const head = page.locator('table[aria-label="Constructors"] th', { hasText: 'Count' });
      const counts = async (): Promise<number[]> =>
        (await tableTexts(page, 'Constructors')).map((cells) => Number(cells[2]!.replaceAll(',', '')));
      const unsorted = await counts();
      await head.getByRole('button').click();
      assert.equal(await head.getAttribute('aria-sort'), 'descending');
      const sorted = await counts();
      assert.deepEqual(
        sorted,
        sorted.toSorted((a, b) => b - a),
      );
      assert.ok(sorted[0]! > unsorted[0]!);
      await head.getByRole('button').click();
      assert.equal(await head.getAttribute('aria-sort'), 'ascending');
      assert.equal((await counts())[0], 1);
      await head.getByRole('button').click();
      assert.deepEqual([await head.getAttribute('aria-sort'), await counts()], [null, unsorted]);
    },
  );

  await context.test('the filter is for tables, trees and suspects', async () => {
    const filter = page.getByRole('searchbox');
    await filter.fill('cachedresp');
    await page.locator('#constructors .pager', { hasText: 'matching' }).waitFor();
    for (const label of ['Constructors', 'Growth', 'Trend'])
      assert.deepEqual(
        (await tableTexts(page, label)).map(([name]) => name),
        ['CachedResponse'],
        label,
      );
    assert.ok(
      (await page.locator('#dominators tr.match').allTextContents()).some((text) => text.includes('CachedResponse')),
    );
    assert.equal(await page.locator('.suspect').count(), 1);
    await filter.fill('/^zzz$/');
    await page.getByText('No match in constructors.').waitFor();
    assert.equal(await page.locator('.suspect').count(), 0);
    await filter.fill('/(/');
    await page.getByRole('status').filter({ hasText: 'Invalid regular expression' }).waitFor();
    await filter.fill('!/./');
    await page.getByText('No match in growth.').waitFor();
    await filter.fill('');
    await page.locator('table[aria-label="Growth"]').waitFor();
  });

  await context.test('the dominator tree opens and closes by keys', async () => {
    const tree = page.getByRole('treegrid', { name: 'Dominator tree' });
    const root = tree.locator('tbody tr').first();
    assert.equal(await root.getAttribute('aria-expanded'), 'true');
    const all = await tree.locator('tbody tr').count();
    await root.focus();
    await page.keyboard.press('ArrowLeft');
    assert.deepEqual([await root.getAttribute('aria-expanded'), await tree.locator('tbody tr').count()], ['false', 1]);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    const second = tree.locator('tbody tr').nth(1);
    assert.deepEqual(
      [
        await second.getAttribute('aria-expanded'),
        await second.getAttribute('aria-level'),
        await second.getAttribute('tabindex'),
      ],
      ['true', '2', '0'],
    );
    assert.ok((await tree.locator('tbody tr').count()) > all);
    await page.keyboard.press('Home');
    assert.equal(await root.getAttribute('tabindex'), '0');
  });

  await context.test('the paths of a suspect', async () => {
    await page.getByText('What holds all of CachedResponse').click();
    const lines = await page
      .getByRole('treegrid', { name: 'What holds CachedResponse' })
      .locator('tbody tr')
      .allTextContents();
    assert.equal(lines.length, 4);
    assert.match(lines[3]!, /^1,700768\.2 kBentry: 1,700 × CachedResponse/);
  });

  await context.test('the treemap goes in and comes out', async () => {
    const map = page.getByRole('group', { name: 'Treemap' });
    const crumbs = page.getByRole('navigation', { name: 'Where in the treemap' });
    const tile = map.getByRole('button', { name: /^150 × system \/ Context: / });
    await tile.focus();
    const told = await page.locator('.told').textContent();
    assert.equal(told, await tile.getAttribute('aria-label'));
    await page.keyboard.press('Enter');
    await crumbs.getByText('system / Context').waitFor();
    await map.getByRole('button', { name: /ResponseCache @\d+.*: 1\.2 MB, 15\.5% of the heap$/ }).waitFor();
    await page.keyboard.press('Escape');
    await tile.waitFor();
    assert.equal(await crumbs.textContent(), '(root) @1');
  });

  await context.test('light and dark', async () => {
    const ground = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const button = page.getByRole('button', { name: /^Theme/ });
    await button.click();
    const light = await ground();
    await button.click();
    assert.notEqual(await ground(), light);
    await button.click();
    assert.equal(await ground(), light, 'as the system has it');
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.notEqual(await ground(), light);
  });

  assert.deepEqual(complaints, []);
  assert.equal(requests.length, 1, requests.join('\n'));
  await page.close();
});

void test('a page of a single snapshot; a policy that lets nothing out', { skip: NO_CHROMIUM }, async () => {
  const { page, complaints } = await openReport([fixtureFile('snapshots/node26.heapsnapshot.gz')]);
  assert.deepEqual(await page.locator('main > section > h2').allTextContents(), [
    'Overview',
    'What stands out',
    'Treemap by retained size',
    'Dominator tree',
    'Constructors',
  ]);
  assert.deepEqual(complaints, []);
  assert.equal(await page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'held back')"), 'held back');
  assert.match(complaints.join('\n'), /Content Security Policy/);
  await page.close();
});

void test('names are text, whatever they say', { skip: NO_CHROMIUM }, async () => {
  const hostile = [
    'x<img src=x onerror=window.owned=1>',
    'x</script><script>window.owned=1</script>',
    'x<!--<script>',
    'x<svg onload=window.owned=1>',
  ];
  const original = ['<img onerror=x>', '*bold* _it_ [x](http://e.example)', '< b', '`code`'];
  let text = fs.readFileSync(fixtureFile('snapshots/names.heapsnapshot'), 'utf8');
  original.forEach((name, i) => {
    assert.ok(text.includes(`"${name}"`), name);
    text = text.replace(`"${name}"`, `"${hostile[i]}"`);
  });
  const file = join(folder, '<img src=x onerror=window.owned=2>.heapsnapshot');
  fs.writeFileSync(file, text);
  const { page, complaints, requests } = await openReport([file], 'hostile.html');
  const names: string[] = [];
  for (;;) {
    names.push(...(await tableTexts(page, 'Constructors')).map(([name]) => name!));
    const next = page.getByRole('button', { name: 'Next page of Constructors' });
    if (await next.isDisabled()) break;
    await next.click();
  }
  for (const name of hostile) assert.ok(names.includes(name), name);
  assert.match(await page.title(), /<img src=x onerror=window\.owned=2>/);
  assert.equal(await page.evaluate('window.owned'), undefined);
  assert.equal(await page.locator('img').count(), 0);
  assert.equal(await page.locator('script').count(), 2);
  // Control characters and marks that reorder text are told, not obeyed.
  assert.ok(names.includes('\\u202eesrever'));
  assert.deepEqual([complaints, requests.length], [[], 1]);
  await page.close();
});

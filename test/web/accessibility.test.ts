import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { inspectHeap } from '../../dist/analysis/inspect.js';
import { checkAccessible, checkContrast, checkTabStops, goToTop } from '../helpers/accessibility.js';
import { ask } from '../helpers/ask.js';
import { NO_CHROMIUM, openPage } from '../helpers/browser.js';
import { fixtureFile } from '../helpers/fixture-files.js';
import { heapstat } from '../helpers/heapstat-process.js';
import { startLiveService } from '../helpers/live-process.js';
import { loadFixture } from '../helpers/loaded-heap.js';
import { startView } from '../helpers/view-process.js';

const folder = mkdtempSync(join(tmpdir(), 'heapstat-accessible-'));
after(() => rmSync(folder, { recursive: true }));

/** What has the focus: its label or text. */
function focused(page: Page): Promise<string> {
  return page.evaluate(
    "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()",
  );
}

/** Presses Tab until what is wanted has the focus. */
async function tabTo(page: Page, wanted: RegExp | string): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    await page.keyboard.press('Tab');
    const text = await focused(page);
    if (typeof wanted === 'string' ? text === wanted : wanted.test(text)) return;
  }
  assert.fail(`the Tab key does not lead to ${String(wanted)}`);
}

void test('a report, by keyboard and for a screen reader', { skip: NO_CHROMIUM }, async (context) => {
  const path = join(folder, 'report.html');
  const files = ['leak-before', 'leak-after', 'leak-final'].map((name) =>
    fixtureFile(`snapshots/${name}.heapsnapshot.gz`),
  );
  assert.equal((await heapstat(['report', ...files, '--quiet', '--output', path])).code, 0);
  const { page, complaints } = await openPage(pathToFileURL(path).href);
  await page.waitForSelector('#constructors');

  await context.test('what is told', async () => {
    const nodes = await checkAccessible(page);
    assert.ok(nodes.some(({ role, name }) => role === 'navigation' && name === 'Parts of the page'));
    const lines = nodes.filter(({ role, inside }) => role === 'row' && inside.includes('treegrid'));
    const [root, child] = lines.filter(({ properties }) => properties['level'] !== undefined);
    assert.deepEqual([root!.properties['level'], root!.properties['expanded']], [1, true]);
    assert.deepEqual([child!.properties['level'], child!.properties['expanded']], [2, false]);
    const tiles = nodes.filter(({ role, name }) => role === 'button' && /: .*% of the heap$/.test(name));
    assert.ok(tiles.length > 10, 'the treemap in words');
    const sparklines = nodes.filter(({ role }) => role === 'image' || role === 'img');
    assert.ok(sparklines.some(({ name }) => /^[\d.]+ [kM]?B, [\d.]+ [kM]?B, [\d.]+ [kM]?B$/.test(name)));
  });

  await context.test('everything is come to by the Tab key, and seen to be', async () => {
    await page.getByText('What holds all of CachedResponse').click();
    const stops = await checkTabStops(page);
    assert.match(stops[0]!.what, /Skip to the contents/);
    await checkContrast(page);
    const setSoft = (color: string): Promise<unknown> =>
      page.evaluate(`document.documentElement.style.setProperty('--soft', '${color}')`);
    await setSoft('#8a8a8a');
    await assert.rejects(checkContrast(page), /class="lead"/, 'a text that is too weak is found');
    await setSoft('');
  });

  await context.test('every control works by keys', async () => {
    await page.reload();
    await page.waitForSelector('#constructors');
    await tabTo(page, /^Skip to the contents$/);
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate('document.activeElement.id'), 'main');
    await goToTop(page);
    await tabTo(page, /^Treemap$/);
    await page.keyboard.press('Enter');
    // The address that Playwright knows of is told to it later than the key is taken.
    await page.waitForURL(/#treemap$/);
    await tabTo(page, /% of the heap$/);
    await page.keyboard.press('End');
    const last = await focused(page);
    await page.keyboard.press('ArrowLeft');
    assert.notEqual(await focused(page), last);
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const crumbs = page.getByRole('navigation', { name: 'Where in the treemap' });
    await crumbs.getByRole('button').first().waitFor();
    assert.notEqual(
      await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'),
      'none',
      'where the keyboard is, is seen inside of an area too',
    );
    await page.keyboard.press('Escape');
    assert.equal(await crumbs.getByRole('button').count(), 0);
    const tree = page.getByRole('treegrid', { name: 'Dominator tree' });
    const root = await tree.locator('tbody tr').first().textContent();
    await tabTo(page, root!);
    await page.keyboard.press('ArrowLeft');
    assert.equal(await tree.locator('tbody tr').count(), 1);
    await page.keyboard.press('Enter');
    assert.ok((await tree.locator('tbody tr').count()) > 1);
    await page.getByRole('table', { name: 'Constructors' }).getByRole('button', { name: 'Distance' }).focus();
    await tabTo(page, /^Count$/);
    await page.keyboard.press('Enter');
    const head = page.locator('table[aria-label="Constructors"] th[aria-sort]');
    assert.equal(await head.getAttribute('aria-sort'), 'descending');
    assert.equal(await head.getByRole('button').textContent(), 'Count▼');
    await tabTo(page, /^Last page of Constructors$/);
    await page.keyboard.press('Enter');
    assert.equal(
      await focused(page),
      'Last page of Constructors',
      'the keyboard keeps its place where it goes no further',
    );
    assert.equal(await page.locator('button[aria-label="Last page of Constructors"]').isDisabled(), true);
    const first = page.locator('button[aria-label="First page of Constructors"]');
    await first.focus();
    await page.keyboard.press('Space');
    assert.equal(await first.isDisabled(), true);
    const search = page.getByRole('searchbox');
    await search.focus();
    await page.keyboard.type('cachedresp');
    const matching = page.locator('#constructors .pager', { hasText: '1–1 of 1 matching' });
    await matching.waitFor();
    assert.equal(await matching.locator('span').first().getAttribute('aria-live'), 'polite');
    await checkContrast(page);
    const theme = page.getByRole('button', { name: /^Theme/ });
    await theme.focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'light');
  });
  assert.deepEqual(complaints, []);
  await page.close();
});

void test('an object of a heap, by keyboard and for a screen reader', { skip: NO_CHROMIUM }, async (context) => {
  const view = await startView(context, [fixtureFile('snapshots/leak-after.heapsnapshot.gz')]);
  const { nodeId } = inspectHeap(await loadFixture('leak-after'), 'Map').node;
  const { page } = await openPage(`${view.url}#@${nodeId}`);
  await page.getByRole('heading', { name: 'Entries (1,700)' }).waitFor();
  await page.getByRole('treegrid').waitFor();
  await checkAccessible(page);
  await checkContrast(page);
  await checkTabStops(page);

  await goToTop(page);
  await tabTo(page, /^Skip to the contents$/);
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate('document.activeElement.id'), 'main');
  const hash = await page.evaluate('location.hash');
  assert.equal(hash, `#@${nodeId}`, 'the way to the contents does not lead away from them');

  // One line of a tree is a stop, and its link is the next.
  const line = page.getByRole('treegrid').locator('tbody tr[tabindex="0"]');
  await line.focus();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.localName'), 'a');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate("document.activeElement.closest('[role=treegrid]')"), null);

  const box = page.getByRole('combobox');
  await box.focus();
  await page.keyboard.type('@1');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '(root) @1' }).waitFor();
  assert.equal(
    await page.evaluate('document.activeElement.id'),
    'main',
    'who has it read out goes on from what is new',
  );
  assert.match(await page.title(), /^@1 · heapstat/);
  await page.goto(`${view.url}#of/CachedResponse`);
  await page.getByRole('heading', { name: 'Instances' }).waitFor();
  await tabTo(page, /^Find the ways to all of them$/);
  await page.keyboard.press('Enter');
  await page.getByRole('treegrid').waitFor();
  await checkAccessible(page);
  await tabTo(page, /^Next page of Instances$/);
  await page.keyboard.press('Enter');
  await page.getByText('51–100 of 1,700').waitFor();
  await tabTo(page, /CachedResponse|^Object/);
  await page.goto(view.url);
  await page.waitForSelector('#constructors');
  await checkTabStops(page, 3000);
  await page.close();
});

void test('the pages of a service, by keyboard and for a screen reader', { skip: NO_CHROMIUM }, async (context) => {
  const origin = await startLiveService(context, { pages: true, lookEvery: 60, profileRequests: 1e9 });
  const pages = `${origin}/debug/heapdump/pages/`;
  assert.equal((await ask(`${origin}/work`, { headers: { 'x-heapstat-profile': '1' } })).status, 200);
  const { page, complaints } = await openPage(pages);
  await page.getByText('The service takes a look by itself every 60 minutes, the next at').waitFor();
  const status = page.locator('#constructors').getByRole('status');
  assert.doesNotMatch((await status.textContent())!, /stopped/);
  await tabTo(page, /^Take a look$/);
  await page.keyboard.press('Enter');
  await status.filter({ hasText: /The last look, at [\d:]+, stopped the service for \d+ ms\./ }).waitFor();
  assert.equal(await focused(page), 'Take a look');
  const told = (await checkAccessible(page)).filter(({ role }) => role === 'status');
  assert.deepEqual(
    told.map(({ properties }) => properties['live']),
    told.map(() => 'polite'),
  );
  assert.ok(told.length >= 2);
  await checkTabStops(page);
  await checkContrast(page);
  await tabTo(page, /^Take a snapshot$/);
  await page.keyboard.press('Enter');
  const ready = page.getByRole('status').filter({ hasText: 'The latest snapshot is ready' });
  await ready.waitFor();
  await page.getByLabel('At least').focus();
  await page.keyboard.press('End');
  await page.getByText('No constructor has so much.').waitFor();
  await page.keyboard.press('Home');
  await page.getByRole('table', { name: 'Constructors' }).waitFor();

  await tabTo(page, /^\(/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Instances' }).waitFor();
  await checkAccessible(page);
  await checkTabStops(page);

  await page.goto(`${pages}#_profiles`);
  await page.getByRole('link', { name: 'GET /work' }).focus();
  await page.keyboard.press('Enter');
  const flame = page.getByRole('group', { name: 'CPU, as a flame graph' });
  await flame.waitFor();
  await checkAccessible(page);
  await checkContrast(page);
  const stops = await checkTabStops(page);
  assert.ok(stops.length < 40, `a flame graph is one stop, not ${stops.length}`);
  await flame.locator('[tabindex="0"]').focus();
  await page.keyboard.press('ArrowDown');
  const second = await focused(page);
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), second, 'the call that is the whole now');
  assert.match((await flame.locator('.tile').first().getAttribute('style'))!, /left: 0%; width: 100%/);
  await page.keyboard.press('Escape');
  assert.notEqual(await focused(page), second);
  assert.deepEqual(complaints, []);
  await page.close();
});

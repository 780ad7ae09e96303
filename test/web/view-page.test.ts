import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspectHeap } from '../../dist/analysis/inspect.js';
import { nodeText } from '../../dist/report/node-text.js';
import { formatBytes, formatCount } from '../../dist/util/bytes.js';
import { NO_CHROMIUM, openPage, tableTexts } from '../helpers/browser.js';
import { fixtureFile } from '../helpers/fixture-files.js';
import { loadFixture } from '../helpers/loaded-heap.js';
import { startView } from '../helpers/view-process.js';

void test('from a class to its objects, and from one to the next', { skip: NO_CHROMIUM }, async (context) => {
  const view = await startView(context, [fixtureFile('snapshots/leak-after.heapsnapshot.gz')]);
  const heap = await loadFixture('leak-after');
  const { page, complaints, requests } = await openPage(view.url);
  await page.waitForSelector('#constructors');
  const { rows } = inspectHeap(heap, 'CachedResponse');
  const search = page.getByRole('combobox', { name: 'Go to an object' });

  await context.test('the instances of a class, page by page', async () => {
    await search.fill('cachedresponse');
    await search.press('Enter');
    await page.locator('h2', { hasText: 'CachedResponse' }).waitFor();
    const shown = await tableTexts(page, 'Instances');
    assert.deepEqual(
      shown,
      rows
        .slice(0, 50)
        .map((row) => [
          row.constructor,
          `@${row.nodeId}`,
          String(row.distance),
          formatBytes(row.shallowSize),
          formatBytes(row.retainedSize),
        ]),
    );
    await page.getByRole('button', { name: 'Last page of Instances' }).click();
    await page.getByText('1,651–1,700 of 1,700').waitFor();
    const last = await tableTexts(page, 'Instances');
    assert.equal(last.at(-1)![1], `@${rows.at(-1)!.nodeId}`);
    await page.getByRole('button', { name: 'First page of Instances' }).click();
    await page.getByText('1–50 of 1,700').waitFor();
  });

  await context.test('what holds all of a class', async () => {
    await page.getByRole('button', { name: 'Find the ways to all of them' }).click();
    await page.getByText('1,700 CachedResponse (768.2 kB) are held by Map "entries" of ResponseCache').waitFor();
    const lines = await page.getByRole('treegrid').locator('tbody tr').allTextContents();
    assert.match(lines.at(-1)!, /1,700 × CachedResponse/);
  });

  await context.test('an object: fields, retainers, dominators', async () => {
    const [largest] = rows;
    await page.locator('table[aria-label="Instances"] tbody a').first().click();
    await page.locator('h2', { hasText: `@${largest!.nodeId}` }).waitFor();
    const { node } = inspectHeap(heap, `@${largest!.nodeId}`);
    assert.deepEqual(
      (await tableTexts(page, `Fields (${formatCount(node.fieldCount)})`)).map((cells) => cells.slice(2)),
      node.fields.map(({ target }) => [
        `@${target.nodeId}`,
        formatBytes(target.shallowSize),
        formatBytes(target.retainedSize),
      ]),
    );
    assert.deepEqual(
      (await tableTexts(page, `Retainers (${formatCount(node.retainerCount)})`)).map((cells) => cells[2]),
      node.retainers.map(({ source }) => `@${source.nodeId}`),
    );
    const dominators = await tableTexts(
      page,
      'Dominators, from the root: while one of them lives, so does all below it',
    );
    assert.deepEqual(
      dominators.map((cells) => cells[2]),
      node.dominators.fromRoot.map(({ nodeId }) => `@${nodeId}`),
    );
    await page.getByText(`CachedResponse @${largest!.nodeId} (480 B) is held`).waitFor();
    const { nodeId } = node.retainers[0]!.source;
    await page.locator(`table[aria-label^="Retainers"] a[href="#@${nodeId}"]`).first().click();
    await page.locator('h2', { hasText: `@${nodeId}` }).waitFor();
    // A table of 1,700 entries: its fields come in pages.
    await page.getByRole('button', { name: /^Next page of Fields/ }).click();
    await page.getByText(/^51–100 of [\d,]+$/).waitFor();
    await page.goBack();
    await page.locator('h2', { hasText: `@${largest!.nodeId}` }).waitFor();
  });

  await context.test('a Map: its entries, and its table when asked for', async () => {
    const { node } = inspectHeap(heap, 'Map');
    await search.fill(`@${node.nodeId}`);
    await search.press('Enter');
    await page.locator('h2', { hasText: `@${node.nodeId}` }).waitFor();
    assert.match(await page.title(), new RegExp(`^@${node.nodeId} · heapstat`));
    const expected = node.entries!.first.map(({ key, value }) => [nodeText(key!), `@${value!.nodeId}`]);
    const entries = async (): Promise<string[][]> =>
      (await tableTexts(page, 'Entries (1,700)')).map((cells) => [cells[0]!, cells[2]!]);
    assert.deepEqual(await entries(), expected.slice(0, 50));
    const { key } = node.entries!.first[0]!;
    const links = page.locator('table[aria-label="Entries (1,700)"] tbody tr').first().locator('a');
    assert.equal(await links.first().getAttribute('href'), `#@${key!.nodeId}`, 'the name is the key’s');
    await page.getByRole('button', { name: 'Last page of Entries' }).click();
    await page.getByText('1,651–1,700 of 1,700').waitFor();
    assert.deepEqual(await entries(), expected.slice(1650));
    const folded = node.fields.length - 1;
    assert.ok((await tableTexts(page, `Fields (${folded})`)).every(([name]) => !name!.includes('table')));
    await page.getByRole('checkbox', { name: 'the table that its entries are in' }).check();
    const raw = await tableTexts(page, `Fields (${folded + 1})`);
    assert.equal(raw.filter(([name]) => name!.includes('table')).length, 1);
  });

  await context.test('by id; what there is not is said', async () => {
    await search.fill('@1');
    await search.press('Enter');
    await page.locator('h2', { hasText: '(root) @1' }).waitFor();
    await search.fill('NoSuchClass');
    await search.press('Enter');
    await page.getByText('no constructor is named "NoSuchClass"').waitFor();
    await page.getByRole('link', { name: 'Dominators' }).click();
    await page.locator('#dominators').waitFor();
  });

  await context.test('from a tile of the treemap to the object', async () => {
    const tile = page.locator('.tile:not(.enterable)[aria-label*="@"]').first();
    const id = /@\d+(?=: )/.exec((await tile.getAttribute('aria-label'))!)![0];
    await tile.click();
    await page.locator('h2', { hasText: id }).waitFor();
  });

  // The browser tells of the one answer that was a refusal.
  assert.deepEqual(
    complaints.filter((text) => !text.includes('400 (Bad Request)')),
    [],
  );
  assert.deepEqual(
    requests.filter((url) => !url.startsWith(view.url)),
    [],
  );
  await page.close();
  assert.equal(await view.stop('SIGINT'), 0);
});

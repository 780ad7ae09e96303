import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InstancesResult } from '../../dist/analysis/heap-browser.js';
import type { LooksResult } from '../../dist/analysis/looks.js';
import type { RequestProfilesResult } from '../../dist/analysis/request-profile.js';
import { visibleText } from '../../dist/report/untrusted-text.js';
import { formatBytes, formatCount } from '../../dist/util/bytes.js';
import { ask, type AskOptions } from '../helpers/ask.js';
import { NO_CHROMIUM, openPage, tableTexts } from '../helpers/browser.js';
import { startLiveService } from '../helpers/live-process.js';

const HOSTILE = 'x<img src=x onerror="window.hacked=1">';

async function getJson<Result>(url: string, options: AskOptions = {}): Promise<Result> {
  const { status, text } = await ask(url, options);
  assert.equal(status, 200, text);
  return JSON.parse(text) as Result;
}

void test('the pages of a running service', { skip: NO_CHROMIUM }, async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'heapstat-pages-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const origin = await startLiveService(context, { pages: true, directory });
  const pages = `${origin}/debug/heapdump/pages/`;
  const askTimes = async (path: string, times: number): Promise<void> => {
    for (let i = 0; i < times; i++) assert.equal((await ask(origin + path)).status, 200);
  };
  await askTimes('/keep', 10);
  await askTimes('/hostile', 1);
  const { page, complaints, requests } = await openPage(`${origin}/debug/heapdump/pages`);
  assert.equal(page.url(), pages);

  await context.test('memory, and nothing else until somebody asks', async () => {
    await page.getByText('Nobody has looked yet').waitFor();
    const spaces = await tableTexts(page, 'Spaces of the heap');
    assert.ok(spaces.some(([name]) => name === 'old_space'));
    await page.getByText('One object in 65.5 kB allocated is sampled').waitFor();
  });

  await context.test('a look: numbers as in the JSON', async () => {
    await page.getByRole('button', { name: 'Take a look' }).click();
    await page.getByText('constructors shown').waitFor();
    const { latest } = await getJson<LooksResult>(`${pages}api/looks`);
    const rows = latest!.rows.filter(({ selfSize }) => selfSize >= 1000);
    assert.deepEqual(
      (await tableTexts(page, 'Constructors')).map(([name, count, , size]) => [name, count, size]),
      rows.slice(0, 25).map((row) => [row.constructor, formatCount(row.count), formatBytes(row.selfSize)]),
    );
  });

  await context.test('a snapshot: the growth since, filtered, sorted, from a floor on', async () => {
    await askTimes('/keep', 7);
    await page.getByRole('button', { name: 'Take a snapshot' }).click();
    await page.getByText('The latest snapshot is ready').waitFor();
    const { looks, trend } = await getJson<LooksResult>(`${pages}api/looks`);
    assert.deepEqual(
      looks.map(({ kind }) => kind),
      ['look', 'snapshot'],
    );
    const row = trend!.rows.find(({ constructor }) => constructor === 'KeptResponse')!;
    assert.deepEqual(row.counts, [10, 17]);
    await page.getByLabel('At least').selectOption('0');
    const filter = page.getByRole('searchbox', { name: 'Filter by name' });
    await filter.fill('/^KeptResp/');
    await page.getByText('1–1 of 1 matching').first().waitFor();
    const [shown] = await tableTexts(page, 'Constructors');
    assert.equal(shown![0], 'KeptResponse');
    assert.deepEqual(shown!.slice(4, 7), ['10', '17', '+7']);
    await filter.fill('img src');
    assert.deepEqual(
      (await tableTexts(page, 'Constructors')).map((cells) => [cells[0], cells[5]]),
      // 500 objects, and their prototype.
      [[HOSTILE, '501']],
    );
    await filter.fill('');
    await page
      .locator('#constructors')
      .getByRole('button', { name: /^Last$/ })
      .click();
    const counts = (await tableTexts(page, 'Constructors')).map((cells) => Number(cells[5]!.replaceAll(',', '')));
    assert.deepEqual(
      counts,
      counts.toSorted((a, b) => b - a),
    );
    assert.deepEqual(readdirSync(directory), [], 'the snapshot is removed when it is read');
  });

  await context.test('a type: its largest objects, what holds them, what changed; and an object', async () => {
    await page.getByRole('searchbox', { name: 'Filter by name' }).fill('KeptResponse');
    await page.getByRole('link', { name: 'KeptResponse' }).click();
    await page.getByRole('heading', { name: 'Instances' }).waitFor();
    const { rows } = await getJson<InstancesResult>(`${pages}api/instances?target=KeptResponse`);
    assert.equal(rows.length, 17);
    assert.ok(rows[0]!.retainedSize > 100_000);
    assert.deepEqual(
      (await tableTexts(page, 'Instances')).map((cells) => [cells[1], cells[4]]),
      rows.map(({ nodeId, retainedSize }) => [`@${nodeId}`, formatBytes(retainedSize)]),
    );
    assert.deepEqual(
      (await tableTexts(page, 'From look to look')).map((cells) => cells.slice(1, 4)),
      [
        ['snapshot', '17', '+7'],
        ['look', '10', '0'],
      ],
    );
    await page.getByRole('button', { name: 'Find the ways to all of them' }).click();
    await page.getByText('17 KeptResponse').first().waitFor();
    await page.locator('table[aria-label="Instances"] tbody a').first().click();
    await page.getByRole('heading', { name: 'Fields (' }).waitFor();
    assert.ok((await tableTexts(page, `Fields (${await fieldCount()})`)).some((cells) => cells[0]!.includes('body')));

    // Ids may mean other objects in another snapshot: what is shown is of the latest.
    const asking = page.waitForResponse((response) => response.url().includes('/api/object?'));
    await page.getByRole('button', { name: 'Take a snapshot' }).click();
    await asking;
    await page.getByText(/^In the snapshot of \d\d:\d\d:\d\d$/).waitFor();

    async function fieldCount(): Promise<string> {
      const heading = await page.getByRole('heading', { name: 'Fields (' }).textContent();
      return /\((.*)\)/.exec(heading!)![1]!;
    }
  });

  await context.test('nothing complains, nothing leaves the service, no name is code', async () => {
    assert.deepEqual(complaints, []);
    assert.ok(requests.every((url) => url.startsWith(`${origin}/debug/heapdump/pages`)));
    assert.equal(await page.evaluate('window.hacked'), undefined);
  });
});

void test('with a token: the page asks for it, and sends it', { skip: NO_CHROMIUM }, async (context) => {
  const token = 'correct horse'.replace(' ', '-battery-');
  const origin = await startLiveService(context, { pages: true, token, trustLoopback: false });
  const { page } = await openPage(`${origin}/debug/heapdump/pages/`);
  const field = page.getByLabel('This service asks for its token');
  await field.fill('wrong-wrong-wrong-wrong');
  await field.press('Enter');
  await page.getByText('the token is not the right one').waitFor();
  await field.fill(token);
  await field.press('Enter');
  await page.getByRole('heading', { name: 'Memory' }).waitFor();
  await page.getByRole('button', { name: 'Take a look' }).click();
  await page.getByText('constructors shown').waitFor();
});

void test('what requests took, and kept', { skip: NO_CHROMIUM }, async (context) => {
  // So rarely by chance that only those are profiled that ask for it.
  const origin = await startLiveService(context, { pages: true, profileRequests: 1e9 });
  const pages = `${origin}/debug/heapdump/pages/`;
  const headers = { 'x-heapstat-profile': '1' };
  // What a connection takes is no request's.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  context.after(() => agent.destroy());
  let asked = 0;
  const profile = async (path: string): Promise<void> => {
    assert.equal((await ask(origin + path, { headers, agent })).status, path === '/missing' ? 404 : 200);
    asked++;
    // The next is profiled when this one's end has been.
    while ((await getJson<RequestProfilesResult>(`${pages}api/profiles`, { agent })).requests.length < asked)
      await sleep(5);
  };
  for (const path of ['/keep/1', '/work', '/allocate', '/missing']) await profile(path);
  for (let i = 0; i < 12; i++) await profile(`/keep/${i}`);
  assert.equal((await ask(`${origin}/work`)).status, 200);
  const { requests, routes } = await getJson<RequestProfilesResult>(`${pages}api/profiles`);
  assert.equal(requests.length, 16);
  const [work, allocate] = ['/work', '/allocate'].map((route) => requests.find((request) => request.route === route)!);
  assert.ok(work!.cpuTime >= 30 && work!.duration >= 30);
  assert.ok(
    allocate!.allocated > 1.2e6 && allocate!.allocated < 2.4e6,
    `1.6 MB allocated, and ${allocate!.allocated} measured`,
  );
  assert.equal(requests.find(({ route }) => route === '/missing')!.status, 404);
  // A check of its order: a connection and what V8 compiles weigh as much.
  const keep = routes.find(({ route }) => route === 'GET /keep/:id')!;
  assert.equal(keep.count, 13);
  assert.ok(keep.held > 90_000 && keep.held < 160_000, `100,000 bytes kept, and measured ${keep.held}`);

  const { page, complaints } = await openPage(`${pages}_profiles`);
  await page.getByRole('heading', { name: 'What a request keeps, by route' }).waitFor();
  await page.locator('table[aria-label="Routes"]').waitFor();
  assert.deepEqual(
    (await tableTexts(page, 'Routes')).map((cells) => [cells[0], cells[3]]),
    routes.map(({ route, held }) => [route, `${held > 0 ? '+' : ''}${formatBytes(held)}`]),
  );
  assert.deepEqual(
    (await tableTexts(page, 'Requests')).map((cells) => [cells[0], cells[2]]),
    requests.map(({ method, route, status }) => [`${method} ${route}`, String(status)]),
  );
  await page.getByRole('link', { name: 'GET /work' }).click();
  await page.locator('table[aria-label="CPU"] tr', { hasText: 'workHard' }).waitFor();
  const box = page.getByRole('group', { name: 'CPU, as a flame graph' }).getByRole('button', { name: /^workHard/ });
  await box.click();
  assert.match((await box.getAttribute('style'))!, /left: 0%; width: 100%/);
  await page.goBack();
  await page.getByRole('link', { name: 'GET /allocate' }).click();
  await page.locator('table[aria-label="Allocation"] tr', { hasText: 'allocateMuch' }).waitFor();
  assert.deepEqual(complaints, []);
});

/** Sends the URL as it is, which a well-behaved client would not. */
async function sendRaw(origin: string, path: string): Promise<void> {
  const { hostname, port } = new URL(origin);
  const asking = get({ hostname, port, path, headers: { 'x-heapstat-profile': '1' }, agent: false });
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  assert.equal(response.statusCode, 200, path);
}

void test('names of routes and URLs are text, whatever they say', { skip: NO_CHROMIUM }, async (context) => {
  const origin = await startLiveService(context, { pages: true, profileRequests: 1e9 });
  const pages = `${origin}/debug/heapdump/pages/`;
  const profiles = (): Promise<RequestProfilesResult> => getJson(`${pages}api/profiles`);
  const paths = [
    '/<img/src=x/onerror=window.hacked=1>',
    '/"><script>window.hacked=1</script>',
    "/'onmouseover='window.hacked=1",
    '/</title><svg/onload=window.hacked=1>',
    '/javascript:window.hacked=1//',
    // Node refuses the mark itself, in a URL.
    '/%E2%80%AEgnp.exe',
    `/${'long'.repeat(2000)}`,
    '/named',
  ];
  for (const [i, path] of paths.entries()) {
    await sendRaw(origin, path);
    while ((await profiles()).requests.length <= i) await sleep(5);
  }
  const { requests, routes } = await profiles();
  const { page, complaints, requests: sent } = await openPage(`${pages}_profiles`);
  await page.locator('table[aria-label="Requests"]').waitFor();
  const shown = (await tableTexts(page, 'Requests')).map(([name]) => name!);
  assert.deepEqual(
    shown,
    requests.map(({ method, route }) => visibleText(`${method} ${route}`)),
  );
  assert.deepEqual(
    (await tableTexts(page, 'Routes')).map(([name]) => name!),
    routes.map(({ route }) => visibleText(route)),
  );
  assert.ok(shown.includes('GET /<img/src=x/onerror=window.hacked=1>'));
  assert.ok(shown.includes(`GET /\\u202enamed/<svg onload="window.hacked=1">/'"`), 'a mark that reverses is told');
  assert.ok(shown.every((name) => name.length < 200 && !name.includes('\u202e')));
  const width = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]');
  assert.deepEqual(width, [1280, 1280], 'a long one is cut where its cell ends');
  for (let i = 0; i < paths.length; i++) {
    await page.locator('table[aria-label="Requests"] tbody a').nth(i).click();
    await page.getByRole('group', { name: 'CPU, as a flame graph' }).waitFor();
    assert.equal(await page.locator('h2 .name').textContent(), shown[i]);
    await page.goBack();
    await page.locator('table[aria-label="Requests"]').waitFor();
  }
  await page.getByRole('searchbox', { name: 'Filter by name' }).fill('svg');
  await page.locator('#requests .pager', { hasText: '2 matching' }).waitFor();
  assert.equal(await page.evaluate('window.hacked'), undefined);
  assert.equal(await page.locator('img, svg[onload], [onmouseover]').count(), 0);
  assert.equal(await page.locator('script').count(), 1);
  assert.deepEqual(complaints, []);
  assert.deepEqual(
    sent.filter((url) => !url.startsWith(pages)),
    [],
  );
  await page.close();
});

void test(
  'requests that are served while the pages are open are all answered',
  { skip: NO_CHROMIUM },
  async (context) => {
    const origin = await startLiveService(context, { pages: true });
    const { page, complaints } = await openPage(`${origin}/debug/heapdump/pages/`);
    let answered = 0;
    const requests = Array.from({ length: 100 }, async (_, i) => {
      await sleep(20 * i);
      assert.equal((await ask(`${origin}/keep/${i}`)).status, 200);
      answered++;
    });
    await page.getByRole('button', { name: 'Take a look' }).click();
    await page.getByText('constructors shown').waitFor();
    await Promise.all(requests);
    assert.equal(answered, 100);
    assert.deepEqual(complaints, []);
  },
);

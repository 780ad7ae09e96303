import * as fs from 'node:fs';
import { after } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = [process.env['CHROMIUM_PATH'] ?? '', ...CANDIDATES].find((path) => fs.existsSync(path));

/** False, or why no page can be opened: for a test's `skip`. */
export const NO_CHROMIUM: string | false =
  executablePath === undefined
    ? 'THE PAGES ARE NOT TESTED: there is no Chromium (apt-get install chromium, or CHROMIUM_PATH)'
    : false;
if (NO_CHROMIUM !== false) process.stderr.write(`\n*** ${NO_CHROMIUM} ***\n\n`);

let browser: Promise<Browser> | undefined;
after(async () => (await browser)?.close());

export interface WatchedPage {
  readonly page: Page;
  /** Errors and warnings that the page put on its console, and what nobody caught. */
  readonly complaints: readonly string[];
  /** The address of each request. */
  readonly requests: readonly string[];
}

/** A new page in a browser of this test process. */
export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  // Chromium's own sandbox is not to be had by root, nor in most containers.
  browser ??= chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  const page = await (await browser).newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error.stack)));
  page.on('request', (request) => requests.push(request.url()));
  page.setDefaultTimeout(30_000);
  await page.goto(url);
  return { page, complaints, requests };
}

/** The texts of a table's cells, by row. */
export function tableTexts(page: Page, label: string): Promise<string[][]> {
  const rows = JSON.stringify(`table[aria-label="${label}"] tbody tr`);
  // In words for the browser, whose types the tests do not have; at once: a question for each cell takes seconds.
  return page.evaluate(
    `[...document.querySelectorAll(${rows})].map((row) => [...row.cells].map((cell) => cell.textContent))`,
  );
}

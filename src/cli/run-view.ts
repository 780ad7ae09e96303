import { randomBytes } from 'node:crypto';
import { RemoteHeapBrowser } from '../analysis/remote-heap-browser.js';
import { serveView, type ViewState } from '../http/view-server.js';
import { fileSource } from '../snapshot/source.js';
import { Reporter } from './input.js';
import { writeStandardOutput } from './output.js';
import { workingFolder } from './source-maps.js';
import { renderPage } from '../http/web-page.js';

export interface ViewOptions {
  readonly port: number;
  readonly quiet?: true;
}

/** Serves the page at once, the heap when it is loaded, until a signal comes. @throws HeapstatError */
export async function runView(file: string, options: ViewOptions): Promise<void> {
  fileSource(file); // says at once that there is no such file
  const stopped = untilStopped();
  const reporter = new Reporter(options);
  const reading = reporter.readOptions([file]);
  reading.onFile?.(file);
  let state: ViewState = { type: 'reading', done: 0, total: 0 };
  const browser = new RemoteHeapBrowser(
    { file, threads: reading.threads, base: workingFolder() },
    {
      onProgress: (done, total) => {
        state = { type: 'reading', done, total };
        reading.onProgress?.(done, total);
      },
      onComputing: () => {
        state = { type: 'computing' };
        reporter.finish();
      },
      onWarning: (warning) => reporter.warn(warning),
    },
  );
  const loaded = browser.ready.then(() => {
    state = { type: 'ready' };
  });
  // Awaited below; until then it may fail.
  loaded.catch(() => {});
  try {
    const view = await serveView({
      page: renderPage('view', `heapstat: ${file}`, null),
      // 128 bits, which nobody guesses.
      token: randomBytes(16).toString('base64url'),
      port: options.port,
      state: () => state,
      ask: (query) => browser.ask(query),
      onDefect: (error) => reporter.error(`internal error, please report it: ${String((error as Error).stack)}`),
    });
    try {
      await writeStandardOutput(`${view.url}\n`);
      if (!options.quiet && process.stderr.isTTY)
        process.stderr.write("heapstat: for this machine's browsers, until Ctrl-C\n");
      await Promise.race([stopped, loaded.then(() => stopped)]);
    } finally {
      await view.close();
    }
  } finally {
    reporter.finish();
    await browser.close();
  }
}

/** Ctrl-C, or as service managers ask for it. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { HeapstatError, usageError } from '../errors.js';
import { formatDuration } from '../util/duration.js';
import type { Program } from './program.js';

/** When a program that was started can be used. */
export type Ready =
  /** It answers there, with anything but a server's error. */
  | { readonly kind: 'url'; readonly url: string }
  /** It writes a line like that. */
  | { readonly kind: 'output'; readonly pattern: RegExp }
  /** Some time after its start, in milliseconds. */
  | { readonly kind: 'time'; readonly ms: number };

const POLL_MS = 100;
const ANSWER_MS = 5000;

/** `http://...` or `/regex/flags`. @throws HeapstatError USAGE */
export function parseReady(text: string): Ready {
  const parts = /^\/(.*)\/([a-z]*)$/s.exec(text);
  if (parts) {
    try {
      return { kind: 'output', pattern: new RegExp(parts[1]!, parts[2]!.replace(/[gy]/g, '')) };
    } catch (error) {
      throw usageError(`${text} is no regular expression: ${(error as Error).message}`);
    }
  }
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return { kind: 'url', url: text };
  throw usageError(
    `"${text}" does not tell when a program is ready: give a URL (http://127.0.0.1:3000/) or a /regex/ of its output`,
  );
}

/**
 * Before the program is started: whoever answers now is not the program, and would be taken for it.
 * @throws HeapstatError UNREADABLE
 */
export async function checkNobodyAnswers(ready: Ready): Promise<void> {
  if (ready.kind !== 'url') return;
  if ((await statusOf(ready.url)) !== null)
    throw new HeapstatError(
      'UNREADABLE',
      `${ready.url} answers before the program is started: its port is in use by another process`,
    );
}

/**
 * @returns when it is ready, or has ended before (see Program.ending)
 * @throws HeapstatError UNREADABLE when it is not ready within `limit` milliseconds
 */
export async function waitUntilReady(
  program: Program,
  ready: Ready,
  limit: number,
  signal: AbortSignal,
): Promise<void> {
  const isReady = readiness(program, ready);
  const deadline = performance.now() + limit;
  try {
    while (program.ending === null && !(program.inspectors.length > 0 && (await isReady.now()))) {
      if (performance.now() >= deadline) throw notReady(program, ready, limit);
      await pause(POLL_MS, undefined, { signal });
    }
  } finally {
    isReady.end();
  }
}

function readiness(program: Program, ready: Ready): { now: () => Promise<boolean>; end: () => void } {
  switch (ready.kind) {
    case 'url':
      return { now: async () => ((await statusOf(ready.url)) ?? 500) < 500, end: () => {} };
    case 'time': {
      const start = performance.now();
      return { now: async () => performance.now() - start >= ready.ms, end: () => {} };
    }
    case 'output': {
      let seen = program.lines.some((line) => ready.pattern.test(line));
      const end = program.watch((line) => {
        seen ||= ready.pattern.test(line);
      });
      return { now: async () => seen, end };
    }
  }
}

function notReady(program: Program, ready: Ready, limit: number): HeapstatError {
  const after = `within ${formatDuration(limit)} (--ready-timeout)`;
  if (program.inspectors.length === 0)
    return new HeapstatError(
      'UNREADABLE',
      `the program has not opened an inspector ${after}: is it a Node program? Some other program in front of it may keep NODE_OPTIONS from it`,
    );
  const what =
    ready.kind === 'url'
      ? `answered at ${ready.url}`
      : `written a line like ${String((ready as { pattern: RegExp }).pattern)}`;
  const last = program.lines.filter((line) => line !== '').at(-1);
  return new HeapstatError(
    'UNREADABLE',
    `the program has not ${what} ${after}; ${last === undefined ? 'it wrote nothing' : `its last line: ${last}`}`,
  );
}

/** Of an answer; null: nobody answers. The connection is not kept. */
function statusOf(url: string): Promise<number | null> {
  return new Promise((resolve) => {
    const get = url.startsWith('https:') ? getHttps : getHttp;
    const request = get(url, { agent: false, timeout: ANSWER_MS }, (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });
}

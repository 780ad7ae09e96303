import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { HeapstatError } from '../../dist/errors.js';
import { type HeapdumpOptions, readOptions } from '../../dist/http/options.js';

function inEnvironment(context: TestContext, value: string | undefined): void {
  const { NODE_ENV: before } = process.env;
  if (value === undefined) delete process.env['NODE_ENV'];
  else process.env['NODE_ENV'] = value;
  context.after(() => {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  });
}

const TOKEN = '0123456789abcdef';

void test('outside of production it is on, and loopback clients are trusted', (context) => {
  inEnvironment(context, undefined);
  const { enabled, trustsLoopback, tokenHash, path, timeLimit } = readOptions({});
  assert.deepEqual(
    { enabled, trustsLoopback, tokenHash, path, timeLimit },
    { enabled: true, trustsLoopback: true, tokenHash: null, path: '/debug/heapdump', timeLimit: 120_000 },
  );
});

void test('in production it is off; switched on, it asks everyone for the token', (context) => {
  inEnvironment(context, 'production');
  assert.equal(readOptions({}).enabled, false);
  assert.equal(readOptions({ token: TOKEN }).enabled, false);
  assert.throws(() => readOptions({ enabled: true }), /nobody could come in: set a token/);
  const { enabled, trustsLoopback } = readOptions({ enabled: true, token: TOKEN });
  assert.deepEqual({ enabled, trustsLoopback }, { enabled: true, trustsLoopback: false });
  assert.equal(readOptions({ enabled: true, trustLoopback: true }).trustsLoopback, true);
});

void test('an option that makes no sense is refused at once', (context) => {
  inEnvironment(context, undefined);
  const wrong: [HeapdumpOptions & Record<string, unknown>, RegExp][] = [
    [{ token: '' }, /the token has 0 characters, but it should have 16 or more/],
    [{ token: TOKEN.slice(1) }, /has 15 characters/],
    [{ path: 'debug' }, /path is "debug", but it should be like \/debug\/heapdump/],
    [{ path: '/debug/' }, /without a "\/" at its end/],
    [{ path: '/debug?x' }, /path is/],
    [{ path: '' }, /path is/],
    [{ timeLimit: 0 }, /timeLimit is 0, but it should be milliseconds/],
    [{ timeLimit: Number.NaN }, /timeLimit is NaN/],
    [{ timeLimit: 2 ** 31 }, /timeLimit is 2147483648/],
    [{ profileRequests: true }, /profileRequests is for the pages, which are off/],
    [{ pages: true, profileRequests: 0 }, /profileRequests is 0, but it should be true, or 1 or more/],
    [{ pages: true, profileRequests: Number.NaN }, /should be true, or 1 or more/],
    [{ pages: true, lookEvery: 0.5 }, /lookEvery is 0.5, but it should be minutes, 1 or more/],
    [{ pages: true, lookEvery: 1e6 }, /lookEvery is 1000000/],
    [{ pages: true, lookEvery: Number.NaN }, /should be minutes/],
    [{ lookEvery: 5 }, /lookEvery is for the pages, which are off/],
    [{ tokn: TOKEN }, /heapdump\(\) has no option tokn: it has path, token,/],
  ];
  for (const [options, message] of wrong)
    assert.throws(
      () => readOptions(options),
      (error) => error instanceof HeapstatError && error.code === 'USAGE' && message.test(error.message),
      JSON.stringify(options),
    );
});

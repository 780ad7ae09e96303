import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import * as zlib from 'node:zlib';
import { HeapstatError } from '../../dist/errors.js';
import { summarize, type SummaryResult } from '../../dist/analysis/summary.js';
import { bytesSource, fileSource, streamSource } from '../../dist/snapshot/source.js';
import { fixtureBytes, fixtureFile, INVALID } from '../helpers/fixture-files.js';
import { summaryOf } from '../helpers/results.js';

const folder = fs.mkdtempSync(join(tmpdir(), 'heapstat-source-'));
after(() => fs.rmSync(folder, { recursive: true }));

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  fs.writeFileSync(path, bytes);
  return path;
}

function unnamed(result: SummaryResult): object {
  return { ...result, snapshot: { ...result.snapshot, file: '' } };
}

const zstd = (zlib as { zstdCompressSync?: (bytes: Uint8Array) => Buffer }).zstdCompressSync;

const PACKINGS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  '': (bytes) => bytes,
  '.gz': (bytes) => zlib.gzipSync(bytes),
  // What several gzip runs have written one after the other is one file.
  '.two.gz': (bytes) => Buffer.concat([zlib.gzipSync(bytes.subarray(0, 900)), zlib.gzipSync(bytes.subarray(900))]),
  '.br': (bytes) => zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 3 } }),
  ...(zstd ? { '.zst': (bytes) => zstd(bytes) } : {}),
};

for (const name of ['lines', 'node26', 'bun.1', 'names']) {
  void test(`${name}: file, stream and bytes are the same, in every compression`, async () => {
    const plain = fixtureBytes(name);
    const expected = unnamed(await summaryOf(plain));
    for (const [suffix, pack] of Object.entries(PACKINGS)) {
      const packed = pack(plain);
      // Without a mark, brotli is known by the name alone.
      const path = write(`s.heapsnapshot${suffix}`, packed);
      assert.deepEqual(unnamed(await summarize(fileSource(path))), expected, `file ${suffix}`);
      assert.deepEqual(unnamed(await summarize(bytesSource(packed, path))), expected, `bytes ${suffix}`);
      assert.deepEqual(
        unnamed(await summarize(bytesSource(new Uint8Array(packed), path))),
        expected,
        `array ${suffix}`,
      );
      const stream = (): Readable => fs.createReadStream(path, { highWaterMark: 1000 });
      assert.deepEqual(unnamed(await summarize(streamSource(stream, path))), expected, `stream ${suffix}`);
      const bytewise = (): Readable =>
        Readable.from([...Array.from(packed.subarray(0, 9), (byte) => Buffer.of(byte)), packed.subarray(9)]);
      assert.deepEqual(unnamed(await summarize(streamSource(bytewise, path))), expected, `first bytes ${suffix}`);
    }
  });
}

void test('a file in a layout that hides its strings is read from start to end', async () => {
  const plain = fixtureBytes('bun.1').toString();
  for (const [what, text] of [
    ['strings not on a line of their own', plain.replace('\n"strings":', '"strings":')],
    ['the mark of the strings inside a string', plain.replace('"headers"', String.raw`"\n\"strings\":["`)],
    ['a space behind the strings', plain.replace('"strings":[', '"strings": [')],
    [
      'the strings before the edges',
      plain.replace(/(\n"edges":\[[^\]]*\],)(.*?)(\n"strings":\[.*\])\n\}/s, '$3,$2$1"end":0}'),
    ],
  ] as const) {
    assert.notEqual(text, plain, what);
    const path = write('hidden.heapsnapshot', Buffer.from(text));
    assert.deepEqual(unnamed(await summarize(fileSource(path))), unnamed(await summaryOf(Buffer.from(text))), what);
  }
});

void test('a FIFO is read as a stream', async () => {
  const path = join(folder, 'fifo');
  execFileSync('mkfifo', [path]);
  const source = fileSource(path);
  assert.equal(source.isRereadable, false);
  const writing = fs.promises.writeFile(path, fixtureBytes('bun.1'));
  assert.deepEqual(unnamed(await summarize(source)), unnamed(await summaryOf(fixtureBytes('bun.1'))));
  await writing;
});

void test('a file that is written to, replaced or removed while it is read is noticed', async () => {
  const bytes = fixtureBytes('node26');
  for (const [what, change] of [
    ['appended to', (path: string) => fs.appendFileSync(path, ' ')],
    ['touched', (path: string) => fs.utimesSync(path, 1, 1)],
    ['replaced', (path: string) => fs.renameSync(write('other', bytes), path)],
    ['removed', (path: string) => fs.rmSync(path)],
    ['cut', (path: string) => fs.truncateSync(path, bytes.length - 1)],
  ] as const) {
    const path = write('changing.heapsnapshot', bytes);
    let isDone = false;
    const onProgress = (): void => {
      if (!isDone) change(path);
      isDone = true;
    };
    await assert.rejects(
      summarize(fileSource(path), { onProgress }),
      (error) =>
        error instanceof HeapstatError &&
        error.message.includes(path) &&
        (error.code === 'UNREADABLE' || what === 'cut'),
      what,
    );
    assert.ok(isDone);
  }
});

void test('progress goes up to the size of the file, packed or not', async () => {
  for (const [path, size] of [
    [write('p.heapsnapshot', fixtureBytes('node26')), fixtureBytes('node26').length],
    [
      fixtureFile('snapshots/node26.heapsnapshot.gz'),
      fs.statSync(fixtureFile('snapshots/node26.heapsnapshot.gz')).size,
    ],
  ] as const) {
    const seen: [number, number][] = [];
    await summarize(fileSource(path), { onProgress: (done, total) => seen.push([done, total]) });
    assert.deepEqual(seen.at(-1), [size, size]);
    assert.ok(
      seen.every(([done], k) => k === 0 || done >= seen[k - 1]![0]),
      'never backwards',
    );
  }
});

void test('what cannot be read is told by name', async () => {
  for (const [path, message] of [
    [join(folder, 'missing'), /^cannot read .*missing: there is no such file$/],
    [folder, /is a directory; give the snapshot file in it$/],
    [join(write('file', Buffer.of(1)), 'below'), /a part of its path is no directory$/],
  ] as const)
    assert.throws(
      () => fileSource(path),
      (error) => error instanceof HeapstatError && error.code === 'UNREADABLE' && message.test(error.message),
      path,
    );
  const removed = write('removed', fixtureBytes('lines'));
  const source = fileSource(removed);
  fs.rmSync(removed);
  await assert.rejects(summarize(source), /there is no such file/);
});

async function* failing(): AsyncIterable<Uint8Array> {
  yield Buffer.from('{"snap');
  throw new Error('the line went dead');
}

void test('a stream that fails is told by name', async () => {
  await assert.rejects(
    summarize(streamSource(failing, 'upload')),
    (error) => error instanceof HeapstatError && error.message === 'cannot read upload: the line went dead',
  );
});

void test('packed files that are cut, damaged or no snapshot', async () => {
  for (const name of INVALID.filter((path) => /\.(gz|br)$/.test(path))) {
    const isPackedRight = name.includes('gzip-of-text');
    await assert.rejects(
      summarize(fileSource(fixtureFile(name))),
      (error) =>
        error instanceof HeapstatError &&
        error.code === (isPackedRight ? 'INVALID_SNAPSHOT' : 'UNREADABLE') &&
        error.message.includes(name),
      name,
    );
  }
  for (const pack of zstd ? [zlib.gzipSync, zstd] : [zlib.gzipSync]) {
    const packed = pack(fixtureBytes('bun.1'));
    // Of zstd: a wrong dictionary, too large a window, damage.
    for (const at of [4, 6, 12, 100, 20_000, packed.length - 6]) {
      const damaged = Buffer.from(packed);
      damaged.fill(0x55, at, at + 4);
      if (pack === zlib.gzipSync && at < 10) continue; // a header's flags and time
      await assert.rejects(
        summarize(bytesSource(damaged, 'damaged')),
        (error) => error instanceof HeapstatError && /^(cannot unpack )?damaged/.test(error.message),
        `${pack.name} ${at}`,
      );
    }
  }
});

void test(
  'what several zstd runs have written is read, or refused, but not taken for a part',
  { skip: !zstd },
  async () => {
    const plain = fixtureBytes('bun.1');
    const expected = unnamed(await summaryOf(plain));
    const packed = Buffer.concat([zstd!(plain.subarray(0, 900)), zstd!(plain.subarray(900))]);
    for (const salvage of [false, true])
      await summarize(bytesSource(packed, 'two.zst'), { salvage }).then(
        (result) => assert.deepEqual(unnamed(result), expected),
        (error: unknown) => {
          assert.ok(error instanceof HeapstatError && error.code === 'UNREADABLE', String(error));
          assert.match(
            error.message,
            /^cannot unpack two\.zst: more follows the zstd data that ends at its byte \d+, .*zstd -dc/,
          );
        },
      );
  },
);

void test(
  'zstd on a Node that cannot unpack it says what can',
  { skip: zstd !== undefined && 'this Node can' },
  async () => {
    await assert.rejects(
      summarize(bytesSource(Buffer.from('28b52ffd00000000', 'hex'), 'a.zst')),
      (error) => error instanceof HeapstatError && error.code === 'UNREADABLE' && error.message.includes('22.15'),
    );
  },
);

void test('a stream given up early is closed, even while a read is under way', async () => {
  for (const first of [Buffer.from('no snapshot'), zlib.gzipSync(Buffer.from('no snapshot'))]) {
    const stream = new Readable({ read: () => {} }); // one that never ends
    stream.push(first);
    await assert.rejects(summarize(streamSource(() => stream, 'open')), /no heap snapshot/);
    assert.equal(stream.destroyed, true);
  }
});

/** A stream without end that is no snapshot. */
function refusing(close: () => Promise<never>): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.resolve({ done: false, value: Buffer.from('no snapshot') }),
      return: close,
    }),
  };
}

void test('nobody hears what a stream says to being given up', async () => {
  const unhandled: unknown[] = [];
  const listen = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', listen);
  for (const close of [
    () => Promise.reject(new Error('will not')),
    () => {
      throw new Error('cannot');
    },
  ])
    await assert.rejects(summarize(streamSource(() => refusing(close), 'open')), /no heap snapshot/);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', listen);
  assert.deepEqual(unhandled, []);
});

void test('a stream of texts is no stream of bytes', async () => {
  const path = write('texts.heapsnapshot', fixtureBytes('lines'));
  await assert.rejects(
    summarize(streamSource(() => fs.createReadStream(path, 'utf8') as AsyncIterable<Uint8Array>, 'texts')),
    (error) =>
      error instanceof HeapstatError &&
      error.code === 'USAGE' &&
      error.message === 'texts gives chunks of type string; give a stream of bytes, without an encoding',
  );
});

void test('a packed file given up early is closed once: its number may be another file’s by then', async () => {
  const source = fileSource(fixtureFile('snapshots/node26.heapsnapshot.gz'));
  for (let k = 0; k < 20; k++) {
    for await (const chunk of source.chunks()) {
      assert.ok(chunk.length > 0);
      break;
    }
    // Were it closed by two, the second would close this one, or find nothing to close.
    for await (const chunk of fileSource(fixtureFile('snapshots/lines.heapsnapshot')).chunks()) assert.ok(chunk.length);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeapstatError } from '../../dist/errors.js';
import { type Kernel, loadKernel } from '../../dist/snapshot/kernel/load.js';
import { KernelStrings } from '../../dist/snapshot/kernel/strings.js';
import type { SectionReader } from '../../dist/snapshot/sink.js';
import { StringSection } from '../../dist/snapshot/string-section.js';

type Make = (wanted: Uint32Array, take: (index: number, text: string) => void) => SectionReader;

const kernel: Kernel = loadKernel()!;
const READERS: Readonly<Record<string, Make>> = {
  script: (wanted, take) => new StringSection(wanted, take),
  kernel: (wanted, take) => new KernelStrings(kernel, wanted, take),
};

const NAMES = [
  '',
  'plain',
  '"',
  '\\',
  '\\\\"',
  'a]b,c',
  'é日本👩‍👧',
  '\u0000\n\u001b\u009b\u2028',
  '\ud83d',
  'x'.repeat(500),
  '[',
];

function read(make: Make, pieces: readonly Buffer[], wanted: readonly number[]): object {
  const found: [number, string][] = [];
  const section = make(Uint32Array.from(wanted), (index, text) => found.push([index, text]));
  let offset = 0;
  for (const piece of pieces) {
    const chunk = Buffer.from(piece);
    const end = section.push(chunk, 0, offset);
    chunk.fill(0x21);
    if (end >= 0) return { found, count: section.records, end: offset + end };
    offset += piece.length;
  }
  return { found, count: section.records, end: null };
}

for (const [reader, make] of Object.entries(READERS)) {
  for (const [notation, texts, separator] of [
    ['raw UTF-8', NAMES.map((name) => JSON.stringify(name)), ','],
    ['escapes', NAMES.map((name) => JSON.stringify(name).replace(/[^ -~]/g, escape)), ',\n'],
    ['white space', NAMES.map((name) => JSON.stringify(name)), ' ,\r\n\t'],
  ] as const) {
    void test(`${reader}: strings in ${notation}, cut anywhere, all wanted or some`, () => {
      const bytes = Buffer.from(`${texts.join(separator)}] `);
      for (const wanted of [NAMES.map((_, k) => k), [1, 4, 10], [0], []])
        for (let at = 0; at <= bytes.length; at++)
          assert.deepEqual(
            read(make, [bytes.subarray(0, at), bytes.subarray(at)], wanted),
            { found: wanted.map((index) => [index, NAMES[index]!]), count: NAMES.length, end: bytes.length - 1 },
            `cut at ${at}`,
          );
    });
  }

  void test(`${reader}: no strings at all`, () => {
    for (const text of [']', ' ]', '\n]'])
      assert.deepEqual(read(make, [Buffer.from(text)], []), { found: [], count: 0, end: text.length });
  });

  void test(`${reader}: more strings than any list of places holds`, () => {
    const many = Array.from({ length: 100_000 }, (_, k) => (k % 5 === 0 ? '' : `s${k}`));
    const bytes = Buffer.from(`${many.map((text) => JSON.stringify(text)).join(',')}]`);
    const all = many.map((_, k) => k);
    assert.deepEqual(read(make, [bytes], all), {
      found: all.map((k) => [k, many[k]]),
      count: many.length,
      end: bytes.length,
    });
  });

  void test(`${reader}: what is no list of strings is refused`, () => {
    for (const text of [
      '"a" "b"]',
      '"a",,"b"]',
      ',"a"]',
      '"a",]',
      '1]',
      '"a",1]',
      'null]',
      '["a"]]',
      '{}]',
      '"\\x"]',
      '"\\u12"]',
      '"raw\nline"]',
      '"raw\ttab"]',
    ])
      assert.throws(
        () => read(make, [Buffer.from(text)], [0]),
        (error) => error instanceof HeapstatError && error.code === 'INVALID_SNAPSHOT' && !error.message.includes('\n'),
        text,
      );
  });

  void test(`${reader}: bytes that are no UTF-8 become replacement characters`, () => {
    const bytes = Buffer.from('"a\u00ffb\u00c3"]', 'latin1');
    assert.deepEqual(read(make, [bytes], [0]), { found: [[0, 'a\ufffdb\ufffd']], count: 1, end: bytes.length });
  });
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

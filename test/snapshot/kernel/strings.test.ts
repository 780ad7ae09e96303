import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { KernelStrings } from '../../../dist/snapshot/kernel/strings.js';
import { FIXTURES, kernel, pushPieces, readFixture, sectionStart } from './reference.js';

interface Collected {
  readonly texts: [number, string][];
  readonly strings: KernelStrings;
}

/** Readers leave little behind in it, and a new one takes milliseconds. */
const shared = kernel();

function collect(wanted: Iterable<number>, own = shared): Collected {
  const texts: [number, string][] = [];
  const strings = new KernelStrings(own, Uint32Array.from(wanted), (index, text) => texts.push([index, text]));
  return { texts, strings };
}

for (const name of FIXTURES) {
  void test(`${name}: strings as by JSON.parse, however they are cut`, () => {
    const { bytes, json } = readFixture(name);
    const section = bytes.subarray(sectionStart(bytes, 'strings'));
    const close = section.lastIndexOf(']') + 1;
    for (const [every, size, inPlace] of [
      [1, 1 << 20, false],
      [3, 65_536, true],
      [1, 1000, true],
      [2, 61, false],
      [5000, 4096, false],
    ] as const) {
      const own = kernel();
      const wanted = json.strings.flatMap((_, index) => (index % every === 0 ? [index] : []));
      const { texts, strings } = collect(wanted, own);
      const cuts = Array.from({ length: Math.floor((section.length - 1) / size) }, (_, index) => (index + 1) * size);
      if (inPlace && (cuts.at(-1) ?? 0) + own.input.length < section.length) cuts.push(section.length - 1);
      assert.equal(pushPieces(strings, section, cuts, inPlace ? own : undefined), close);
      assert.equal(strings.records, json.strings.length);
      assert.deepEqual(
        texts,
        wanted.map((index) => [index, json.strings[index]]),
      );
    }
  });
}

const TRICKY = [
  '',
  'a',
  '"',
  '\\',
  '\\"',
  '\\\\',
  '],"nodes":[',
  '","',
  ',',
  'é',
  '漢字',
  '😀👩‍👩‍👧',
  '\ud83d',
  '\u0000\u001b[31m',
  '\n\r\t',
  'x'.repeat(63),
  'x'.repeat(64),
  '\\'.repeat(65),
  'é'.repeat(200),
];

void test('a chunk border at every byte, and everywhere at once', () => {
  for (const separator of [',', ',\n', ' \t\n,\r  ']) {
    const bytes = Buffer.from(`${TRICKY.map((text) => JSON.stringify(text)).join(separator)}]}`);
    const each = Array.from(bytes, (_, index) => index);
    for (const cuts of [...each.map((cut) => [cut]), each, each.filter((cut) => cut % 3 === 1)]) {
      const { texts, strings } = collect(TRICKY.keys());
      assert.equal(pushPieces(strings, bytes, cuts), bytes.length - 1);
      assert.equal(strings.records, TRICKY.length);
      assert.deepEqual(texts, [...TRICKY.entries()]);
    }
  }
});

const anyText = fc.oneof(
  fc.constantFrom(...TRICKY),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(fc.constantFrom('\\', '"', ',', 'a', '\n', ']', 'é', '😀'), { maxLength: 90 })
    .map((units) => units.join('')),
);

void test('random texts, random choices of them, random pieces', () => {
  const property = fc.property(
    fc.array(anyText, { maxLength: 50 }),
    fc.constantFrom(',', ',\n', ' , '),
    fc.nat(6),
    fc.array(fc.nat(3000), { maxLength: 10 }),
    (list, separator, every, cuts) => {
      const bytes = Buffer.from(`${list.map((text) => JSON.stringify(text)).join(separator)}]`);
      const wanted = [...list.keys()].filter((index) => every > 0 && index % every === 0);
      const { texts, strings } = collect(wanted);
      const places = cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b);
      assert.equal(pushPieces(strings, bytes, places), bytes.length);
      assert.equal(strings.records, list.length);
      assert.deepEqual(
        texts,
        wanted.map((index) => [index, list[index]]),
      );
    },
  );
  fc.assert(property, { seed: 3_1, numRuns: 1000 });
});

void test('one strange byte is refused wherever JSON.parse refuses it outside of escapes', () => {
  const counts = { good: 0, bad: 0 };
  const property = fc.property(
    fc.array(fc.constantFrom('', 'a', 'xyz', 'w'.repeat(70), 'é'), { minLength: 1, maxLength: 30 }),
    fc.constantFrom(',', ',\n'),
    fc.nat(),
    fc.constantFrom('"', ',', ' ', '\n', '1', ']', '[', '\u0001', ''),
    fc.boolean(),
    fc.nat(400),
    (list, separator, place, inserted, replace, cut) => {
      const good = `${list.map((text) => JSON.stringify(text)).join(separator)}]`;
      const at = place % (good.length - 1);
      const text = good.slice(0, at) + inserted + good.slice(replace ? at + 1 : at);
      let want: unknown[] | null = null;
      // What follows the closing bracket is another reader's business.
      for (let end = text.indexOf(']'); end >= 0 && want === null; end = text.indexOf(']', end + 1)) {
        try {
          const parsed = JSON.parse(`[${text.slice(0, end + 1)}`) as unknown[];
          if (parsed.every((value) => typeof value === 'string')) want = parsed;
        } catch {
          // Not up to this bracket, then.
        }
      }
      const { texts, strings } = collect(list.keys());
      const bytes = Buffer.from(text);
      const push = (): number => pushPieces(strings, bytes, cut < bytes.length ? [cut] : []);
      if (want === null) {
        counts.bad++;
        let closed: number;
        try {
          closed = push();
        } catch (error) {
          assert.match((error as Error).message, /^in section "strings", near string \d+, at byte \d+: /);
          return;
        }
        assert.equal(closed, -1, 'the last string was left open');
      } else {
        counts.good++;
        assert.ok(push() > 0);
        assert.deepEqual(
          texts.map(([, found]) => found),
          want.slice(0, list.length),
        );
        assert.equal(strings.records, want.length);
      }
    },
  );
  fc.assert(property, { seed: 3_2, numRuns: 3000 });
  assert.ok(Math.min(counts.good, counts.bad) > 200, JSON.stringify(counts));
});

void test('a string longer than the input area, wanted or not', () => {
  const long = 'é"\\'.repeat(400_000);
  for (const wanted of [[0, 1, 2], [0, 2], [1]]) {
    const { texts, strings } = collect(wanted);
    const bytes = Buffer.from(`${JSON.stringify('a')},${JSON.stringify(long)},${JSON.stringify('b')}]`);
    assert.equal(pushPieces(strings, bytes, [700_001, 1_400_003]), bytes.length);
    assert.equal(strings.records, 3);
    assert.deepEqual(
      texts,
      wanted.map((index) => [index, ['a', long, 'b'][index]]),
    );
  }
});

void test('what is refused is named with its place', () => {
  for (const [text, message] of [
    [
      '"a" "b"]',
      'in section "strings", near string 1, at byte 14: """ where a comma, a string or the closing bracket should be',
    ],
    [
      '"a",,"b"]',
      'in section "strings", near string 1, at byte 14: "," where a comma, a string or the closing bracket should be',
    ],
    [
      '"a",]',
      'in section "strings", near string 1, at byte 14: "]" where a comma, a string or the closing bracket should be',
    ],
    [',"a"]', 'in section "strings", near string 0, at byte 10: "," where a string should be'],
    [
      '"a",1]',
      'in section "strings", near string 1, at byte 14: "1" where a comma, a string or the closing bracket should be',
    ],
    [
      '"a","b\nc"]',
      'in section "strings", near string 2, at byte 16: byte 0x0a inside a string, where JSON wants it escaped',
    ],
  ] as const) {
    const { strings } = collect([]);
    assert.throws(() => strings.push(Buffer.from(text), 0, 10), { code: 'INVALID_SNAPSHOT', message });
  }
  const { strings } = collect([1]);
  assert.throws(() => strings.push(Buffer.from('"a","\\q"]'), 0, 0), {
    code: 'INVALID_SNAPSHOT',
    message: 'string 1 is no valid JSON string',
  });
});

void test('indices beyond the last string are not called back', () => {
  const { texts, strings } = collect([0, 7]);
  assert.equal(strings.push(Buffer.from('"a","b"]'), 0, 0), 8);
  assert.deepEqual(texts, [[0, 'a']]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { HeapstatError } from '../../../dist/errors.js';
import { KernelTally, type TallyRow } from '../../../dist/snapshot/kernel/tally.js';
import { LayoutMismatch } from '../../../dist/snapshot/sink.js';
import {
  FIXTURES,
  kernel,
  pushPieces,
  pushUntilMismatch,
  readByExpression,
  readFixture,
  schemaOf,
  sectionStart,
  sectionText,
} from './reference.js';

const TYPES = 40;
/** Some of them above 31: a mask of 32 bits would confuse them. */
const NAMED = new Set([0, 3, 5, 31, 32, 35, 39]);
const LIMITS = [TYPES, 2 ** 32, Infinity, Infinity, 2 ** 32];

interface Sums {
  highestName: number;
  rows: Map<string, { count: number; size: bigint }>;
  edges: number;
  empty: number;
}

function tallyByLoop(records: Iterable<readonly number[]>, named: ReadonlySet<number>): Sums {
  const sums: Sums = { rows: new Map(), edges: 0, empty: 0, highestName: 0 };
  for (const record of records) {
    const key = `${record[0]} ${named.has(record[0]!) ? record[1] : 0}`;
    const row = sums.rows.get(key) ?? { count: 0, size: 0n };
    sums.rows.set(key, { count: row.count + 1, size: row.size + BigInt(record[3]!) });
    sums.highestName = Math.max(sums.highestName, record[1]!);
    sums.edges += record[4]!;
    sums.empty += record[3] === 0 ? 1 : 0;
  }
  return sums;
}

function assertTally(tally: KernelTally, want: Sums): void {
  const rows = tally.rows();
  const got = new Map(rows.map((row: TallyRow) => [`${row.type} ${row.name}`, `${row.count} ${row.size}`]));
  assert.equal(got.size, rows.length, 'a row occurs once');
  assert.deepEqual(got, new Map([...want.rows].map(([key, row]) => [key, `${row.count} ${Number(row.size)}`])));
  assert.equal(tally.highestName, want.highestName);
  assert.equal(tally.edges, want.edges);
  assert.equal(tally.empty, want.empty);
}

function* recordsOf(flat: readonly number[], fields: number): Generator<number[]> {
  for (let at = 0; at < flat.length; at += fields) yield flat.slice(at, at + fields);
}

for (const name of FIXTURES) {
  void test(`${name}: every row as by JSON.parse, whole, in pieces and in the kernel's own memory`, () => {
    const { bytes, json, schema } = readFixture(name);
    const named = new Set(
      schema.nodeTypes.flatMap((type, index) => (/object|native|closure/.test(type) ? [index] : [])),
    );
    const want = tallyByLoop(recordsOf(json.nodes, schema.nodeStride), named);
    const start = sectionStart(bytes, 'nodes');
    const end = bytes.indexOf('"edges":') - 2;
    const section = bytes.subarray(start);
    for (const size of [1 << 20, 65537, 4096, 997]) {
      const cuts = Array.from({ length: Math.floor((end - start) / size) }, (_, index) => (index + 1) * size);
      for (const own of size > 500_000 ? [undefined] : [undefined, kernel()]) {
        const tally = new KernelTally(own ?? kernel(), schema, named);
        const last = section.subarray(
          0,
          Math.min(section.length, (cuts.at(-1) ?? 0) + (own?.input.length ?? Infinity)),
        );
        assert.equal(start + pushPieces(tally, last, cuts, own), end, `cut at ${size}`);
        assert.equal(tally.records, json.nodes.length / schema.nodeStride);
        assertTally(tally, want);
      }
    }
  });
}

for (const lines of [false, true]) {
  void test(`a chunk border at every byte, and everywhere at once (${lines ? 'a line per record' : 'no newlines'})`, () => {
    const records = [
      [9, 1, 1, 0, 6, 0],
      [3, 123456789, 4294967297, 5000000000, 1234567, 2],
      [39, 4294967295, 999999999999999, 999999999999999, 4294967295, 0],
      [5, 7, 8, 99999999, 0, 1],
      [32, 0, 0, 0, 0, 0],
    ];
    const bytes = Buffer.from(`${sectionText(records, lines)},"edges":[`);
    const close = bytes.indexOf(']') + 1;
    const want = tallyByLoop(records, NAMED);
    const schema = schemaOf(6, TYPES);
    const each = Array.from(bytes, (_, index) => index);
    for (const cuts of [
      ...each.map((cut) => [cut]),
      each,
      each.filter((cut) => cut % 2 === 0),
      each.filter((cut) => cut % 7 === 3),
    ]) {
      const tally = new KernelTally(kernel(), schema, NAMED);
      assert.equal(pushPieces(tally, bytes, cuts), close, `cut at ${cuts.join()}`);
      assert.equal(tally.records, records.length);
      assertTally(tally, want);
    }
  });
}

void test('an empty section', () => {
  const tally = new KernelTally(kernel(), schemaOf(6, TYPES), NAMED);
  assert.equal(tally.push(Buffer.from('x],'), 1, 0), 2);
  assert.equal(tally.records, 0);
  assert.deepEqual(tally.rows(), []);
});

/** Numbers of 1 to 15 digits, every length as likely as the others. */
const anyNumber = fc
  .integer({ min: 1, max: 15 })
  .chain((digits) => fc.integer({ min: digits === 1 ? 0 : 10 ** (digits - 1), max: 10 ** digits - 1 }));
const anyWord = fc
  .integer({ min: 1, max: 10 })
  .chain((digits) =>
    fc.integer({ min: digits === 1 ? 0 : 10 ** (digits - 1), max: Math.min(2 ** 32, 10 ** digits) - 1 }),
  );

const anySection = fc
  .tuple(fc.integer({ min: 5, max: 9 }), fc.boolean(), fc.boolean())
  .chain(([fields, lines, wide]) => {
    const small = fc.integer({ min: 0, max: 99_999 });
    const record = fc.tuple(
      fc.integer({ min: 0, max: TYPES - 1 }),
      wide ? anyWord : small,
      wide ? anyNumber : small,
      wide ? anyNumber : small,
      wide ? anyWord : small,
      ...Array.from({ length: fields - 5 }, () => (wide ? anyNumber : fc.integer({ min: 0, max: 2 }))),
    );
    return fc.record({
      fields: fc.constant(fields),
      lines: fc.constant(lines),
      records: fc.array(record as fc.Arbitrary<number[]>, { minLength: 1, maxLength: 60 }),
      cuts: fc.array(fc.nat(4000), { maxLength: 12 }),
    });
  });

const cutsWithin = (cuts: readonly number[], length: number): number[] =>
  cuts.filter((cut) => cut < length).toSorted((a, b) => a - b);

void test('random records of 5 to 9 numbers, numbers of 1 to 15 digits, in random pieces', () => {
  fc.assert(
    fc.property(anySection, ({ fields, lines, records, cuts }) => {
      const bytes = Buffer.from(sectionText(records, lines));
      const tally = new KernelTally(kernel(), schemaOf(fields, TYPES), NAMED);
      assert.equal(pushPieces(tally, bytes, cutsWithin(cuts, bytes.length)), bytes.length);
      assert.equal(tally.records, records.length);
      assertTally(tally, tallyByLoop(records, NAMED));
    }),
    { seed: 20_1, numRuns: 400 },
  );
});

void test('one strange byte: what comes before it is taken exactly once, and the rest is handed over from the start of a record', () => {
  const outcomes = { closed: 0, mismatch: 0, damage: 0 };
  const strange = fc.constantFrom(
    ...' -.eE"\n\r\t,]}[x0079999999999999999999'.split(''),
    '1234567890123456',
    ',,',
    '\n,',
    ',\n',
    '],',
    '00000000',
  );
  fc.assert(
    fc.property(
      anySection,
      fc.nat(),
      strange,
      fc.boolean(),
      ({ fields, lines, records, cuts }, place, inserted, replace) => {
        const good = sectionText(records, lines);
        const at = place % good.length;
        const text = `${good.slice(0, at)}${inserted}${good.slice(replace ? at + 1 : at)},"edges":[1,1,6]`;
        const bytes = Buffer.from(text);
        const want = readByExpression(text, fields, LIMITS);
        const tally = new KernelTally(kernel(), schemaOf(fields, TYPES), NAMED);
        let result;
        try {
          result = pushUntilMismatch(tally, bytes, cutsWithin(cuts, bytes.length));
        } catch (error) {
          assert.ok(error instanceof HeapstatError, String(error));
          assert.equal(error.code, 'INVALID_SNAPSHOT');
          assert.match(error.message, new RegExp(`section "nodes", record ${want.records.length} at byte \\d+: `));
          assert.equal(want.closed, false);
          outcomes.damage++;
          return;
        }
        assert.equal(tally.records, want.records.length);
        assertTally(tally, tallyByLoop(want.records, NAMED));
        if ('closed' in result) {
          assert.equal(want.closed, true, text);
          assert.equal(result.closed, want.at);
          outcomes.closed++;
        } else {
          assert.equal(want.closed, false);
          assert.equal(result.rest.toString(), text.slice(want.at));
          assert.ok(result.mismatch.offset >= want.at);
          outcomes.mismatch++;
        }
      },
    ),
    { seed: 20_2, numRuns: 3000 },
  );
  assert.ok(Math.min(outcomes.closed, outcomes.mismatch, outcomes.damage) > 50, JSON.stringify(outcomes));
});

void test('the same in a long section, far behind the first block', () => {
  for (const lines of [false, true]) {
    const records = Array.from({ length: 40_000 }, (_, k) => [k % TYPES, k % 300, 2 * k + 1, k % 1000, k % 7, 0, 0]);
    const good = sectionText(records, lines);
    for (const [at, inserted] of [
      [700_000, ' '],
      [700_001, '\n'],
      [123_456, '1234567890123456'],
      [300_000, ',,'],
    ] as const) {
      const text = good.slice(0, at) + inserted + good.slice(at);
      const want = readByExpression(text, 7, LIMITS);
      assert.equal(want.closed, false);
      const tally = new KernelTally(kernel(), schemaOf(7, TYPES), NAMED);
      const result = pushUntilMismatch(tally, Buffer.from(text), [100_000, 800_000]);
      assert.ok('mismatch' in result);
      assert.equal(result.rest.toString(), text.slice(want.at));
      assert.equal(tally.records, want.records.length);
      assertTally(tally, tallyByLoop(want.records, NAMED));
    }
  }
});

void test('both layouts in one section: the second is handed over, nothing is counted twice', () => {
  for (const lines of [false, true]) {
    const records = Array.from({ length: 3000 }, (_, k) => [k % TYPES, k % 50, k, k, 1, 0]);
    const first = sectionText(records.slice(0, 2000), lines).slice(0, -1);
    const text = `${first},${sectionText(records.slice(2000), !lines)}`;
    const tally = new KernelTally(kernel(), schemaOf(6, TYPES), NAMED);
    const result = pushUntilMismatch(tally, Buffer.from(text), [5000, 40_000]);
    assert.ok('mismatch' in result);
    const rest = JSON.parse(`[${result.rest.toString()}`) as number[];
    assert.equal(tally.records + rest.length / 6, records.length);
    assert.deepEqual(rest, records.slice(tally.records).flat());
    assertTally(tally, tallyByLoop(records.slice(0, tally.records), NAMED));
  }
});

void test('the table grows; the input area stays where it is', () => {
  const own = kernel();
  const { input } = own;
  const tally = new KernelTally(own, schemaOf(6, TYPES), NAMED);
  const records = Array.from({ length: 200_000 }, (_, k) => [3, k * 20_011, k, k, 0, 0]);
  const bytes = Buffer.from(sectionText(records, false));
  for (let at = 0; at < bytes.length; at += 500_000) {
    const piece = bytes.subarray(at, at + 500_000);
    input.set(piece);
    tally.push(input.subarray(0, piece.length), 0, at);
  }
  assert.equal(own.input, input);
  assertTally(tally, tallyByLoop(records, NAMED));
});

void test('sums are exact far above 2^32', () => {
  const records = Array.from({ length: 9 }, () => [3, 1, 1, 999_999_999_999_999, 4_294_967_295, 0]);
  const tally = new KernelTally(kernel(), schemaOf(6, TYPES), NAMED);
  tally.push(Buffer.from(sectionText(records, false)), 0, 0);
  assert.deepEqual(tally.rows(), [{ type: 3, name: 1, count: 9, size: 8_999_999_999_999_991 }]);
  assert.equal(tally.edges, 9 * 4_294_967_295);
});

void test('values that no snapshot holds are named with record and byte', () => {
  const good = '3,1,1,10,0,0,';
  for (const [text, message] of [
    [`${good}40,1,1,1,0,0]`, 'in section "nodes", record 1 at byte 113: type 40, but it should be below 40'],
    [`${good}256,1,1,1,0,0]`, 'in section "nodes", record 1 at byte 113: type 256, but it should be below 40'],
    [
      `${good}4294967296,1,1,1,0,0]`,
      'in section "nodes", record 1 at byte 113: type 4294967296, but it should be below 40',
    ],
    [
      `${good}${good}3,4294967296,1,1,0,0]`,
      'in section "nodes", record 2 at byte 128: name 4294967296, but it should be below 4294967296',
    ],
    [
      `${good}3,1,1,1,4294967296,0]`,
      'in section "nodes", record 1 at byte 121: edge_count 4294967296, but it should be below 4294967296',
    ],
    [`${good}3,1,1]`, `in section "nodes", record 1 at byte 118: the section's closing bracket after 3 of 6 numbers`],
    [`${good}3,1,]`, `in section "nodes", record 1 at byte 117: the section's closing bracket after 2 of 6 numbers`],
    [
      `${good}]`,
      `in section "nodes", record 1 at byte 113: the section's closing bracket where a record should follow the comma`,
    ],
    [`${good}3,07,1,1,0,0]`, 'in section "nodes", record 1 at byte 115: a number of several digits that starts with 0'],
  ] as const) {
    const tally = new KernelTally(kernel(), schemaOf(6, TYPES), NAMED);
    assert.throws(() => tally.push(Buffer.from(text), 0, 100), {
      name: 'HeapstatError',
      code: 'INVALID_SNAPSHOT',
      message,
    });
  }
});

void test('what V8 does not write is left to the other reader', () => {
  for (const text of [
    ' 1,2,3,4,5,6]',
    '-1,2,3,4,5,6]',
    '1,2,3,4,5e1,6]',
    '1,2,3,4.5,5,6]',
    '1,2,3,4,5,6 ]',
    '\n1,2,3,4,5,6\n]',
    '1,2,3,4,5,6}',
    '1,"2",3,4,5,6]',
    '1,2,1234567890123456,4,5,6]',
  ]) {
    const tally = new KernelTally(kernel(), schemaOf(6, TYPES), NAMED);
    const result = pushUntilMismatch(tally, Buffer.from(text), [3]);
    assert.ok('mismatch' in result && result.mismatch instanceof LayoutMismatch, text);
    assert.equal(result.rest.toString(), text);
  }
});

void test('which snapshots are for the kernels', () => {
  const supported = [5, 6, 7, 8, 9].map((fields) => KernelTally.supports(schemaOf(fields, TYPES)));
  assert.deepEqual(supported, [true, true, true, true, true]);
  assert.equal(KernelTally.supports(schemaOf(6, 255)), true);
  assert.equal(KernelTally.supports(schemaOf(6, 256)), false);
  const order = ['type', 'name', 'id', 'self_size', 'edge_count'];
  assert.equal(KernelTally.supports(schemaOf([...order.slice(1), 'type'], TYPES)), false);
  assert.equal(KernelTally.supports(schemaOf(['detachedness', ...order], TYPES)), false);
  assert.equal(KernelTally.supports(schemaOf([...order, 'a', 'b', 'c', 'd', 'e'], TYPES)), false);
  for (let swap = 0; swap < 4; swap++) {
    const swapped = [...order];
    [swapped[swap], swapped[swap + 1]] = [swapped[swap + 1]!, swapped[swap]!];
    assert.equal(KernelTally.supports(schemaOf(swapped, TYPES)), false);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { naiveDiff, naiveSummary, parseSnapshot, type ParsedSnapshot } from '../helpers/naive.js';
import { diffOf, plainDiff, plainSummary, READERS, summaryInChunks, summaryOf } from '../helpers/results.js';

const TYPES = ['hidden', 'array', 'string', 'object', 'code', 'closure', 'regexp', 'native', 'synthetic', 'jl_array_t'];
const NAMES = [
  '',
  'Foo',
  'Function',
  '__proto__',
  'constructor',
  '<div id="a">',
  'Detached <p class=b>',
  '日本',
  '👨‍👩‍👧‍👦',
  '\ud83d',
  'a"b\\c\n\u001b',
  'x'.repeat(300),
  '"]}',
  '\n"strings":[',
];

/** 1 to 15 digits, any of them as likely. */
const anyWidth = fc
  .tuple(fc.integer({ min: 1, max: 15 }), fc.maxSafeNat())
  .map(([digits, value]) => value % 10 ** digits);

const anyNode = fc.record({
  type: fc.nat(TYPES.length - 1),
  name: fc.nat(NAMES.length - 1),
  id: fc.oneof(fc.nat(60), anyWidth),
  size: fc.oneof(fc.constant(0), fc.nat(100), anyWidth),
  edges: fc.oneof({ weight: 80, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(12_000) }),
});

const anySnapshot = fc.record({
  nodes: fc.uniqueArray(anyNode, { selector: (node) => node.id, maxLength: 60 }),
  /** Fields behind the five that every snapshot has, and whether these stand in another order. */
  more: fc.nat(5),
  isShuffled: fc.boolean(),
  countsGiven: fc.boolean(),
  lines: fc.boolean(),
  escaped: fc.boolean(),
});

type Parts = typeof anySnapshot extends fc.Arbitrary<infer Value> ? Value : never;

/** In V8's layout, with or without a line per record; and indented, as other tools write it. */
function write({ nodes, more, isShuffled, countsGiven, lines, escaped }: Parts): { v8: Buffer; indented: Buffer } {
  const five = ['type', 'name', 'id', 'self_size', 'edge_count'];
  const fields = [...(isShuffled ? five.toReversed() : five), ...['detachedness', 'a', 'b', 'c', 'd'].slice(0, more)];
  const values = nodes.map((node, k): Record<string, number> => ({
    type: node.type,
    name: node.name,
    id: node.id,
    self_size: node.size,
    edge_count: node.edges,
    detachedness: k % 3,
    a: 10 ** (k % 15),
  }));
  const records = values.map((value) => fields.map((field) => value[field] ?? 0));
  const edges = nodes.flatMap((node) =>
    Array.from({ length: node.edges }, (_, k) => [1, k, (k % nodes.length) * fields.length]),
  );
  const snapshot = {
    meta: {
      node_fields: fields,
      node_types: fields.map((field) => (field === 'type' ? TYPES : 'number')),
      edge_fields: ['type', 'name_or_index', 'to_node'],
      edge_types: [['context', 'element'], 'string_or_number', 'node'],
    },
    node_count: countsGiven ? nodes.length : 0,
    edge_count: countsGiven ? edges.length : 0,
  };
  const flat = (rows: readonly (readonly number[])[]): string =>
    rows.map((row) => row.join(',') + (lines ? '\n' : '')).join(',');
  const text = (name: string): string => {
    const json = JSON.stringify(name);
    return escaped ? json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`) : json;
  };
  const v8 =
    `{"snapshot":${JSON.stringify(snapshot)},\n"nodes":[${flat(records)}],\n"edges":[${flat(edges)}],\n` +
    `"samples":[],\n"strings":[${NAMES.map(text).join(lines ? ',\n' : ',')}]}`;
  const json = JSON.parse(v8) as ParsedSnapshot;
  return { v8: Buffer.from(v8), indented: Buffer.from(JSON.stringify(json, null, 1)) };
}

const SETTINGS = { seed: 20_240_615, numRuns: 100 };

void test('the summary of any snapshot, however it is written and cut, is the naive one', async () => {
  await fc.assert(
    fc.asyncProperty(
      anySnapshot,
      fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 30 }),
      async (parts, cuts) => {
        const { v8, indented } = write(parts);
        const expected = naiveSummary(parseSnapshot(v8));
        for (const options of Object.values(READERS)) {
          assert.deepEqual(plainSummary(await summaryOf(v8, options)), expected);
          assert.deepEqual(plainSummary(await summaryInChunks(v8, cuts, options)), expected);
        }
        assert.deepEqual(plainSummary(await summaryOf(indented)), expected);
      },
    ),
    SETTINGS,
  );
});

void test('the diff of any two snapshots is the naive one', async () => {
  await fc.assert(
    fc.asyncProperty(anySnapshot, anySnapshot, async (before, after) => {
      const [a, b] = [write(before), write(after)];
      const expected = naiveDiff(parseSnapshot(a.v8), parseSnapshot(b.v8));
      for (const options of Object.values(READERS))
        assert.deepEqual(plainDiff(await diffOf(a.v8, b.v8, { ...options, match: 'id' })), expected);
      assert.deepEqual(plainDiff(await diffOf(a.indented, b.v8, { match: 'id' })), expected);
    }),
    SETTINGS,
  );
});

void test('a byte changed anywhere gives what JSON.parse gives, or an error: no wrong number', async () => {
  const inNumbers = Buffer.from('0123456789,-+.eE \n]["x');
  await fc.assert(
    fc.asyncProperty(
      anySnapshot.filter(({ nodes }) => nodes.length > 3),
      fc.maxSafeNat(),
      fc.nat(inNumbers.length - 1),
      async (parts, where, what) => {
        const bytes = Buffer.from(write(parts).v8);
        const [start, end] = [bytes.indexOf('"nodes":[') + 9, bytes.indexOf('],\n"edges"')];
        bytes[start + (where % (end - start))] = inNumbers[what]!;
        let expected: object | null = null;
        try {
          expected = naiveSummary(parseSnapshot(bytes));
        } catch {
          // No JSON any more, or names and types that do not exist.
        }
        for (const [reader, options] of Object.entries(READERS)) {
          let found: object | null = null;
          try {
            found = plainSummary(await summaryOf(bytes, options));
          } catch (error) {
            assert.equal((error as Error).name, 'HeapstatError', `${reader}: ${String(error)}`);
          }
          // To refuse more than JSON.parse does is right: counts, record lengths and string indices are checked too.
          if (found !== null) assert.deepEqual(found, expected, reader);
        }
      },
    ),
    { ...SETTINGS, numRuns: 400 },
  );
});

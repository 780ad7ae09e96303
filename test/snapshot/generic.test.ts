import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSnapshot, type ReadOptions, type ReadReport } from '../../dist/snapshot/read.js';
import { loadColumns } from '../../dist/snapshot/load-columns.js';
import { bytesSource, streamSource } from '../../dist/snapshot/source.js';
import { fixtureBytes } from '../helpers/fixture-files.js';
import { naiveSummary, parseSnapshot } from '../helpers/naive.js';
import { seededRandom } from '../helpers/random.js';
import { RecordingSink } from '../helpers/recording-sink.js';
import { diffOf, plainDiff, plainSummary, summaryOf } from '../helpers/results.js';

interface Sections {
  [key: string]: unknown;
  nodes: number[];
  edges: number[];
  locations: number[];
  strings: string[];
}

const SMALL = parseSnapshot(fixtureBytes('lines')) as unknown as Sections;

/** Reads everything, and compares it with what JSON.parse makes of the same text. */
async function compare(text: string, options: ReadOptions = {}, what = text.slice(0, 200)): Promise<ReadReport> {
  const { nodes, edges, locations, strings } = JSON.parse(text.replace(/^\ufeff/, '')) as Sections;
  const sink = new RecordingSink(strings.length);
  const report = await readSnapshot(bytesSource(Buffer.from(text)), sink, options);
  assert.deepEqual(sink.recorded, { nodes, edges, locations, strings }, what);
  assert.deepEqual(sink.stringCounts, [strings.length]);
  assert.equal(report.bytes, Buffer.byteLength(text));
  assert.equal(report.nodeRecords, nodes.length / report.schema.nodeStride, what);
  return report;
}

void test('re-indented as jq and formatters do, with a byte order mark, with carriage returns', async () => {
  for (const indent of [1, 2, '\t']) {
    const text = JSON.stringify(SMALL, null, indent);
    await compare(text);
    await compare(`\ufeff${text}\n`);
    await compare(text.replaceAll('\n', '\r\n'));
  }
  await compare(JSON.stringify(SMALL));
  await compare(JSON.stringify(SMALL).replaceAll(',', ' , ').replaceAll(':', ' : '));
});

void test('sections in any order', async () => {
  const expected = naiveSummary(parseSnapshot(fixtureBytes('lines')));
  const random = seededRandom(3);
  const keys = Object.keys(SMALL);
  const orders = [
    keys.toSorted(),
    keys.toReversed(),
    ['strings', ...keys],
    ['nodes', ...keys],
    ['edges', 'nodes', ...keys],
    ['locations', ...keys],
  ];
  for (let k = 0; k < 80; k++) {
    const left = [...keys];
    orders.push(keys.map(() => left.splice(random(left.length), 1)[0]!));
  }
  for (const order of orders) {
    // The first place of a key counts.
    const text = JSON.stringify(Object.fromEntries(order.map((key) => [key, SMALL[key]])));
    await compare(text, {}, order.join(' '));
    await compare(text, { generalReaderOnly: true }, order.join(' '));
    // A sink that needs the nodes before it knows which strings it wants.
    assert.deepEqual(plainSummary(await summaryOf(Buffer.from(text))), expected, order.join(' '));
  }
});

function sortKeys(_: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}

void test('keys sorted in every object, the header included, as jq -S does', async () => {
  const bun = JSON.parse(fixtureBytes('bun.1').toString()) as unknown;
  for (const indent of [0, 2]) {
    await compare(JSON.stringify(SMALL, sortKeys, indent));
    await compare(JSON.stringify(bun, sortKeys, indent), {}, 'bun.1');
  }
});

/** bun.1 with locations, so that every section has thousands of numbers. */
const LARGE = fixtureBytes('bun.1')
  .toString()
  .replace('"locations":[]', `"locations":[${Array.from({ length: 4000 }, (_, k) => (k * 37) % 4096).join(',')}]`);

/** The text with the `n`th number of a section written otherwise. */
function rewriteNumber(text: string, section: string, n: number, rewrite: (digits: string) => string): string {
  const start = text.indexOf('[', text.indexOf(`"${section}":`)) + 1;
  const end = text.indexOf(']', start);
  const numbers = text.slice(start, end).split(',');
  numbers[n % numbers.length] = rewrite(numbers[n % numbers.length]!);
  return text.slice(0, start) + numbers.join(',') + text.slice(end);
}

const NOTATIONS: Readonly<Record<string, (digits: string) => string>> = {
  'a space in front': (digits) => ` ${digits}`,
  'a space behind': (digits) => `${digits} `,
  'lines around': (digits) => `\n\n${digits}\r\n`,
  'a minus sign': (digits) => `-${digits}`,
  'an exponent': (digits) => `${digits}e1`,
  'a fraction': (digits) => `${digits}.25`,
  '20 digits': () => '12345678901234567890',
  '16 digits': () => '9007199254740993',
};

for (const section of ['nodes', 'edges', 'locations']) {
  void test(`a number of ${section} in another notation: the general reader goes on from there`, async () => {
    const random = seededRandom(section.length);
    for (const [notation, rewrite] of Object.entries(NOTATIONS)) {
      for (let n = 0; n < 28; n++)
        await compare(rewriteNumber(JSON.stringify(SMALL), section, n, rewrite), {}, `${notation} at ${n}`);
      for (let k = 0; k < 2; k++) {
        const n = random(100_000);
        const report = await compare(rewriteNumber(LARGE, section, n, rewrite), {}, `bun.1: ${notation} at ${n}`);
        assert.equal(report.warnings.length, notation.includes('digits') ? 1 : 0, notation);
      }
    }
  });
}

void test('what the kernels have taken and what the general reader takes are one result', async () => {
  const plain = fixtureBytes('bun.1');
  const other = fixtureBytes('bun.2');
  const summary = plainSummary(await summaryOf(plain));
  const [to, from] = [plainDiff(await diffOf(other, plain)), plainDiff(await diffOf(plain, other))];
  const { columns } = await loadColumns(bytesSource(plain));
  for (const [section, numbers] of [
    ['nodes', [3, 9000, 20_000, 30_001]],
    ['edges', [2, 30_000, 60_000]],
  ] as const)
    for (const n of numbers) {
      const text = Buffer.from(rewriteNumber(plain.toString(), section, n, (digits) => ` ${digits}`));
      const what = `number ${n} of ${section}`;
      assert.deepEqual(plainSummary(await summaryOf(text)), summary, what);
      assert.deepEqual(plainDiff(await diffOf(other, text)), to, what);
      assert.deepEqual(plainDiff(await diffOf(text, other)), from, what);
      const { columns: handedOver } = await loadColumns(bytesSource(text));
      for (const name of [
        'nodeType',
        'nodeName',
        'nodeId',
        'nodeSelfSize',
        'firstEdge',
        'edgeType',
        'edgeName',
        'edgeTarget',
      ] as const)
        assert.deepEqual(Array.from(handedOver[name]), Array.from(columns[name]), `${what}: ${name}`);
    }
});

void test('spaces between strings stay with the scanner', async () => {
  const told: string[] = [];
  const text = JSON.stringify(SMALL).replace('"Cache"', '\n "Cache"\t');
  await compare(text, { onWarning: (warning) => told.push(warning) });
  assert.deepEqual(told, []);
});

void test('handed over in the middle of the chunks of a stream, at every byte', async () => {
  const bytes = Buffer.from(JSON.stringify(SMALL, null, 1));
  const { nodes, edges, locations, strings } = SMALL;
  for (let cut = 0; cut < bytes.length; cut += 3) {
    async function* chunks(): AsyncIterable<Uint8Array> {
      yield Buffer.from(bytes.subarray(0, cut));
      yield Buffer.from(bytes.subarray(cut));
    }
    const sink = new RecordingSink(strings.length);
    await readSnapshot(streamSource(chunks, 'cut'), sink);
    assert.deepEqual(sink.recorded, { nodes, edges, locations, strings }, `cut at ${cut}`);
  }
});

void test('tells that it is slow: once, at the end of a small file and in the middle of a large one', async () => {
  for (const [text, byteWhenTold] of [
    [JSON.stringify(SMALL, null, 1), 'end'],
    [
      JSON.stringify(SMALL, null, 1).replace('"trace_tree": []', `"trace_tree": [${'0,'.repeat(2_000_000)}0]`),
      'middle',
    ],
  ] as const) {
    const told: { warning: string; done: number }[] = [];
    let done = 0;
    async function* chunks(): AsyncIterable<Uint8Array> {
      const bytes = Buffer.from(text);
      for (; done < bytes.length; done += 65_536) yield bytes.subarray(done, done + 65_536);
    }
    await readSnapshot(streamSource(chunks, 'indented'), new RecordingSink(6), {
      onWarning: (warning) => told.push({ warning, done }),
    });
    assert.equal(told.length, 1);
    assert.match(told[0]!.warning, /^indented is not in V8's own layout \(.*"nodes".*\)/);
    assert.equal(told[0]!.done >= text.length, byteWhenTold === 'end');
  }
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { diagnose } from '../../dist/analysis/doctor.js';
import { HeapstatError } from '../../dist/errors.js';
import { bytesSource } from '../../dist/snapshot/source.js';
import { runCampaign } from './fuzz/campaign.js';
import { naiveColumns, TOLERATED, understand, withoutBadStrings } from './fuzz/expectation.js';
import { KINDS, makeTrial } from './fuzz/trial.js';

const folder = mkdtempSync(join(tmpdir(), 'heapstat-fuzz-'));
after(() => rmSync(folder, { recursive: true }));

const SEED = 20_261_123;
/** Every kind of damage three times. `npm run fuzz` goes on for as long as one likes. */
const RUNS = 3 * KINDS.length;

void test('damaged files are read as JSON.parse reads them, or refused', async () => {
  const tally = await runCampaign({
    seed: SEED,
    first: 0,
    end: RUNS,
    seconds: 240,
    isSmall: true,
    commandLineEvery: 12,
    folder,
    mostFinds: 3,
  });
  assert.deepEqual(tally.finds, [], `npm run fuzz -- --small --seed ${SEED} --runs ${RUNS} shows them`);
  assert.equal(tally.inputs, RUNS);
  for (const kind of KINDS) assert.equal(tally.kinds.get(kind), 3, kind);
  // That nothing was found means something only where both came about.
  for (const way of ['summary', 'columns', 'diff', 'graph', 'command line']) {
    const outcomes = tally.ways.get(way);
    assert.ok((outcomes?.get('read') ?? 0) > 0 && (outcomes?.get('refused') ?? 0) > 0, way);
  }
});

void test('the same seed makes the same inputs, and no two are alike', () => {
  const [once, again] = [0, 1].map(() => Array.from({ length: 60 }, (_, k) => makeTrial(SEED, k, true).damaged));
  assert.deepEqual(once, again);
  assert.ok(new Set(once!.map(String)).size > 55);
  assert.notDeepEqual(makeTrial(SEED + 1, 7, true).damaged, once![7]);
});

void test('doctor calls sound what JSON.parse reads and every reader takes, and nothing else', async () => {
  let [sound, unsound] = [0, 0];
  for (let k = 0; k < 600; k++) {
    const { damaged } = makeTrial(SEED, k, true);
    const understood = understand(damaged);
    const isSound = await diagnose(bytesSource(damaged)).then(
      (result) => result.sound,
      (error: unknown) => {
        if (error instanceof HeapstatError) return false;
        throw error;
      },
    );
    if (isSound) sound++;
    else unsound++;
    if (TOLERATED.includes(understood?.complaint ?? '')) continue;
    assert.equal(
      isSound,
      understood !== null && understood.complaint === null,
      `--first ${k}: ${understood?.complaint}`,
    );
  }
  assert.ok(sound > 100 && unsound > 100);
});

const SOUND = {
  snapshot: {
    meta: {
      node_fields: ['type', 'name', 'id', 'self_size', 'edge_count'],
      node_types: [['synthetic', 'object'], 'string', 'number', 'number', 'number'],
      edge_fields: ['type', 'name_or_index', 'to_node'],
      edge_types: [['element', 'property'], 'string_or_number', 'node'],
      location_fields: ['object_index', 'script_id', 'line', 'column'],
    },
    node_count: 2,
    edge_count: 1,
  },
  nodes: [0, 0, 1, 0, 1, 1, 1, 3, 16, 0],
  edges: [1, 1, 5],
  locations: [5, 7, 1, 2],
  strings: ['', 'Thing'],
};

void test('what the fuzzer takes for right', () => {
  const judge = (change: object, text = (json: string): string => json): string | null | undefined =>
    understand(Buffer.from(text(JSON.stringify({ ...SOUND, ...change }))))?.complaint;
  assert.equal(judge({}), null);
  assert.equal(judge({ nodes: SOUND.nodes.slice(1) }), undefined);
  assert.equal(judge({ nodes: [0, 0, 1, 0, 1, 1, 2, 3, 16, 0] }), undefined, 'no string 2');
  assert.equal(judge({ nodes: [0, 0, 1, 0, 1, 2, 1, 3, 16, 0] }), undefined, 'no type 2');
  assert.equal(judge({ strings: ['', 7] }), undefined);
  assert.equal(judge({ snapshot: { ...SOUND.snapshot, node_count: 3 } }), undefined);
  assert.equal(
    judge({}, (json) => json.slice(0, -1)),
    undefined,
    'cut',
  );
  assert.equal(
    judge({}, (json) => json.replace('"edges"', '"nodes":[],"edges"')),
    undefined,
    'nodes twice',
  );
  assert.match(judge({ edges: [1, 1, 4] })!, /target/);
  assert.match(judge({ edges: [1, 2, 5] })!, /name/);
  assert.match(judge({ edges: [1, 1] })!, /number of edges/);
  assert.match(judge({ locations: [5, 7, 1] })!, /part of a location/);
  assert.match(judge({ locations: [5, 7, -1, 2] })!, /place/);
  assert.match(judge({ snapshot: { ...SOUND.snapshot, root_index: 10 } })!, /root/);
  assert.equal(
    understand(withoutBadStrings(Buffer.from(JSON.stringify(SOUND).replace('Thing', String.raw`\x`))))?.complaint,
    null,
  );
  assert.deepEqual(naiveColumns(understand(Buffer.from(JSON.stringify(SOUND)))!.json), {
    nodeType: [0, 1],
    nodeName: [0, 1],
    nodeId: [1, 3],
    nodeSelfSize: [0, 16],
    nodeDetachedness: null,
    edgeCounts: [1, 0],
    edgeType: [1],
    edgeName: [1],
    edgeTarget: [1],
    locations: [1, 7, 1, 2],
    strings: ['', 'Thing'],
  });
});

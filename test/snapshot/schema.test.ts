import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeapstatError } from '../../dist/errors.js';
import { describeProducer } from '../../dist/snapshot/producer.js';
import { NO_FIELD, parseHeader, parseSchema } from '../../dist/snapshot/schema.js';
import { fixtureBytes } from '../helpers/fixture-files.js';
import { parseSnapshot } from '../helpers/naive.js';
import { summaryOf } from '../helpers/results.js';

const META = {
  node_fields: ['type', 'name', 'id', 'self_size', 'edge_count', 'trace_node_id', 'detachedness'],
  node_types: [['hidden', 'object'], 'string', 'number', 'number', 'number', 'number', 'number'],
  edge_fields: ['type', 'name_or_index', 'to_node'],
  edge_types: [['context', 'element'], 'string_or_number', 'node'],
  location_fields: ['object_index', 'script_id', 'line', 'column'],
};

void test('fields are found by their names', () => {
  const schema = parseSchema({
    meta: { ...META, node_fields: META.node_fields.toReversed(), node_types: META.node_types.toReversed() },
    node_count: 5,
    root_index: 14,
    extra_native_bytes: 24,
  });
  assert.deepEqual(
    [schema.nodeStride, schema.nodeTypeOffset, schema.nodeNameOffset, schema.nodeIdOffset, schema.nodeSelfSizeOffset],
    [7, 6, 5, 4, 3],
  );
  assert.deepEqual(
    [schema.nodeEdgeCountOffset, schema.nodeTraceNodeIdOffset, schema.nodeDetachednessOffset],
    [2, 1, 0],
  );
  assert.deepEqual(schema.nodeTypes, ['hidden', 'object']);
  assert.deepEqual(
    [schema.edgeStride, schema.edgeTypeOffset, schema.edgeNameOffset, schema.edgeTargetOffset],
    [3, 0, 1, 2],
  );
  assert.deepEqual(schema.edgeTypes, ['context', 'element']);
  assert.equal(schema.locationStride, 4);
  assert.deepEqual([schema.declaredNodeCount, schema.declaredEdgeCount], [5, 0]);
  assert.deepEqual([schema.rootOffset, schema.extraNativeBytes], [14, 24]);
});

void test('what a producer may leave out is marked', () => {
  const schema = parseSchema({
    meta: { ...META, node_fields: META.node_fields.slice(0, 5), location_fields: undefined },
    node_count: null,
  });
  assert.deepEqual([schema.nodeTraceNodeIdOffset, schema.nodeDetachednessOffset], [NO_FIELD, NO_FIELD]);
  assert.deepEqual([schema.locationStride, schema.extraNativeBytes, schema.declaredNodeCount], [0, null, 0]);
});

void test('what every header has, and has not', () => {
  for (const [header, message] of [
    [null, /should be an object, but is null/],
    [[], /should be an object, but is \[\]/],
    ['x'.repeat(100), /but is "x{59}\.\.\.$/],
    [{}, /no "meta" object: it is missing/],
    [{ meta: { ...META, node_fields: 'type' } }, /meta\.node_fields should be a list of names, but is "type"/],
    [{ meta: { ...META, node_fields: [] } }, /lacks "type": it lists nothing/],
    [{ meta: { ...META, node_types: undefined } }, /meta\.node_types should be a list of names/],
    [{ meta: { ...META, node_types: [['a', 1]] } }, /meta\.node_types should be a list of names/],
    [{ meta: { ...META, edge_types: [] } }, /meta\.edge_types should be a list of names, but is missing/],
    [{ meta: META, node_count: '5' }, /node_count should be a count, but is "5"/],
    [{ meta: META, edge_count: 1.5 }, /edge_count should be a count, but is 1\.5/],
    [{ meta: META, extra_native_bytes: -1 }, /extra_native_bytes should be a count, but is -1/],
  ] as const)
    assert.throws(
      () => parseSchema(header),
      (error) => error instanceof HeapstatError && error.code === 'INVALID_SNAPSHOT' && message.test(error.message),
      JSON.stringify(header),
    );
  for (const name of ['type', 'name', 'id', 'self_size', 'edge_count'])
    assert.throws(
      () =>
        parseSchema({
          meta: { ...META, node_fields: META.node_fields.map((field) => (field === name ? 'x' : field)) },
        }),
      { message: new RegExp(`lacks "${name}"`) },
    );
  assert.throws(() => parseHeader('{"meta":'), /no valid JSON/);
});

void test('a field named twice counts where it first stands', () => {
  const schema = parseSchema({ meta: { ...META, node_fields: [...META.node_fields, 'id'] } });
  assert.deepEqual([schema.nodeStride, schema.nodeIdOffset], [8, 2]);
});

void test('who wrote it, as far as the layout shows', async () => {
  for (const [name, producer] of [
    ['n14.1', 'V8 of Node 12 to 14'],
    ['node16', 'V8 of Node 16 to 18'],
    ['node20', 'V8 of Node 20'],
    ['node22', 'V8 of Node 22'],
    ['node26', 'V8 as in Chrome, Node 24 or later'],
    ['deno.1', 'V8 as in Chrome, Node 24 or later'],
    ['tr26', 'V8 as in Chrome, Node 24 or later, allocations traced'],
    ['bun.1', 'Bun, or Node 22 rewritten'],
  ] as const)
    assert.equal((await summaryOf(fixtureBytes(name))).snapshot.producer, producer, name);
  const { snapshot } = parseSnapshot(fixtureBytes('node16'));
  const hermes = parseSchema({ ...snapshot, node_count: 0, edge_count: 0 });
  assert.equal(describeProducer(hermes, false), 'Hermes');
  const julia = parseSchema({ meta: { ...META, node_types: [['jl_task_t']] } });
  assert.equal(describeProducer(julia, false), 'Julia');
});

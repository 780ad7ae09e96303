import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Kernel } from '../../../dist/snapshot/kernel/load.js';
import { loadKernel } from '../../../dist/snapshot/kernel/load.js';
import { parseSchema, type Schema } from '../../../dist/snapshot/schema.js';
import { LayoutMismatch, type SectionReader } from '../../../dist/snapshot/sink.js';

export const FIXTURES = ['node16', 'node20', 'node22', 'node26', 'deno.1', 'bun.1'];

export interface ParsedSnapshot {
  snapshot: Record<string, unknown>;
  nodes: number[];
  edges: number[];
  locations: number[];
  strings: string[];
}

export function readFixture(name: string): { bytes: Buffer; json: ParsedSnapshot; schema: Schema } {
  const file = new URL(`../../../fixtures/snapshots/${name}.heapsnapshot.gz`, import.meta.url);
  const bytes = gunzipSync(readFileSync(file));
  const json = JSON.parse(bytes.toString()) as ParsedSnapshot;
  return { bytes, json, schema: parseSchema(json.snapshot) };
}

/** Where the first byte behind `"name":[` is. */
export function sectionStart(bytes: Buffer, name: string): number {
  const mark = `"${name}":[`;
  const at = name === 'strings' ? bytes.lastIndexOf(`\n${mark}`) + 1 : bytes.indexOf(mark);
  return at + mark.length;
}

const NODE_FIELDS = [
  'type',
  'name',
  'id',
  'self_size',
  'edge_count',
  'trace_node_id',
  'detachedness',
  'more',
  'evenMore',
];

export function schemaOf(fields: string[] | number, types: number, header: Record<string, unknown> = {}): Schema {
  const names = typeof fields === 'number' ? NODE_FIELDS.slice(0, fields) : fields;
  const typeNames = Array.from({ length: types }, (_, type) => `type ${type}`);
  return parseSchema({
    meta: {
      node_fields: names,
      node_types: names.map((name) => (name === 'type' ? typeNames : 'number')),
      edge_fields: ['type', 'name_or_index', 'to_node'],
      edge_types: [['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak']],
      location_fields: ['object_index', 'script_id', 'line', 'column'],
    },
    ...header,
  });
}

/** As V8 writes a section, the closing bracket included. */
export function sectionText(records: readonly (readonly (number | bigint)[])[], lines: boolean): string {
  return `${records.map((record) => record.join(',') + (lines ? '\n' : '')).join(',')}]`;
}

/** What can be read of a text in V8's layout by regular expression: all of it, or what comes before the first record that is not so. */
export interface Reading {
  readonly closed: boolean;
  readonly records: number[][];
  /** Just past the bracket, or the start of the first record that is not in order. */
  readonly at: number;
}

export function readByExpression(text: string, fields: number, limits: readonly number[]): Reading {
  const records: number[][] = [];
  if (text.startsWith(']')) return { closed: true, records, at: 1 };
  const digits = '(?:0|[1-9]\\d{0,14})';
  const numbers = `(${digits}(?:,${digits}){${fields - 1}})`;
  const lines = new RegExp(`^${numbers}\n`).test(text);
  const whole = new RegExp(`${numbers}${lines ? '\n' : ''}([,\\]])`, 'y');
  for (let at = 0; ; at = whole.lastIndex) {
    whole.lastIndex = at;
    const match = whole.exec(text);
    if (match === null) return { closed: false, records, at };
    const record = match[1]!.split(',').map(Number);
    if (record.some((number, field) => number >= (limits[field] ?? Infinity))) return { closed: false, records, at };
    records.push(record);
    if (match[2] === ']') return { closed: true, records, at: whole.lastIndex };
  }
}

export function kernel(): Kernel {
  const loaded = loadKernel();
  if (loaded === null) throw new Error('this machine has no WebAssembly SIMD, so nothing here can be tested');
  return loaded;
}

/** Cuts `bytes` at `cuts` (ascending) and pushes the pieces. Returns the place just past the bracket, or -1. */
export function pushPieces(reader: SectionReader, bytes: Uint8Array, cuts: readonly number[], into?: Kernel): number {
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    let piece = bytes.subarray(from, to);
    if (into !== undefined) {
      into.input.set(piece);
      piece = into.input.subarray(0, piece.length);
    }
    const closed = reader.push(piece, 0, from);
    if (closed >= 0) return from + closed;
    from = to;
  }
  return -1;
}

/** The same; a LayoutMismatch is returned with all the bytes that were not taken. */
export function pushUntilMismatch(
  reader: SectionReader,
  bytes: Uint8Array,
  cuts: readonly number[],
): { closed: number } | { mismatch: LayoutMismatch; rest: Buffer } {
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    try {
      const closed = reader.push(bytes.subarray(from, to), 0, from);
      if (closed >= 0) return { closed: from + closed };
    } catch (error) {
      if (!(error instanceof LayoutMismatch)) throw error;
      return { mismatch: error, rest: Buffer.concat([error.rest, bytes.subarray(to)]) };
    }
    from = to;
  }
  return { closed: -1 };
}

import { isDeepStrictEqual } from 'node:util';
import { HeapstatError } from '../../../dist/errors.js';
import type { SnapshotColumns } from '../../../dist/snapshot/columns.js';
import { loadColumns } from '../../../dist/snapshot/load-columns.js';
import type { ReadOptions } from '../../../dist/snapshot/read.js';
import { bytesSource, fileSource } from '../../../dist/snapshot/source.js';
import { summarize } from '../../../dist/analysis/summary.js';
import { naiveDiff } from '../../helpers/naive.js';
import { diffOf, plainDiff, plainSummary, READERS, summaryInChunks, summaryOf } from '../../helpers/results.js';
import {
  differenceOf,
  naiveColumns,
  shorten,
  TOLERATED,
  understand,
  type Understood,
  withoutBadStrings,
} from './expectation.js';
import type { Trial } from './trial.js';

/** What came of one way of reading. */
export type Outcome = 'read' | 'refused' | 'unnoticed';

/** Something that should not be. */
export class Find extends Error {
  override readonly name = 'Find';
}

export interface Told {
  outcome(way: string, outcome: Outcome): void;
}

/** @throws Find unless an error is one that heapstat throws on purpose, for an input that it cannot read */
export function checkRefusal(error: unknown, way: string): void {
  if (!(error instanceof HeapstatError)) throw new Find(`${way}: ${shorten(stackOf(error), 1500)}`);
  if (error.code !== 'INVALID_SNAPSHOT' && error.code !== 'UNREADABLE')
    throw new Find(`${way}: an error of another kind: ${error.code} ${error.message}`);
  if (error.message.length > 1000)
    throw new Find(`${way}: a message of ${error.message.length} characters: ${shorten(error.message)}`);
}

export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Reads the damaged file in some of the ways there are, and holds what comes out to what JSON.parse says. */
export async function tryReaders(trial: Trial, file: string, told: Told): Promise<Understood | null> {
  const { damaged, withoutEdges, random } = trial;
  const understood = understand(damaged);
  const lenient = understand(withoutBadStrings(withoutEdges ?? damaged));
  const columns = understood ?? understandRest(trial);
  const readers = Object.entries(READERS);
  const [reader, options] = readers[random(3)]!;
  const summaries: [string, () => ReturnType<typeof summaryOf>][] = [
    [`summary, ${reader}`, () => summaryOf(reader === 'general' ? withoutMark(damaged) : damaged, options)],
  ];
  if (reader !== 'general')
    summaries.push([`summary of a file, ${reader}`, () => summarize(fileSource(file), options)]);
  const chunkReader = readers[random(2)]!;
  const cuts = Array.from({ length: 1 + random(8) }, () => 1 + random(Math.max(1, Math.min(damaged.length, 5000))));
  summaries.push([`summary in chunks, ${chunkReader[0]}`, () => summaryInChunks(damaged, cuts, chunkReader[1])]);
  for (const [way, read] of summaries) {
    const result = await attempt(way, async () => plainSummary(await read()));
    told.outcome('summary', judgeSummary(way, result, understood, lenient));
  }
  for (const [name, each] of readers)
    await tryColumns(name === 'general' ? withoutMark(damaged) : damaged, `columns, ${name}`, columns, each, told);
  if (random(3) === 0) await tryDiff(trial, understood, lenient, told, [reader, options]);
  return understood;
}

/** What there is to be read of a text that is no JSON, by readers that pass over what they do not need. */
export function understandRest({ withSoundRest, bare }: Trial): Understood | null {
  return (withSoundRest && understand(withSoundRest)) ?? (bare && understand(bare));
}

/** The scanner takes a byte order mark away before it hands over to the general reader. */
function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf)) ? bytes.subarray(3) : bytes;
}

/** The reason as a text where it is refused. */
async function attempt<Result extends object>(way: string, read: () => Promise<Result>): Promise<Result | string> {
  try {
    return await read();
  } catch (error) {
    checkRefusal(error, way);
    return (error as Error).message;
  }
}

function judgeSummary(
  way: string,
  found: object | string,
  understood: Understood | null,
  lenient: Understood | null,
): Outcome {
  if (typeof found === 'string') {
    if (understood?.complaint === null) throw new Find(`${way}: refused (${found}), and nothing is wrong with it`);
    return 'refused';
  }
  const wrong = understood === null ? 'what is no snapshot is read' : differenceOf(found, understood);
  if (wrong === null) return 'read';
  if (lenient && differenceOf(found, lenient) === null) return 'unnoticed';
  throw new Find(`${way}: ${wrong}`);
}

async function tryColumns(
  bytes: Buffer,
  way: string,
  understood: Understood | null,
  options: ReadOptions,
  told: Told,
): Promise<void> {
  const found = await attempt(way, async () =>
    plainColumns((await loadColumns(bytesSource(bytes, 'damaged'), options)).columns),
  );
  told.outcome('columns', typeof found === 'string' ? 'refused' : 'read');
  if (typeof found === 'string') {
    if (understood?.complaint === null && understand(bytes) !== null)
      throw new Find(`${way}: refused (${found}), and nothing is wrong with it`);
    return;
  }
  if (understood === null) throw new Find(`${way}: what is no snapshot is read`);
  if (understood.complaint !== null && !TOLERATED.includes(understood.complaint))
    throw new Find(`${way}: ${understood.complaint} is read`);
  const expected = naiveColumns(understood.json);
  if (!isDeepStrictEqual(found, expected)) throw new Find(`${way}: ${firstDifference(found, expected)}`);
}

function plainColumns(columns: SnapshotColumns): object {
  const { firstEdge, strings } = columns;
  return {
    nodeType: [...columns.nodeType],
    nodeName: [...columns.nodeName],
    // Float64 tells -0 from 0.
    nodeId: [...columns.nodeId].map((id) => id + 0),
    nodeSelfSize: [...columns.nodeSelfSize].map((size) => size + 0),
    nodeDetachedness: columns.nodeDetachedness && [...columns.nodeDetachedness],
    edgeCounts: Array.from({ length: columns.nodeCount }, (_, node) => firstEdge[node + 1]! - firstEdge[node]!),
    edgeType: [...columns.edgeType],
    edgeName: [...columns.edgeName],
    edgeTarget: [...columns.edgeTarget],
    locations: [...columns.locations],
    strings: Array.from({ length: strings.length }, (_, index) => strings.get(index)),
  };
}

export function firstDifference(found: object, expected: object): string {
  for (const [key, value] of Object.entries(expected)) {
    const other = (found as Record<string, unknown>)[key];
    if (isDeepStrictEqual(other, value)) continue;
    return `${key} is ${shorten(JSON.stringify(other))} instead of ${shorten(JSON.stringify(value))}`;
  }
  return 'equal';
}

function hasIds(one: Understood | null): one is Understood {
  return one !== null && one.complaint !== 'an id';
}

/** By id, with the sound original before or behind it. */
async function tryDiff(
  { original, damaged, random }: Trial,
  understood: Understood | null,
  lenient: Understood | null,
  told: Told,
  [reader, options]: readonly [string, ReadOptions],
): Promise<void> {
  const isBefore = random(2) === 0;
  const way = `diff by id, ${isBefore ? 'damaged before' : 'damaged behind'}, ${reader}`;
  const diff = (json: Understood['json']): object => {
    const sound = understand(original)!.json;
    return isBefore ? naiveDiff(json, sound) : naiveDiff(sound, json);
  };
  const found = await attempt(way, async () => {
    const bytes = reader === 'general' ? withoutMark(damaged) : damaged;
    const pair = isBefore ? ([bytes, original] as const) : ([original, bytes] as const);
    return plainDiff(await diffOf(...pair, { ...options, match: 'id' }));
  });
  if (typeof found === 'string') {
    if (understood?.complaint === null) throw new Find(`${way}: refused (${found}), and nothing is wrong with it`);
    told.outcome('diff', 'refused');
    return;
  }
  if (hasIds(understood) && (understood.isInexact || isDeepStrictEqual(found, diff(understood.json))))
    told.outcome('diff', 'read');
  else if (hasIds(lenient) && isDeepStrictEqual(found, diff(lenient.json))) told.outcome('diff', 'unnoticed');
  else if (understood === null) throw new Find(`${way}: what is no snapshot is compared`);
  else throw new Find(`${way}: ${firstDifference(found, diff(understood.json))}`);
}

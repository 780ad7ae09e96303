import { HeapstatError, usageError } from '../errors.js';
import { CompareSink } from '../snapshot/compare-sink.js';
import { KernelIds } from '../snapshot/kernel/diff.js';
import { KernelMemoryError, loadKernel } from '../snapshot/kernel/load.js';
import { describeProducer } from '../snapshot/producer.js';
import { readSnapshot, type ReadOptions, type ReadReport } from '../snapshot/read.js';
import type { SnapshotSource } from '../snapshot/source.js';
import { sampleMask } from '../util/id-sample.js';
import { IdSet, IdsTooFarApart } from '../util/id-set.js';
import { captureModeOf, type CaptureMode, isToldByName } from './capture-mode.js';
import { completenessOf, jointCompleteness } from './completeness.js';
import { decideMatch, type Match, type MatchMode } from './match.js';
import type { SnapshotInfo } from './summary.js';

/** What was read of one of the two snapshots of a diff. */
interface Side {
  readonly sink: CompareSink;
  readonly info: SnapshotInfo;
  readonly capture: CaptureMode;
  readonly warnings: readonly string[];
}

/** Both, and how they are to be compared. */
interface Sides {
  readonly before: Side;
  readonly after: Side;
  readonly match: Match;
  readonly warnings: readonly string[];
}

/**
 * Reads the two snapshots of a diff: each once by class; by id or auto one of them twice.
 * @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT, TOO_LARGE, USAGE when both can be read only once
 */
export async function readSides(
  before: SnapshotSource,
  after: SnapshotSource,
  wanted: MatchMode,
  options: ReadOptions,
): Promise<Sides> {
  const kernel = options.kernel === undefined ? loadKernel({ simd: options.simd ?? true }) : options.kernel;
  const shared = { ...options, kernel };
  try {
    return await (wanted === 'class' ? readByClass(before, after, shared) : readById(before, after, wanted, shared));
  } catch (error) {
    throw isOutOfRoom(error) ? tooFarApart(error) : error;
  }
}

/** Each snapshot once, without a look at ids. */
async function readByClass(
  beforeSource: SnapshotSource,
  afterSource: SnapshotSource,
  options: ReadOptions,
): Promise<Sides> {
  const unknown = { shared: 0, nodes: 0, before: new Map<number, number>(), after: new Map<number, number>() };
  const { kernel } = options;
  // Compared with no ids at all.
  const sink = (): CompareSink => new CompareSink(isToldByName, null, kernel ? new KernelIds(kernel) : new IdSet());
  const before = await readSide(beforeSource, sink(), options);
  const after = await readSide(afterSource, sink(), options);
  return { before, after, match: decideMatch('class', unknown), warnings: [] };
}

async function readById(
  beforeSource: SnapshotSource,
  afterSource: SnapshotSource,
  wanted: MatchMode,
  options: ReadOptions,
): Promise<Sides> {
  // The one that is read twice comes first: its ids have to be known before the other's can be judged.
  const [first, second] = beforeSource.isRereadable ? [beforeSource, afterSource] : [afterSource, beforeSource];
  if (!first.isRereadable)
    throw usageError(
      `${beforeSource.name} and ${afterSource.name} can each be read only once: save one of them to a file first, or compare by class (--match class)`,
    );
  const { kernel } = options;
  const [firstIds, secondIds] = kernel ? [new KernelIds(kernel), new KernelIds(kernel)] : [new IdSet(), new IdSet()];
  const collector = new CompareSink(isToldByName, firstIds, null);
  await readSnapshot(first, collector, options);
  const mask = sampleMask(collector.nodeCount);
  const secondSide = await readSide(second, new CompareSink(isToldByName, secondIds, firstIds, mask), options);
  const firstSide = await readSide(first, new CompareSink(isToldByName, null, secondIds, mask), options);
  if (firstSide.sink.nodeCount !== collector.nodeCount)
    throw new HeapstatError(
      'UNREADABLE',
      `${first.name} was changed while it was read: wait until it is written, then try again`,
    );
  const [before, after] = first === beforeSource ? [firstSide, secondSide] : [secondSide, firstSide];
  const isPart = jointCompleteness([before.info, after.info]).complete === false;
  const match = decideMatch(isPart && wanted === 'auto' ? 'part' : wanted, {
    shared: Math.min(before.sink.keptCount, after.sink.keptCount),
    nodes: Math.min(before.sink.nodeCount, after.sink.nodeCount),
    before: before.sink.sample(),
    after: after.sink.sample(),
  });
  // That ids repeat is of no weight where they are not used.
  const warnings = match.mode === 'id' ? collector.warnings.map((text) => `${first.name}: ${text}`) : [];
  return { before, after, match, warnings };
}

async function readSide(source: SnapshotSource, sink: CompareSink, options: ReadOptions): Promise<Side> {
  const report: ReadReport = await readSnapshot(source, sink, options);
  const info = {
    file: source.name,
    bytes: report.bytes,
    nodes: sink.nodeCount,
    edges: sink.edgeCount,
    producer: describeProducer(report.schema, report.hasLines),
    ...completenessOf(report),
  };
  return {
    sink,
    info,
    capture: captureModeOf(sink.rows(), info.producer, report.schema.declaredTraceFunctionCount > 0),
    warnings: [...report.warnings, ...sink.warnings].map((warning) => `${source.name}: ${warning}`),
  };
}

function isOutOfRoom(error: unknown): boolean {
  return error instanceof KernelMemoryError || error instanceof IdsTooFarApart;
}

function tooFarApart(cause: unknown): HeapstatError {
  return new HeapstatError(
    'TOO_LARGE',
    'the object ids in these snapshots are too far apart to match by them in little memory: --match class compares the sums of classes',
    { cause },
  );
}

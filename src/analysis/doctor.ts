import { HeapstatError } from '../errors.js';
import { countUnreachable } from '../graph/unreachable.js';
import { HealthSink } from '../snapshot/health-sink.js';
import { describeProducer } from '../snapshot/producer.js';
import { type ReadOptions, type ReadReport, readSnapshot } from '../snapshot/read.js';
import type { Schema } from '../snapshot/schema.js';
import { type SnapshotInput, type SnapshotSource, toSource } from '../snapshot/source.js';
import { formatCount } from '../util/bytes.js';
import { UNNAMED_NUMBERS } from './capture-mode.js';
import { type Capture, comparisonLimits } from './comparison-limits.js';
import { type Completeness, completenessOf } from './completeness.js';

/** Whether a file is a sound snapshot, what kind of one, and what it may be used for. */
export interface DoctorResult extends Completeness {
  readonly type: 'doctor';
  readonly version: 1;
  /** The path as given; `-` for standard input. */
  readonly file: string;
  readonly sound: boolean;
  /** One sentence for people. */
  readonly verdict: string;
  /** What is wrong, one line each; none where it is sound. */
  readonly problems: readonly string[];
  /** What is odd, but no damage. */
  readonly remarks: readonly string[];
  /** What its numbers may not be compared with. */
  readonly comparison: readonly string[];
  /** null where the file has no header that can be read. */
  readonly producer: string | null;
  readonly capture: Capture | null;
  /** Size of the JSON in bytes, unpacked; null where it could not be read to its end. */
  readonly bytes: number | null;
  /** In the order of the file. */
  readonly sections: readonly SectionFinding[];
  /** What the header declares (null: nothing) and what was found. */
  readonly nodes: CountFinding;
  /** found: edge records; counted: the edge counts of the nodes added up. */
  readonly edges: CountFinding & { readonly counted: number };
  readonly locations: number;
  /** null where the file ends before its strings do. */
  readonly strings: number | null;
  /** Bytes of all nodes. */
  readonly selfSize: number;
  /** Nodes whose id another node has; null where the ids are too far apart to find out. */
  readonly repeatedIds: number | null;
  /** Nodes marked as detached. */
  readonly detached: number;
  /** Nodes that no strong edge leads to; null where that was not looked at (a large file, or an unsound one). */
  readonly unreachable: { readonly count: number; readonly selfSize: number } | null;
  readonly warnings: readonly string[];
}

export interface SectionFinding {
  readonly name: string;
  /** null where the file is not in V8's own layout. */
  readonly bytes: number | null;
}

export interface CountFinding {
  readonly declared: number | null;
  readonly found: number;
}

export interface DoctorOptions extends ReadOptions {
  /** Bytes that may be kept to find out what is unreachable. For tests. */
  readonly reachBytes?: number;
}

/**
 * Reads all of a snapshot once, in memory that does not depend on its size (but for a bit per id), and says what it is.
 * Damage is told in the result.
 * @throws HeapstatError UNREADABLE where there is nothing to look at
 */
export async function diagnose(input: SnapshotInput, options: DoctorOptions = {}): Promise<DoctorResult> {
  const source = toSource(input);
  const { sink, sections, answer, unpacking } = await readTwiceIfPacked(source, options);
  const report = answer instanceof HeapstatError ? null : answer;
  const { header } = sink;
  if (answer instanceof HeapstatError && answer.code !== 'INVALID_SNAPSHOT' && header === null) throw answer;
  // Damage of packed data is met by both passes.
  const problems = [
    ...new Set([
      ...(unpacking === null ? [] : [unpacking]),
      ...(answer instanceof HeapstatError ? [withoutName(answer.message, source)] : []),
      ...(report?.cut ? [`the file is cut: ${report.cut}`] : []),
      ...sink.problems,
      ...(report && header && !report.cut ? countProblems(sink, header) : []),
    ]),
  ];
  const sound = problems.length === 0;
  const reach = sound && header ? sink.reach : null;
  const unreachable = reach && countUnreachable(reach);
  const producer = header && describeProducer(header, report?.hasLines ?? false);
  const capture = header && captureOf(sink, header, sections);
  return {
    type: 'doctor',
    version: 1,
    ...(report ? completenessOf(report) : {}),
    file: source.name,
    sound,
    verdict: verdictOf(sink, problems, producer, report),
    problems,
    remarks: remarksOf(sink, report, unreachable, sound),
    comparison: producer && capture && report ? comparisonLimits(producer, capture, report.cut !== null) : [],
    producer,
    capture,
    bytes: report?.bytes ?? null,
    sections,
    nodes: { declared: header?.declaredNodeCount || null, found: sink.nodeCount },
    edges: { declared: header?.declaredEdgeCount || null, found: sink.edgeCount, counted: sink.edgeTotal },
    locations: sink.locationCount,
    strings: sink.stringTotal,
    selfSize: sink.selfSize,
    repeatedIds: sink.repeatedIds,
    detached: sink.detached,
    unreachable,
    warnings: [],
  };
}

/** Nodes that any heap of V8 has, hidden ones among them. */
const REAL_HEAP = 1000;

interface Pass {
  readonly sink: HealthSink;
  readonly sections: readonly SectionFinding[];
  readonly answer: ReadReport | HeapstatError;
}

/** Once; and where packed data turns out to be cut or damaged a second time, for what can be unpacked. unpacking: why. */
async function readTwiceIfPacked(
  source: SnapshotSource,
  options: DoctorOptions,
): Promise<Pass & { readonly unpacking: string | null }> {
  const strict = await readOnce(source, { ...options, strictPacking: true });
  const { answer } = strict;
  const isPacking = answer instanceof HeapstatError && answer.code === 'UNREADABLE';
  if (!isPacking || !source.isRereadable) return { ...strict, unpacking: null };
  return { ...(await readOnce(source, options)), unpacking: answer.message };
}

async function readOnce(source: SnapshotSource, options: DoctorOptions): Promise<Pass> {
  const sink = new HealthSink(options.reachBytes);
  const sections: SectionFinding[] = [];
  const onSectionEnd = (name: string, bytes: number | null): void => {
    sections.push({ name, bytes });
  };
  const answer = await read(source, sink, { ...options, salvage: true, onSectionEnd });
  return { sink, sections, answer };
}

/** What reading told, or what stopped it. */
async function read(
  source: SnapshotSource,
  sink: HealthSink,
  options: ReadOptions,
): Promise<ReadReport | HeapstatError> {
  try {
    return await readSnapshot(source, sink, options);
  } catch (error) {
    if (error instanceof HeapstatError) return error;
    throw error;
  }
}

function withoutName(message: string, { name }: SnapshotSource): string {
  const prefix = `${name === '-' ? 'standard input' : name}: `;
  return message.startsWith(prefix) ? message.slice(prefix.length) : message;
}

function countProblems(sink: HealthSink, { declaredNodeCount, declaredEdgeCount }: Schema): string[] {
  const problems: string[] = [];
  if (declaredNodeCount !== 0 && declaredNodeCount !== sink.nodeCount)
    problems.push(
      `the header declares ${formatCount(declaredNodeCount)} nodes, but there are ${formatCount(sink.nodeCount)}`,
    );
  if (declaredEdgeCount !== 0 && declaredEdgeCount !== sink.edgeCount)
    problems.push(
      `the header declares ${formatCount(declaredEdgeCount)} edges, but there are ${formatCount(sink.edgeCount)}`,
    );
  if (sink.edgeTotal !== sink.edgeCount)
    problems.push(
      `the edge counts of the nodes add up to ${formatCount(sink.edgeTotal)}, but there are ${formatCount(sink.edgeCount)} edges`,
    );
  return problems;
}

function captureOf(sink: HealthSink, header: Schema, sections: readonly SectionFinding[]): Capture {
  const hasMore = (name: string): boolean =>
    sections.some((section) => section.name === name && (section.bytes ?? 0) > '[]'.length + 1);
  return {
    numericValues: sink.numberTexts.some((text) => !UNNAMED_NUMBERS.has(text)),
    internals:
      header.format === 'V8' && sink.nodeCount >= REAL_HEAP && header.nodeTypes.includes('hidden') && !sink.hasHidden,
    allocationsTraced: header.declaredTraceFunctionCount > 0 || hasMore('trace_tree'),
    timeline: hasMore('samples'),
  };
}

function verdictOf(
  sink: HealthSink,
  problems: readonly string[],
  producer: string | null,
  report: ReadReport | null,
): string {
  if (problems.length === 0)
    return `A sound snapshot of ${producer}: ${formatCount(sink.nodeCount)} nodes, ${formatCount(sink.edgeCount)} edges.`;
  if (report?.cut)
    return `Not sound: ${problems[0]}. ${formatCount(sink.nodeCount)}${ofDeclared(sink.header)} nodes are there: --salvage reads what it can.`;
  const first = problems[0]!;
  if (sink.header === null) return `${first[0]!.toUpperCase()}${first.slice(1)}.`;
  return `Not sound: ${problems[0]}${problems.length > 1 ? `; and ${problems.length - 1} more` : ''}.`;
}

function ofDeclared(header: Schema | null): string {
  return header?.declaredNodeCount ? ` of ${formatCount(header.declaredNodeCount)}` : '';
}

function remarksOf(
  sink: HealthSink,
  report: ReadReport | null,
  unreachable: DoctorResult['unreachable'],
  isSound: boolean,
): string[] {
  const remarks = (report?.warnings ?? []).slice(report?.cut ? 1 : 0);
  if (sink.repeatedIds === null)
    remarks.push(
      'ids are too far apart to find out in little memory whether they are unique: match snapshots by class',
    );
  else if (sink.repeatedIds > 0)
    remarks.push(
      `ids stand twice (${formatCount(sink.repeatedIds)} times): objects cannot be told apart between snapshots`,
    );
  if (sink.header && report && (sink.header.declaredNodeCount === 0 || sink.header.declaredEdgeCount === 0))
    remarks.push('the header declares no counts: that nothing is missing cannot be told by them');
  if (unreachable && unreachable.count > 0)
    remarks.push(
      `unreachable: ${formatCount(unreachable.count)} nodes (${formatCount(unreachable.selfSize)} B), which is normal: V8 has not collected them yet`,
    );
  else if (unreachable === null && report?.cut === null && isSound)
    remarks.push(
      'what is unreachable was not looked for, as that takes more memory in a file of this size: heapstat stats tells',
    );
  return remarks;
}

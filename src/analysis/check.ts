import { type Baseline, SYSTEM_CLASS } from './baseline.js';
import type { Budget, Limits } from './check-config.js';
import { type RowFilter, rowFilter, withinTime } from './row-filter.js';
import type { Amount, SnapshotInfo, SummaryResult } from './summary.js';
import { comparisonWarnings } from './trend.js';

export type Outcome = 'passed' | 'failed' | 'inconclusive';
export type LimitKind = keyof Limits;
/** Limits of budgets, and that a program under test goes on to the end. */
export type JudgedKind = LimitKind | 'maxEarlyEnds';

/** One limit of one budget, judged. Bytes, objects or percent, as the kind has it. */
export interface Judgement {
  readonly budget: string;
  readonly kind: JudgedKind;
  readonly outcome: Outcome;
  readonly limit: number;
  /** What was found; null where it could not be measured or compared; for percents of nothing: null too. */
  readonly actual: number | null;
  /** What else there is to say: why it is inconclusive, what is within noise. */
  readonly remark: string | null;
  /** Of a budget that failed: the classes that weigh most, in the unit of the limit (bytes for percents and per operation). */
  readonly classes: readonly { readonly constructor: string; readonly amount: number }[];
}

/** What probably leaks, as a sentence, and the command that shows it. */
export interface CheckSuspect {
  readonly sentence: string;
  readonly evidence: string;
}

/** The gate's answer. */
export interface CheckResult {
  readonly type: 'check';
  readonly version: 1;
  readonly outcome: Outcome;
  /** Whether an inconclusive outcome is let through. */
  readonly allowInconclusive: boolean;
  readonly snapshots: readonly SnapshotInfo[];
  /** What growth was measured from: a file. */
  readonly against: string | null;
  /** Those that failed first, then the inconclusive ones. */
  readonly judgements: readonly Judgement[];
  readonly suspects: readonly CheckSuspect[];
  readonly warnings: readonly string[];
}

/** All that budgets may ask for. */
export interface CheckInput {
  /** In the order of time; one at least. */
  readonly summaries: readonly SummaryResult[];
  readonly baseline: { readonly file: string; readonly baseline: Baseline } | null;
  /** The idle pair. */
  readonly control: readonly [SummaryResult, SummaryResult] | null;
  readonly operations: number | null;
  /** By class, of the last snapshot; null where no budget asks. */
  readonly retained: readonly { readonly constructor: string; readonly retainedSize: number }[] | null;
  /** Of the last snapshot; null where no budget asks. */
  readonly detached: number | null;
  /** What leaks; empty where no budget asks. */
  readonly suspects: readonly CheckSuspect[];
  /** Why they could not be looked for; null where they were. */
  readonly whyNoSuspects: string | null;
}

const ORDER: readonly Outcome[] = ['failed', 'inconclusive', 'passed'];
/** Classes that are named for a failed budget. */
const NAMED = 5;

/** Judges every limit of every budget. @throws HeapstatError USAGE where a filter takes too long, see withinTime() */
export function checkBudgets(
  input: CheckInput,
  budgets: readonly Budget[],
  options: { readonly allowInconclusive?: boolean } = {},
): CheckResult {
  const { summaries, baseline } = input;
  const judgements = budgets
    .flatMap((budget) => {
      const isWanted = rowFilter(budget.filter);
      return withinTime(isWanted, () => judgeBudget(budget, isWanted, input));
    })
    .toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  return {
    type: 'check',
    version: 1,
    outcome: judgements[0]?.outcome ?? 'passed',
    allowInconclusive: options.allowInconclusive ?? false,
    snapshots: summaries.map(({ snapshot }) => snapshot),
    against: baseline?.file ?? (summaries.length > 1 ? summaries[0]!.snapshot.file : null),
    judgements,
    suspects: input.suspects,
    warnings: [
      ...comparisonWarnings([...summaries, ...(input.control ?? [])]),
      ...summaries.flatMap(({ snapshot, warnings }) => warnings.map((warning) => `${snapshot.file}: ${warning}`)),
    ],
  };
}

/** A heap by class, whatever it was read from. */
interface Side {
  readonly producer: string;
  readonly classes: ReadonlyMap<string, Amount>;
  /** Bytes and objects of what a filter lets through. */
  readonly sum: (isWanted: RowFilter, whole: boolean) => Amount;
}

function sideOf({ producer, total, classes }: Baseline): Side {
  return {
    producer,
    classes,
    // A baseline lacks the smallest classes; its total has them.
    sum: (isWanted, whole) => {
      if (whole) return total;
      let [count, selfSize] = [0, 0];
      for (const [name, amount] of classes) {
        if (!isWanted(name)) continue;
        count += amount.count;
        selfSize += amount.selfSize;
      }
      return { count, selfSize };
    },
  };
}

function wholeSide({ snapshot, total, rows }: SummaryResult): Side {
  const classes = new Map(rows.map(({ constructor, count, selfSize }) => [constructor, { count, selfSize }]));
  return sideOf({ producer: snapshot.producer, total, classes });
}

function judgeBudget(budget: Budget, isWanted: RowFilter, input: CheckInput): Judgement[] {
  const { filter, name, ...limits } = budget;
  const title = name ?? (filter.length > 0 ? filter.join(', ') : 'the heap');
  const whole = filter.length === 0;
  const last = wholeSide(input.summaries.at(-1)!);
  const now = last.sum(isWanted, whole);
  const judge = (kind: LimitKind, found: Found): Judgement => conclude(title, kind, limits[kind]!, found);
  const growth = measureGrowth(input, last, isWanted, whole);
  const judgements: Judgement[] = [];
  for (const kind of Object.keys(limits) as LimitKind[]) {
    switch (kind) {
      case 'maxSize':
        judgements.push(judge(kind, { actual: now.selfSize, classes: amounts(last.classes, isWanted, 'selfSize') }));
        break;
      case 'maxCount':
        judgements.push(judge(kind, { actual: now.count, classes: amounts(last.classes, isWanted, 'count') }));
        break;
      case 'maxRetainedSize': {
        const rows = input.retained!.filter(({ constructor }) => isWanted(constructor));
        const classes = rows.map(({ constructor, retainedSize }) => ({ constructor, amount: retainedSize }));
        judgements.push(
          judge(kind, { actual: classes.reduce((most, { amount }) => Math.max(most, amount), 0), classes }),
        );
        break;
      }
      case 'maxDetached':
        judgements.push(judge(kind, { actual: input.detached!, classes: [] }));
        break;
      case 'maxSuspects': {
        const { suspects, whyNoSuspects } = input;
        const found = { actual: suspects.length, classes: [] };
        judgements.push(judge(kind, whyNoSuspects === null ? found : inconclusive(whyNoSuspects)));
        break;
      }
      case 'maxGrowth':
        judgements.push(judge(kind, growth(limits.maxGrowth!, 'selfSize', 1, false)));
        break;
      case 'maxGrowthCount':
        judgements.push(judge(kind, growth(limits.maxGrowthCount!, 'count', 1, false)));
        break;
      case 'maxGrowthPercent':
        judgements.push(judge(kind, growth(limits.maxGrowthPercent!, 'selfSize', 'percent', false)));
        break;
      case 'maxGrowthPerOperation':
        judgements.push(judge(kind, growth(limits.maxGrowthPerOperation!, 'selfSize', 'operation', true)));
        break;
    }
  }
  return judgements;
}

interface Found {
  readonly actual: number | null;
  readonly remark?: string | null;
  readonly isInconclusive?: boolean;
  readonly classes: Judgement['classes'];
}

function conclude(budget: string, kind: LimitKind, limit: number, found: Found): Judgement {
  const { actual, remark = null, isInconclusive = false, classes } = found;
  // Growth from nothing has no percentage, but is more than any.
  const outcome = isInconclusive ? 'inconclusive' : actual === null || actual > limit ? 'failed' : 'passed';
  const named = classes
    .filter(({ amount }) => amount > 0)
    .toSorted((a, b) => b.amount - a.amount || (a.constructor < b.constructor ? -1 : 1));
  return { budget, kind, outcome, limit, actual, remark, classes: outcome === 'failed' ? named.slice(0, NAMED) : [] };
}

type Unit = 1 | 'percent' | 'operation';

/** Growth of what a filter lets through, less what is within the noise that the idle pair shows. */
function measureGrowth(
  { summaries, baseline, control, operations }: CheckInput,
  last: Side,
  isWanted: RowFilter,
  whole: boolean,
): (limit: number, key: keyof Amount, unit: Unit, isOfSeries: boolean) => Found {
  const idle = control ? ([wholeSide(control[0]), wholeSide(control[1])] as const) : null;
  return (limit, key, unit, isOfSeries) => {
    const useBaseline = baseline !== null && !isOfSeries;
    if (!useBaseline && summaries.length < 2)
      return inconclusive('there is nothing to compare with: give two snapshots or a baseline');
    if (unit === 'operation' && operations === null) return inconclusive('the number of operations is not known');
    const first = useBaseline ? sideOf(baseline.baseline) : wholeSide(summaries[0]!);
    const obstacle = whyIncomparable(first, last);
    if (obstacle !== null) return inconclusive(obstacle);

    const steps = useBaseline ? 1 : summaries.length - 1;
    const before = first.sum(isWanted, whole)[key];
    const rise = last.sum(isWanted, whole)[key] - before;
    const inUnit = (amount: number): number | null =>
      unit === 'operation'
        ? amount / (operations! * steps)
        : unit === 1
          ? amount
          : before === 0
            ? amount > 0
              ? null
              : 0
            : (100 * amount) / before;

    const names = new Set([...first.classes.keys(), ...last.classes.keys()].filter(isWanted));
    let [noise, withinNoise] = [0, 0];
    const classes: { constructor: string; amount: number }[] = [];
    for (const constructor of names) {
      const amount = (last.classes.get(constructor)?.[key] ?? 0) - (first.classes.get(constructor)?.[key] ?? 0);
      const idleChange = idle
        ? Math.abs((idle[1].classes.get(constructor)?.[key] ?? 0) - (idle[0].classes.get(constructor)?.[key] ?? 0))
        : 0;
      noise += idleChange * steps;
      if (amount > 0 && amount <= idleChange * steps) withinNoise += amount;
      else classes.push({ constructor, amount });
    }
    const noiseInUnit = inUnit(noise);
    if (noise > 0 && (noiseInUnit === null || noiseInUnit > limit))
      return {
        ...inconclusive('the noise is larger than the budget: so much changed in the idle pair'),
        actual: inUnit(rise),
      };
    const remark = withinNoise > 0 ? 'growth within the noise of the idle pair is left out' : null;
    return { actual: inUnit(rise - withinNoise), remark, classes };
  };
}

function inconclusive(remark: string): Found {
  return { actual: null, remark, isInconclusive: true, classes: [] };
}

function whyIncomparable(first: Side, last: Side): string | null {
  if (first.producer !== last.producer)
    return `the snapshots are not comparable: one is by ${first.producer}, the other by ${last.producer}`;
  if (first.classes.has(SYSTEM_CLASS) !== last.classes.has(SYSTEM_CLASS))
    return "the snapshots are not comparable: only one was taken with V8's internals";
  return null;
}

function amounts(
  classes: ReadonlyMap<string, Amount>,
  isWanted: RowFilter,
  key: keyof Amount,
): { constructor: string; amount: number }[] {
  return [...classes]
    .filter(([name]) => isWanted(name))
    .map(([constructor, amount]) => ({ constructor, amount: amount[key] }));
}

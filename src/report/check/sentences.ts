import type { CheckResult, JudgedKind, Judgement, Outcome } from '../../analysis/check.js';
import { formatCount } from '../../util/bytes.js';
import { formatNumberOf, formatSize, wholeOrTenths } from '../format.js';
import { visibleName, visibleText } from '../untrusted-text.js';

const WHAT: Readonly<Record<JudgedKind, string>> = {
  maxSize: 'size',
  maxCount: 'objects',
  maxGrowth: 'growth',
  maxGrowthCount: 'growth in objects',
  maxGrowthPercent: 'growth',
  maxGrowthPerOperation: 'growth per operation',
  maxRetainedSize: 'retained size of a class',
  maxDetached: 'detached nodes',
  maxSuspects: 'leak suspects',
  maxEarlyEnds: 'ended early',
};

export const TITLES: Readonly<Record<Outcome, string>> = {
  passed: 'PASSED',
  failed: 'FAILED',
  inconclusive: 'INCONCLUSIVE',
};

function formatValue(kind: JudgedKind, value: number): string {
  switch (kind) {
    case 'maxCount':
    case 'maxGrowthCount':
    case 'maxDetached':
    case 'maxSuspects':
    case 'maxEarlyEnds':
      return formatCount(value);
    case 'maxGrowthPercent':
      return `${value.toFixed(1)}%`;
    case 'maxSize':
    case 'maxGrowth':
    case 'maxRetainedSize':
    case 'maxGrowthPerOperation':
      return formatSize(wholeOrTenths(value), { exactBytes: false });
  }
}

/** A name for a rule that all runs have in common: `growth`, `detached-nodes`. */
export function ruleOf(kind: JudgedKind): string {
  return kind
    .slice('max'.length)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase();
}

/** What is judged: `CachedResponse: growth`. */
export function subjectOf({ budget, kind }: Judgement): string {
  // What it did is the finding's to say.
  if (kind === 'maxEarlyEnds') return visibleText(budget);
  return `${visibleText(budget)}: ${WHAT[kind]}`;
}

/** What came out, for a line behind the subject: `84.0 kB, 74.0 kB more than the 10.0 kB allowed`. */
export function findingOf({ kind, outcome, actual, limit, remark }: Judgement): string {
  if (kind === 'maxEarlyEnds') return visibleText(remark ?? '');
  const allowed = formatValue(kind, limit);
  const parts: string[] = [];
  if (actual === null)
    parts.push(
      outcome === 'inconclusive' ? `not known (allowed: ${allowed})` : `from nothing, more than the ${allowed} allowed`,
    );
  else if (outcome === 'failed')
    parts.push(`${formatValue(kind, actual)}, ${formatValue(kind, actual - limit)} more than the ${allowed} allowed`);
  else parts.push(`${formatValue(kind, actual)} (allowed: ${allowed})`);
  if (remark !== null) parts.push(visibleText(remark));
  return parts.join('; ');
}

/** The classes behind a failed budget: `CachedResponse 84.0 kB, Array 1.2 kB`; empty where there is nothing to add. */
export function classesOf({ kind, classes }: Judgement): string {
  const unit: JudgedKind =
    kind === 'maxGrowthPercent' ? 'maxGrowth' : kind === 'maxGrowthPerOperation' ? 'maxGrowth' : kind;
  return classes
    .map(({ constructor, amount }) => `${visibleName(constructor)} ${formatValue(unit, amount)}`)
    .join(', ');
}

/** `FAILED: 1 of 3 budgets`; `INCONCLUSIVE: 1 of 3 budgets, which is allowed`. */
export function verdictOf({ outcome, judgements, allowInconclusive }: CheckResult): string {
  if (outcome === 'passed') return `PASSED: ${formatNumberOf(judgements.length, 'budget')}`;
  const count = judgements.filter((judgement) => judgement.outcome === outcome).length;
  const allowed = outcome === 'inconclusive' && allowInconclusive ? ', which is allowed' : '';
  return `${TITLES[outcome]}: ${formatCount(count)} of ${formatNumberOf(judgements.length, 'budget')}${allowed}`;
}

import type { DominatedGroup, DominatorEntry, DominatorsResult, Omitted } from '../analysis/dominators.js';
import { formatCount } from '../util/bytes.js';
import type { Cell, FormatOptions, ReportColumn, ReportDocument, TextPart, TreeLine } from './document.js';
import { formatNumberOf, formatSize, share } from './format.js';
import { className, edgeText, nodeText } from './node-text.js';
import { snapshotLine } from './summary-document.js';
import { targetLine } from './target-line.js';

const COLUMNS: readonly ReportColumn[] = [
  { key: 'retainedSize', title: 'Retained', align: 'right', rank: 0 },
  { key: null, title: 'Share', align: 'right', rank: 0 },
];
/** A run of more steps than this is told by its first and its last. */
const LONGEST_RUN = 4;
const NEARLY_ALL = 0.8;

export function dominatorsDocument(result: DominatorsResult, options: FormatOptions): ReportDocument {
  const { target, totalSize, minSize, depth, limit, omitted } = result;
  const lines = new Lines(result, options);
  const most = limit === 0 ? 'all' : formatCount(limit);
  const notes = [
    `To level ${depth}, from ${formatSize(minSize, options)}, ${most} children each (--depth, --min-size, --limit)`,
  ];
  if (result.isCut) notes.push('The deepest levels are cut off: there are too many lines');
  return {
    header: [snapshotLine(result.snapshot), ...(target === null ? [] : [targetLine(target, totalSize, options)])],
    tree: {
      columns: COLUMNS,
      title: 'Dominator tree',
      roots: [...result.roots.map((entry) => lines.entry(entry)), ...lines.omitted(omitted, result.roots.length > 0)],
    },
    tables: [],
    notes,
  };
}

class Lines {
  readonly #total: number;
  readonly #minSize: number;
  readonly #options: FormatOptions;

  constructor({ totalSize, minSize }: DominatorsResult, options: FormatOptions) {
    this.#total = totalSize;
    this.#minSize = minSize;
    this.#options = options;
  }

  /** As deep as the result, which has a limit. */
  entry(entry: DominatorEntry): TreeLine {
    return {
      cells: this.#cells(entry.retainedSize),
      text: [...entryText(entry), ...this.#endOfRun(entry)],
      nodeId: objectOfEntry(entry),
      children: [
        ...entry.children.map((child) => this.entry(child)),
        ...this.omitted(entry.omitted, entry.children.length > 0),
      ],
    };
  }

  /** A line for what is left out, where it is worth one. */
  omitted({ count, retainedSize }: Omitted, hasSiblings: boolean): TreeLine[] {
    if (count === 0 || retainedSize < this.#minSize || retainedSize === 0) return [];
    const text = `… ${formatNumberOf(count, hasSiblings ? 'more object' : 'object')}`;
    return [{ cells: this.#cells(retainedSize), text: [{ text, style: 'faint' }], children: [] }];
  }

  /** What the last of a run retains, where that is clearly less than the first. */
  #endOfRun({ run, retainedSize }: DominatorEntry): TextPart[] {
    const last = run.at(-1);
    if (last === undefined || last.retainedSize >= retainedSize * NEARLY_ALL) return [];
    return [{ text: ` (${formatSize(last.retainedSize, this.#options)})`, style: 'faint' }];
  }

  #cells(size: number): Cell[] {
    return [
      { type: 'bytes', value: size },
      { type: 'share', value: share(size, this.#total) },
    ];
  }
}

/** V8's id of the last object of an entry and its run that has one: what to inspect next; null where they are all many. */
export function objectOfEntry(entry: DominatorEntry): number | null {
  return [entry, ...entry.run].findLast(({ nodeId }) => nodeId !== null)?.nodeId ?? null;
}

/** An entry as its line tells it: itself, and the run below. */
export function entryText(entry: DominatorEntry): TextPart[] {
  return [...groupText(entry), ...runText(entry)];
}

/** `.entries: Map @123`, `1,500 × CachedResponse`. */
export function groupText(group: DominatedGroup, withId = true): TextPart[] {
  const { count, nodeId, edge } = group;
  const parts: TextPart[] = [];
  if (edge !== null && edge.name !== '') parts.push({ text: `${edgeText(edge)}: `, style: 'faint' });
  if (nodeId === null) parts.push({ text: `${formatCount(count)} × `, style: 'plain' });
  parts.push({ text: nameOf(group), style: 'plain' });
  if (nodeId !== null && withId) parts.push({ text: ` @${nodeId}`, style: 'faint' });
  return parts;
}

function nameOf({ type, constructor, name, value, nodeId }: DominatedGroup): string {
  // Several strings, numbers... of one name: the name says nothing of what they hold.
  if (name === null || (nodeId === null && type !== 'closure')) return className(constructor);
  return nodeText({ type, constructor, name, value });
}

function runText({ run, skipped }: DominatorEntry): TextPart[] {
  const parts: TextPart[] = [];
  const named = run.length <= LONGEST_RUN ? run.length - 1 : 1;
  // The last that has an id: what to inspect next.
  const lastNode = run.findLastIndex(({ nodeId }) => nodeId !== null);
  const left = skipped + Math.max(0, run.length - 1 - named);
  run.forEach((group, i) => {
    const isLast = i === run.length - 1;
    if (i >= named && !isLast) return;
    if (isLast && left > 0) parts.push({ text: ` → … ${formatCount(left)} more …`, style: 'faint' });
    parts.push({ text: ' → ', style: 'faint' }, ...groupText(group, i === lastNode));
  });
  return parts;
}

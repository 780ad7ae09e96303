import type { ProcessMemory } from '../analysis/process-memory.js';
import type { ResidentMemory, StatsResult } from '../analysis/stats.js';
import { formatCount } from '../util/bytes.js';
import type { Cell, ReportColumn, ReportDocument, ReportTable, TreeLine, FormatOptions } from './document.js';
import { formatSize, share } from './format.js';
import { snapshotLine } from './summary-document.js';
import { visibleText } from './untrusted-text.js';

const TREE_COLUMNS: readonly ReportColumn[] = [
  { key: 'size', title: 'Size', align: 'right', rank: 0 },
  { key: null, title: 'Share', align: 'right', rank: 0 },
];
const STATE_COLUMNS: readonly ReportColumn[] = [
  { key: 'nodes', title: 'Nodes', align: 'left', rank: 0 },
  { key: 'count', title: 'Count', align: 'right', rank: 0 },
  { key: 'shallowSize', title: 'Shallow size', align: 'right', rank: 0 },
];
const CONTEXT_COLUMNS: readonly ReportColumn[] = [
  { key: 'name', title: 'Name', align: 'left', rank: 0 },
  { key: 'nodeId', title: 'Id', align: 'right', rank: 0 },
  { key: 'shallowSize', title: 'Shallow size', align: 'right', rank: 0 },
  { key: 'retainedSize', title: 'Retained size', align: 'right', rank: 0 },
];
const CONTEXT_NAME = 'system / NativeContext';

export function statsDocument(result: StatsResult, options: FormatOptions): ReportDocument {
  const { total, native, v8heap, unreachable, detached, detachedElements, nativeContexts, omittedContexts } = result;
  const line = treeLines(total);
  const { code, strings, jsArrays, system } = v8heap;
  const root = line('Total', total, [
    line('V8 heap', v8heap.total, [
      line('code', code),
      line('strings', strings),
      line('arrays of JavaScript, with their elements', jsArrays),
      line("system (V8's own)", system),
      line('other objects, functions, numbers...', v8heap.total - code - strings - jsArrays - system),
    ]),
    line('native', native.total, [
      line('typed arrays and buffers', native.typedArrays),
      line('other', native.total - native.typedArrays),
    ]),
  ]);
  const states: ReportTable = {
    title: 'Of these',
    columns: STATE_COLUMNS,
    rows: [
      stateRow('unreachable: nothing strong leads there', unreachable),
      stateRow('detached: out of the page, and native objects below', detached),
      stateRow('  of these, elements (Detached <div>...)', detachedElements),
    ],
  };
  const contexts: ReportTable = {
    title: 'Native contexts (a page, a frame, a vm context)',
    columns: CONTEXT_COLUMNS,
    rows: [
      ...nativeContexts.map(({ name, nodeId, shallowSize, retainedSize }): Cell[] => [
        { type: 'name', text: name.slice(CONTEXT_NAME.length).replace(/^ \/ /, ''), whenEmpty: '(no origin)' },
        { type: 'id', value: nodeId },
        { type: 'bytes', value: shallowSize },
        { type: 'bytes', value: retainedSize },
      ]),
      ...(omittedContexts.count > 0 ? [omittedRow(omittedContexts)] : []),
    ],
  };
  return {
    header: [snapshotLine(result.snapshot)],
    tree: {
      columns: TREE_COLUMNS,
      title: 'What',
      roots: [root, ...(result.resident ? [residentTree(result.resident)] : [])],
    },
    tables: nativeContexts.length > 0 ? [states, contexts] : [states],
    notes: result.process ? processNotes(result.process, options) : [],
  };
}

/** What they retain overlaps: it has no sum. */
function omittedRow({ count, shallowSize }: StatsResult['omittedContexts']): Cell[] {
  return [
    { type: 'name', text: `… ${formatCount(count)} more (--limit 0 shows all)` },
    { type: 'name', text: '', whenEmpty: '–' },
    { type: 'bytes', value: shallowSize },
    { type: 'name', text: '', whenEmpty: '–' },
  ];
}

/** How the process's resident memory adds up. */
function residentTree({ rss, heap, external, rest }: ResidentMemory): TreeLine {
  const line = treeLines(rss);
  return line('Resident memory of the process (RSS)', rss, [
    line('V8 heap, as committed', heap.total, [
      line('live: in this snapshot', heap.live),
      line('garbage by then, and what V8 leaves out of snapshots', heap.garbage),
      line('free', heap.free),
    ]),
    line('outside of the heap, owned by objects', external.total, [
      line('array buffers', external.arrayBuffers),
      line('other', external.other),
    ]),
    rest >= 0
      ? line('rest: Node itself, code, stacks, other threads, the allocator', rest)
      : line('not resident: of the heap or outside', rest),
  ]);
}

function processNotes(
  { pid, thread, script, node, takenAt, flags, heapSizeLimit }: ProcessMemory,
  options: FormatOptions,
): string[] {
  const what = [`process ${pid}`, thread, script, ...flags].filter((part) => part !== null).join(' ');
  return [
    visibleText(
      `Before the snapshot, ${takenAt}: ${what}; Node ${node}, heap limit ${formatSize(heapSizeLimit, options)}`,
    ),
  ];
}

/** Makes lines of sizes and their share of `whole`. */
function treeLines(whole: number): (text: string, size: number, children?: readonly TreeLine[]) => TreeLine {
  return (text, size, children = []) => ({
    cells: [
      { type: 'bytes', value: size },
      { type: 'share', value: share(size, whole) },
    ],
    text: [{ text, style: 'plain' }],
    children,
  });
}

function stateRow(text: string, amount: { count: number; shallowSize: number }): readonly Cell[] {
  return [
    { type: 'name', text },
    { type: 'count', value: amount.count },
    { type: 'bytes', value: amount.shallowSize },
  ];
}

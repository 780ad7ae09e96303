import type { RunResult } from '../analysis/run-result.js';
import { subjectOf, findingOf, TITLES, verdictOf } from './check/sentences.js';
import type { Cell, FormatOptions, ReportColumn, ReportDocument } from './document.js';
import { leaksDocument } from './leaks-document.js';
import { visibleText } from './untrusted-text.js';

const COLUMNS: readonly ReportColumn[] = [
  { key: 'step', title: 'After', align: 'left', rank: 0 },
  { key: 'lasted', title: 'Lasted', align: 'right', rank: 1 },
  { key: 'heapUsed', title: 'Heap used', align: 'right', rank: 0 },
  { key: 'rss', title: 'RSS', align: 'right', rank: 0 },
  { key: 'file', title: 'Snapshot', align: 'left', cutAt: 'start', rank: 2 },
];
const NAMES = { warm: 'warm-up', idle: 'nothing', load: 'load' } as const;

/** The verdict, what leaks, and the program's memory step by step. */
export function runDocument(result: RunResult, options: FormatOptions): ReportDocument {
  const { command, steps, leaks, check, kept } = result;
  const found = leaks === null ? null : leaksDocument(leaks, options);
  const rows = steps.map(({ step, lasted, heapUsed, rss, file }, k): readonly Cell[] => {
    const number = steps.slice(0, k + 1).filter((other) => other.step === step).length;
    return [
      { type: 'word', text: step === 'load' ? `load ${number}` : NAMES[step] },
      { type: 'duration', value: lasted },
      { type: 'bytes', value: heapUsed },
      rss === null ? { type: 'word', text: '–' } : { type: 'bytes', value: rss },
      { type: 'name', text: file.split(/[/\\]/).at(-1)! },
    ];
  });
  return {
    header: [
      `${visibleText(command.join(' '))}: ${verdictOf(check)}`,
      ...check.judgements.map(
        (judgement) => `${TITLES[judgement.outcome]}  ${subjectOf(judgement)} ${findingOf(judgement)}`,
      ),
    ],
    ...(found?.findings ? { findings: found.findings } : {}),
    tables: rows.length > 0 ? [{ columns: COLUMNS, rows }] : [],
    notes: [
      ...(found?.notes ?? []),
      kept === null ? 'The snapshots were removed (--output keeps them)' : `The snapshots are in ${visibleText(kept)}`,
    ],
  };
}

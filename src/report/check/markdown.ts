import type { CheckResult, Outcome } from '../../analysis/check.js';
import { escapeMarkdown } from '../renderers/markdown.js';
import { snapshotLine } from '../summary-document.js';
import { harmlessLines, visibleText } from '../untrusted-text.js';
import { classesOf, findingOf, subjectOf, verdictOf } from './sentences.js';

const SIGNS: Readonly<Record<Outcome, string>> = { failed: '❌', inconclusive: '⚠️', passed: '✅' };

/** For a comment to a pull request, and for GitHub's step summary. */
export function renderCheckMarkdown(result: CheckResult): string {
  const blocks = [`### ${SIGNS[result.outcome]} heapstat: ${escapeMarkdown(verdictOf(result))}`];
  const rows = result.judgements.map((judgement) => {
    const classes = classesOf(judgement);
    const finding = classes === '' ? findingOf(judgement) : `${findingOf(judgement)}: ${classes}`;
    return `| ${SIGNS[judgement.outcome]} | ${escapeMarkdown(subjectOf(judgement))} | ${escapeMarkdown(finding)} |`;
  });
  if (rows.length > 0) blocks.push(['| | Budget | Found |', '| --- | --- | --- |', ...rows].join('\n'));
  const suspects = result.suspects.map(
    ({ sentence, evidence }) =>
      `- ${escapeMarkdown(visibleText(sentence))}<br>${escapeMarkdown(visibleText(evidence))}`,
  );
  if (suspects.length > 0) blocks.push('**Suspects**', suspects.join('\n'));
  const notes = result.snapshots.map((snapshot) => escapeMarkdown(snapshotLine(snapshot)));
  if (result.against !== null) notes.unshift(`Growth is from ${escapeMarkdown(visibleText(result.against))}`);
  return harmlessLines(`${[...blocks, notes.join('<br>')].join('\n\n')}\n`);
}

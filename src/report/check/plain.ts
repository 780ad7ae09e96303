import stringWidth from 'string-width';
import type { CheckResult, Judgement } from '../../analysis/check.js';
import { snapshotLine } from '../summary-document.js';
import { harmlessLines, visibleText } from '../untrusted-text.js';
import { classesOf, findingOf, subjectOf, TITLES, verdictOf } from './sentences.js';

/** A log: what failed first, then what probably leaks; no line wider than asked, but for words that are. */
export function renderCheckPlain(result: CheckResult, width: number): string {
  const lines = [verdictOf(result)];
  const tell = (judgements: readonly Judgement[]): void => {
    for (const judgement of judgements) {
      const { outcome } = judgement;
      lines.push('', ...wrap(`${TITLES[outcome]}  ${subjectOf(judgement)} ${findingOf(judgement)}`, width, '  '));
      const classes = classesOf(judgement);
      if (classes !== '') lines.push(...wrap(`  Most of it: ${classes}`, width, '    '));
    }
  };
  tell(result.judgements.filter(({ outcome }) => outcome === 'failed'));
  if (result.suspects.length > 0) lines.push('', 'Suspects');
  for (const { sentence, evidence } of result.suspects)
    lines.push(
      ...wrap(`  ${visibleText(sentence)}`, width, '    '),
      ...wrap(`    ${visibleText(evidence)}`, width, '      '),
    );
  tell(result.judgements.filter(({ outcome }) => outcome !== 'failed'));
  lines.push('');
  if (result.against !== null) lines.push(...wrap(`Growth is from ${visibleText(result.against)}`, width, '  '));
  for (const snapshot of result.snapshots) lines.push(...wrap(snapshotLine(snapshot), width, '  '));
  return harmlessLines(`${lines.join('\n')}\n`);
}

/** Breaks at spaces; the lines after the first are set in. */
function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(/(?<=\S)(?=\s)/)) {
    const columns = stringWidth(word);
    if (line !== '' && used + columns > width) {
      lines.push(line);
      line = indent + word.trimStart();
      used = stringWidth(line);
    } else {
      line += word;
      used += columns;
    }
  }
  return [...lines, line];
}

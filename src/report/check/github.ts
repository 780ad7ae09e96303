import type { CheckResult } from '../../analysis/check.js';
import { visibleText } from '../untrusted-text.js';
import { classesOf, findingOf, subjectOf, verdictOf } from './sentences.js';

/**
 * GitHub's workflow commands: an annotation for each budget that failed (error) or is inconclusive (error too, warning where allowed).
 * @param place the file that annotations are put on: the configuration; null: none
 */
export function renderCheckGithub(result: CheckResult, place: string | null): string {
  const lines = result.judgements
    .filter(({ outcome }) => outcome !== 'passed')
    .map((judgement) => {
      const isAllowed = judgement.outcome === 'inconclusive' && result.allowInconclusive;
      const classes = classesOf(judgement);
      const text = `${subjectOf(judgement)} ${findingOf(judgement)}${classes === '' ? '' : `. Most of it: ${classes}`}`;
      return command(isAllowed ? 'warning' : 'error', `heapstat: ${judgement.outcome}`, text, place);
    });
  for (const { sentence, evidence } of result.suspects)
    lines.push(command('warning', 'heapstat: suspect', `${sentence} (${evidence})`, place));
  return `${[...lines, verdictOf(result)].join('\n')}\n`;
}

function command(level: 'error' | 'warning', title: string, text: string, place: string | null): string {
  const file = place === null ? '' : `file=${escapeProperty(visibleText(place))},`;
  return `::${level} ${file}title=${escapeProperty(title)}::${escapeData(visibleText(text))}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

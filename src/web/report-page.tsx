import { type JSX, render } from 'preact';
import type { ReportResult } from '../analysis/report.js';
import { FilterBox, useFilter } from './filter-box.js';
import { PageFrame } from './page-frame.js';
import { ReportSections, sectionsOf } from './report-sections.js';
import { fileNames } from './titles.js';

function ReportPage({ result }: { readonly result: ReportResult }): JSX.Element {
  const filtering = useFilter();
  const { filter, typed } = filtering;
  return (
    <PageFrame
      title={fileNames(result.snapshots)}
      sections={sectionsOf(result)}
      search={<FilterBox filtering={filtering} />}
    >
      <ReportSections result={result} filter={filter} typed={typed} hasObjects={false} />
    </PageFrame>
  );
}

const data = document.getElementById('data')!.textContent;
render(<ReportPage result={JSON.parse(data) as ReportResult} />, document.getElementById('page')!);

import type { BrowserQuery } from '../analysis/heap-browser.js';
import { usageError } from '../errors.js';

/** What a page asks about a heap; null for what is no query. @throws HeapstatError USAGE */
export function parseBrowserQuery(path: string, parameters: URLSearchParams): BrowserQuery | null {
  const text = (name: string): string => {
    const value = parameters.get(name);
    if (value === null) throw usageError(`${path} needs ?${name}=`);
    return value;
  };
  const whole = (name: string, otherwise?: number): number => {
    if (otherwise !== undefined && !parameters.has(name)) return otherwise;
    const value = text(name);
    if (!/^\d{1,15}$/.test(value))
      throw usageError(`${name} should be a whole number, but is ${JSON.stringify(value)}`);
    return Number(value);
  };
  switch (path) {
    case 'api/report':
      return { type: 'report' };
    case 'api/instances':
      return { type: 'instances', target: text('target'), from: whole('from', 0) };
    case 'api/object':
      return {
        type: 'object',
        nodeId: whole('id'),
        fieldsFrom: whole('fieldsFrom', 0),
        entriesFrom: whole('entriesFrom', 0),
        retainersFrom: whole('retainersFrom', 0),
      };
    case 'api/why':
      return { type: 'why', target: text('target') };
    default:
      return null;
  }
}

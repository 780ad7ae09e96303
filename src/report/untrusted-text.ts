/**
 * What a name from a snapshot may not bring to a terminal or a file: control characters (escape codes among them), line
 * and paragraph separators, marks that reorder text, the byte order mark, and lone surrogates.
 */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A CI's log takes it for a command wherever it stands: `##vso[task.setvariable ...]`, `##[error]`, `##teamcity[...]`. */
const LOG_COMMAND = /#(?=#[\w.]*\[)/g;
/** And this where a line begins with it: `::error::`, `::stop-commands::`. */
const LINE_COMMAND = /^(\s*):(?=:)/gm;

/** The text with all that is unsafe made visible: `\n`, `\u001b`. What is visible already stays as it is. */
export function visibleText(text: string): string {
  return text.replace(UNSAFE, (unsafe) => SHORT[unsafe] ?? unicodeEscape(unsafe)).replace(LOG_COMMAND, unicodeEscape);
}

/** Lines of an output, none of which begins like a command to GitHub's runner. */
export function harmlessLines(text: string): string {
  return text.replace(LINE_COMMAND, (_, space: string) => `${space}${unicodeEscape(':')}`);
}

/** A constructor's name for people, who would miss one that is empty. */
export function visibleName(name: string, whenEmpty = '(no name)'): string {
  return name === '' ? whenEmpty : visibleText(name);
}

/** JSON in which what is unsafe on a terminal is escaped too; it parses to the same. */
export function safeJson(value: unknown): string {
  return escapeJson(JSON.stringify(value));
}

/** JSON text of one line, the same for terminals. What is unsafe stands only in its strings. */
export function escapeJson(json: string): string {
  return json.replace(UNSAFE, unicodeEscape).replace(LOG_COMMAND, unicodeEscape);
}

function unicodeEscape(unsafe: string): string {
  return `\\u${unsafe.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** The characters of XML 1.0. */
const CHARACTERS = /^[\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

function decode(text: string): string {
  if (/[<]|&(?!(amp|lt|gt|quot|apos);)/.test(text)) throw new Error(`not escaped: ${text}`);
  return text.replace(/&(\w+);/g, (_, name: string) => ENTITIES[name]!);
}

/** Strict about what heapstat writes: elements, attributes in double quotes, the five entities. @throws Error where it is not well-formed */
export function parseXml(xml: string): XmlElement {
  if (!CHARACTERS.test(xml)) throw new Error('a character that XML cannot hold');
  const declaration = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n/.exec(xml);
  if (!declaration) throw new Error('no declaration');
  let at = declaration[0].length;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const found = new RegExp(pattern.source, 'y');
    found.lastIndex = at;
    const match = found.exec(xml);
    if (match) at = found.lastIndex;
    return match;
  };
  const element = (): XmlElement => {
    const open = take(/<([a-z-]+)/);
    if (!open) throw new Error(`an element should start at ${at}`);
    const attributes: Record<string, string> = {};
    for (let pair = take(/\s+([a-z]+)="([^"]*)"/); pair; pair = take(/\s+([a-z]+)="([^"]*)"/)) {
      if (Object.hasOwn(attributes, pair[1]!)) throw new Error(`${pair[1]} twice`);
      attributes[pair[1]!] = decode(pair[2]!);
    }
    const children: XmlElement[] = [];
    let text = '';
    if (take(/\/>/)) return { name: open[1]!, attributes, children, text };
    if (!take(/>/)) throw new Error(`a tag should end at ${at}`);
    for (;;) {
      text += decode(take(/[^<]*/)![0]);
      const close = take(/<\/([a-z-]+)>/);
      if (close) {
        if (close[1] !== open[1]) throw new Error(`${close[1]} closes ${open[1]}`);
        return { name: open[1]!, attributes, children, text };
      }
      children.push(element());
    }
  };
  const root = element();
  if (xml.slice(at).trim() !== '') throw new Error(`something follows the root at ${at}`);
  return root;
}

/**
 * The XML that instruments send: one element of elements, attributes and text. What they never send (document types,
 * entities of their own, comments, CDATA, instructions) is refused, and with it everything that expands or includes.
 *
 * Read by ourselves, since parsers made for any XML take a good deal that is none: no message here is believed half.
 */

export type XmlElement = Readonly<{
  name: string;
  attributes: ReadonlyMap<string, string>;
  children: readonly XmlElement[];
  /** Without the space around it. */
  text: string;
}>;

type Open = { name: string; attributes: ReadonlyMap<string, string>; children: XmlElement[]; text: string };

const deepest = 16;
const name = String.raw`[A-Za-z_][A-Za-z0-9_.-]*`;
/** What XML calls space; what else is one by Unicode is none here. */
const space = String.raw`[ \t\r\n]`;
const attribute = `${space}+${name}${space}*=${space}*(?:"[^"<]*"|'[^'<]*')`;
const quoted = (value: string): string => `${space}*=${space}*(?:"${value}"|'${value}')`;
const declaration = new RegExp(
  `^${space}*<\\?xml${space}+version${quoted(String.raw`1\.\d+`)}` +
    `(?:${space}+encoding${quoted('[Uu][Tt][Ff]-8')})?(?:${space}+standalone${quoted('(?:yes|no)')})?${space}*\\?>`,
  'u',
);
const around = new RegExp(`^${space}+|${space}+$`, 'gu');
const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const reference = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));/gu;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Null where it is not one well-formed element. */
export function parseXml(document: string): XmlElement | null {
  const text = document.replace(declaration, '').replaceAll(around, '');
  if (forbidden.test(text)) return null;
  const token = new RegExp(`<(${name})((?:${attribute})*)${space}*(/?)>|</(${name})${space}*>|([^<]+)`, 'uy');
  const open: Open[] = [];
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) return null;
    const [, begun, given = '', empty, ended, content] = match;
    const parent = open.at(-1);
    if (content !== undefined) {
      if (parent === undefined || content.includes(']]>')) return null;
      const plain = resolved(content);
      if (plain === null) return null;
      parent.text += plain;
      continue;
    }
    let closed: Open | undefined;
    if (begun !== undefined) {
      const attributes = attributesOf(given);
      if (attributes === null || open.length >= deepest) return null;
      const element = { name: begun, attributes, children: [], text: '' };
      if (empty === '/') closed = element;
      else open.push(element);
    } else {
      closed = open.pop();
      if (closed?.name !== ended) return null;
    }
    if (closed === undefined) continue;
    const element = { ...closed, text: closed.text.trim() };
    const holder = open.at(-1);
    // Nothing follows the first element.
    if (holder === undefined) return token.lastIndex === text.length ? element : null;
    holder.children.push(element);
  }
  return null;
}

/** Null where one stands twice, or its value refers to what is none. */
function attributesOf(given: string): ReadonlyMap<string, string> | null {
  const attributes = new Map<string, string>();
  for (const [, key = '', double, single = ''] of given.matchAll(
    new RegExp(`(${name})${space}*=${space}*(?:"([^"<]*)"|'([^'<]*)')`, 'gu'),
  )) {
    const value = resolved(double ?? single);
    if (value === null || attributes.has(key)) return null;
    attributes.set(key, value);
  }
  return attributes;
}

/** With its references resolved, or null where one is none. */
function resolved(text: string): string | null {
  if (!text.includes('&')) return text;
  let sound = !text.replaceAll(reference, '').includes('&');
  const plain = text.replaceAll(reference, (_, word?: string, decimal?: string, hex?: string) => {
    if (word !== undefined) return named[word] ?? '';
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    const character = code <= 0x10_ffff ? String.fromCodePoint(code) : '\0';
    if (forbidden.test(character)) sound = false;
    return character;
  });
  return sound ? plain : null;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** For an attribute's value or a text. */
export const escapeXml = (text: string): string => text.replaceAll(/[&<>"']/gu, (each) => escapes[each] ?? each);

/** XML that others wrote: bounded, without document types or entities of their own, well formed; and XML that we write. Pure. */
import { XMLParser } from 'fast-xml-parser';
import { mesolineError, messageOf } from '../../../plant/errors.ts';

/** Elements by their names without prefix; `#text` and `@attribute` beside them. */
export type XmlNode = Readonly<{ [name: string]: XmlValue | undefined }>;
export type XmlValue = string | XmlNode | readonly XmlValue[];

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

/** @throws MesolineError `message-refused` */
export function readXml(name: string, text: string): Readonly<{ root: string; node: XmlNode }> {
  const refuse = (problem: string, remedy: string): Error => mesolineError('message-refused', name, problem, remedy);
  const declared = /<!(?!--|\[CDATA\[)[A-Za-z]*/.exec(text);
  if (declared !== null)
    throw refuse(`It declares "${declared[0]}".`, 'Send it without a document type and without entities of its own.');
  let read: unknown;
  try {
    // The parser alone takes what is not well formed; its successor for this is another package.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    read = withoutPrefixes(parser.parse(text, true) as XmlValue);
  } catch (thrown) {
    throw refuse(messageOf(thrown), 'Send it well formed.');
  }
  const roots = isNode(read) ? Object.keys(read).filter((key) => !key.startsWith('#')) : [];
  const [root] = roots;
  const node = isNode(read) && root !== undefined ? read[root] : undefined;
  if (root === undefined || roots.length > 1 || !isNode(node))
    throw refuse('It has no one element with content.', 'Send one message.');
  return { root, node };
}

/** Elements by their own names; the namespaces stay as attributes. */
function withoutPrefixes(value: XmlValue): XmlValue {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return (value as readonly XmlValue[]).map(withoutPrefixes);
  const plain = Object.create(null) as Record<string, XmlValue>;
  for (const [key, child] of Object.entries(value as XmlNode)) {
    if (child === undefined) continue;
    const name = key.startsWith('@') ? key : key.slice(key.indexOf(':') + 1);
    const there = Object.hasOwn(plain, name) ? plain[name] : undefined;
    const own = withoutPrefixes(child);
    plain[name] = there === undefined ? own : [there, own].flat();
  }
  return plain;
}

const isNode = (value: unknown): value is XmlNode =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every child element of this name; text alone stands as `#text`. */
export function children(node: XmlNode, name: string): readonly XmlNode[] {
  const value = Object.hasOwn(node, name) ? node[name] : undefined;
  if (value === undefined) return [];
  const all: readonly XmlValue[] = Array.isArray(value) ? (value as readonly XmlValue[]) : [value];
  return all.flatMap((each) => (isNode(each) ? [each] : typeof each === 'string' ? [{ '#text': each }] : []));
}

/** The text of the one child of this name; null where there is none, or it is empty. @throws MesolineError where there are more */
export function textIn(node: XmlNode, name: string, where: string): string | null {
  const all = children(node, name);
  if (all.length > 1)
    throw mesolineError('message-refused', where, `It has ${all.length} of ${name}.`, 'Send one of it.');
  return all[0] === undefined ? null : ownText(all[0]);
}

/** What stands in an element itself; null where that is nothing. */
export function ownText(node: XmlNode): string | null {
  const text = node['#text'];
  const trimmed = typeof text === 'string' ? text.trim() : '';
  return trimmed === '' ? null : trimmed;
}

/** An element of text or of elements; without content, where there is none. */
export const element = (name: string, content: string | readonly string[], attributes = ''): string =>
  typeof content === 'string'
    ? `<${name}${attributes}>${escaped(content)}</${name}>`
    : `<${name}${attributes}>${content.join('')}</${name}>`;

export const xmlHead = '<?xml version="1.0" encoding="UTF-8"?>\n';

const escaped = (text: string): string =>
  text
    .replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, ' ');

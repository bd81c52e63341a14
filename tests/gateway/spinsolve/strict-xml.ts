/**
 * An XML reader of its own for the tests: by the letters of XML 1.0, one after the other, for documents of elements,
 * attributes, text and the five named entities. Written apart from the product's, which works by whole tokens.
 */
export type Tree = Readonly<{
  name: string;
  attributes: Readonly<Record<string, string>>;
  inside: readonly (Tree | string)[];
}>;

class Refused extends Error {}

export function strictlyXml(source: string): Tree | null {
  let at = 0;
  const refuse = (): never => {
    throw new Refused(`at ${at}`);
  };
  const peek = (): string => source.charAt(at);
  const isSpace = (letter: string): boolean => letter === ' ' || letter === '\t' || letter === '\n' || letter === '\r';
  const spaces = (): number => {
    const from = at;
    while (isSpace(peek())) at += 1;
    return at - from;
  };
  const expect = (letters: string): void => {
    if (!source.startsWith(letters, at)) refuse();
    at += letters.length;
  };
  const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
  const isRest = (code: number): boolean => isLetter(code) || (code >= 48 && code <= 57) || code === 45 || code === 46;
  const name = (): string => {
    const from = at;
    if (!isLetter(source.charCodeAt(at))) refuse();
    while (isRest(source.charCodeAt(at))) at += 1;
    return source.slice(from, at);
  };
  const allowed = (code: number): boolean =>
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 32 && code < 0xd800) ||
    (code > 0xdfff && code < 0xfffe) ||
    (code >= 0x10000 && code <= 0x10ffff);
  const letter = (): string => {
    const code = source.codePointAt(at);
    if (code === undefined || !allowed(code)) return refuse();
    if (code !== 38) {
      const own = String.fromCodePoint(code);
      at += own.length;
      return own;
    }
    const end = source.indexOf(';', at);
    const word = source.slice(at + 1, end);
    if (end < 0) refuse();
    at = end + 1;
    const known = new Map([
      ['amp', '&'],
      ['lt', '<'],
      ['gt', '>'],
      ['quot', '"'],
      ['apos', "'"],
    ]).get(word);
    if (known !== undefined) return known;
    const digits = word.startsWith('#x') ? word.slice(2) : word.slice(1);
    const radix = word.startsWith('#x') ? 16 : 10;
    const number = Number.parseInt(digits, radix);
    const written = Array.from(digits).every((digit) =>
      (radix === 16 ? '0123456789abcdefABCDEF' : '0123456789').includes(digit),
    );
    if (!word.startsWith('#') || digits === '' || !written || !allowed(number)) return refuse();
    return String.fromCodePoint(number);
  };
  const element = (): Tree => {
    expect('<');
    const own = name();
    const attributes: Record<string, string> = {};
    for (;;) {
      const apart = spaces() > 0;
      if (peek() === '/' || peek() === '>') break;
      if (!apart) refuse();
      const key = name();
      if (Object.hasOwn(attributes, key)) refuse();
      spaces();
      expect('=');
      spaces();
      const quote = peek();
      if (quote !== '"' && quote !== "'") refuse();
      at += 1;
      let value = '';
      while (peek() !== quote) {
        if (peek() === '<' || peek() === '') refuse();
        value += letter();
      }
      at += 1;
      Object.defineProperty(attributes, key, { value, enumerable: true });
    }
    if (peek() === '/') {
      expect('/>');
      return { name: own, attributes, inside: [] };
    }
    expect('>');
    const inside: (Tree | string)[] = [];
    while (!source.startsWith('</', at)) {
      if (peek() === '<') inside.push(element());
      else {
        if (source.startsWith(']]>', at)) refuse();
        inside.push(letter());
      }
    }
    expect('</');
    if (name() !== own) refuse();
    spaces();
    expect('>');
    return { name: own, attributes, inside };
  };
  try {
    spaces();
    if (source.startsWith('<?xml', at)) {
      const end = source.indexOf('?>', at);
      if (end < 0 || !/^<\?xml\s+version\s*=\s*("1\.[01]"|'1\.[01]')[^<>?]*$/u.test(source.slice(at, end))) refuse();
      at = end + 2;
      spaces();
    }
    const root = element();
    spaces();
    return at === source.length ? root : null;
  } catch (thrown) {
    if (thrown instanceof Refused) return null;
    throw thrown;
  }
}

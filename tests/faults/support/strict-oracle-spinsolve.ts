/**
 * What a strict reader makes of bytes as messages of a Spinsolve's remote control: XML 1.0 (fifth edition) of elements,
 * attributes and text, read character by character, then the message's own form. Written apart from the product.
 */

export type SpinsolveVerdict =
  /** What each message says; a message of a kind that has no bearing on any value is `{kind: 'other'}`. */
  | Readonly<{ kind: 'accepted'; facts: readonly Readonly<Record<string, unknown>>[]; rest: number }>
  | Readonly<{ kind: 'refused'; why: string }>;

export type Node = { name: string; attributes: Map<string, string>; children: Node[]; text: string };

class Refused extends Error {}

/** All whole messages from the first byte on; what follows the last `</Message>` is `rest`, and not judged. */
export function judgeSpinsolve(bytes: Uint8Array): SpinsolveVerdict {
  const facts: Readonly<Record<string, unknown>>[] = [];
  const mark = Array.from('</Message>').map((letter) => letter.charCodeAt(0));
  let from = 0;
  try {
    for (let at = 0; at + mark.length <= bytes.length; at += 1) {
      if (!mark.every((byte, index) => bytes[at + index] === byte)) continue;
      const end = at + mark.length;
      facts.push(judgeMessage(bytes.subarray(from, end)));
      from = end;
      at = end - 1;
    }
  } catch (thrown) {
    if (thrown instanceof Refused) return { kind: 'refused', why: thrown.message };
    throw thrown;
  }
  return { kind: 'accepted', facts, rest: bytes.length - from };
}

function judgeMessage(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refused('no UTF-8');
  }
  const root = new Reader(text).document();
  if (root.name !== 'Message' || root.text !== '' || root.children.length !== 1) throw new Refused('no message');
  return factsOf(root.children[0]!);
}

function factsOf(body: Node): Readonly<Record<string, unknown>> {
  switch (body.name) {
    case 'HardwareResponse': {
      const said = (name: string): string | null => {
        const those = body.children.filter((child) => child.name === name);
        if (those.length > 1) throw new Refused(`${name} twice`);
        const [one] = those;
        if (one !== undefined && one.children.length > 0) throw new Refused(`${name} is no text`);
        return one?.text ?? null;
      };
      const [connected, software] = [said('ConnectedToHardware'), said('SpinsolveSoftware')];
      if (connected !== 'true' && connected !== 'false') throw new Refused('ConnectedToHardware');
      if (software === null || software === '') throw new Refused('SpinsolveSoftware');
      const [type, serial] = [said('SpinsolveType'), said('SerialNumber')];
      return { kind: 'hardware', connected: connected === 'true', software, type, serial };
    }
    case 'AvailableProtocolOptionsResponse':
      return { kind: 'protocols' };
    case 'GetResponse': {
      const [got] = body.children;
      if (got === undefined || body.children.length > 1 || got.children.length > 0) throw new Refused('GetResponse');
      return { kind: 'got', name: got.name, value: got.text };
    }
    case 'StatusNotification': {
      const [what] = body.children;
      if (what === undefined || body.children.length > 1) throw new Refused('StatusNotification');
      return notice(what);
    }
    default:
      return { kind: 'other' };
  }
}

function notice(what: Node): Readonly<Record<string, unknown>> {
  const said = (name: string): string | null => what.attributes.get(name) ?? null;
  const must = (name: string): string => {
    const value = said(name);
    if (value === null || value === '') throw new Refused(`${what.name} without ${name}`);
    return value;
  };
  const number = (name: string, most: number): number => {
    const value = must(name);
    if (!/^[0-9]{1,9}(?:[.][0-9]{1,9})?$/u.test(value) || Number(value) > most) throw new Refused(name);
    return Number(value);
  };
  const truth = (name: string): boolean => {
    const value = must(name);
    if (value !== 'true' && value !== 'false') throw new Refused(name);
    return value === 'true';
  };
  const [dataFolder, error] = [said('dataFolder'), said('error')];
  switch (what.name) {
    case 'State': {
      const [protocol, status] = [must('protocol'), must('status')];
      const known = ['Running', 'Ready', 'Stopping'].includes(status);
      return known ? { kind: 'state', protocol, status, dataFolder, error } : { kind: 'other' };
    }
    case 'Progress': {
      const [protocol, percent] = [must('protocol'), number('percentage', 100)];
      const secondsRemaining = said('secondsRemaining') === null ? null : number('secondsRemaining', 1e9);
      return { kind: 'progress', protocol, percent, secondsRemaining };
    }
    case 'Completed': {
      const [protocol, completed, successful] = [must('protocol'), truth('completed'), truth('successful')];
      return { kind: 'completed', protocol, successful: completed && successful, dataFolder, error };
    }
    case 'Error':
      // An error is heard however it is said.
      return { kind: 'error' };
    default:
      return { kind: 'other' };
  }
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const isSpace = (letter: string): boolean => letter === ' ' || letter === '\t' || letter === '\r' || letter === '\n';
const isNameStart = (letter: string): boolean => /^[A-Za-z_]$/u.test(letter);
const isName = (letter: string): boolean => /^[A-Za-z0-9_.-]$/u.test(letter);

/** [2] Char. */
function isCharacter(code: number): boolean {
  if (code === 9 || code === 10 || code === 13) return true;
  return (
    (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x1_0000 && code <= 0x10_ffff)
  );
}

class Reader {
  readonly #text: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#text = Array.from(text);
    if (this.#text.some((letter) => !isCharacter(letter.codePointAt(0) ?? 0))) throw new Refused('no character of XML');
  }

  /** Prolog without anything but its declaration, and one element. The vocabulary is ASCII and has no namespaces. */
  document(): Node {
    this.#space();
    if (this.#looksAt('<?xml')) this.#declaration();
    this.#space();
    const root = this.#element(1);
    this.#space();
    if (this.#at !== this.#text.length) throw new Refused('more than one element');
    return root;
  }

  /** [23] XMLDecl: version, and then perhaps encoding and standalone, in this order. */
  #declaration(): void {
    this.#take('<?xml');
    const given: [string, string][] = [];
    for (;;) {
      const spaced = this.#space();
      if (this.#looksAt('?>')) break;
      if (!spaced) throw new Refused('declaration');
      given.push(this.#attribute());
    }
    this.#take('?>');
    const order = ['version', 'encoding', 'standalone'];
    const at = given.map(([name]) => order.indexOf(name));
    const rises = at.every((place, index) => place >= 0 && (index === 0 ? place === 0 : place > at[index - 1]!));
    const values = new Map(given);
    const version = values.get('version') ?? '';
    const encoding = values.get('encoding');
    const standalone = values.get('standalone');
    if (!rises || !/^1\.[0-9]+$/u.test(version)) throw new Refused('declaration');
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') throw new Refused('encoding');
    if (standalone !== undefined && standalone !== 'yes' && standalone !== 'no') throw new Refused('standalone');
  }

  #element(depth: number): Node {
    if (depth > 16) throw new Refused('too deep');
    this.#take('<');
    const node: Node = { name: this.#name(), attributes: new Map(), children: [], text: '' };
    for (;;) {
      const spaced = this.#space();
      if (this.#looksAt('/>')) {
        this.#take('/>');
        return node;
      }
      if (this.#looksAt('>')) break;
      if (!spaced) throw new Refused('no space before an attribute');
      const [name, value] = this.#attribute();
      if (node.attributes.has(name)) throw new Refused('an attribute twice');
      node.attributes.set(name, value);
    }
    this.#take('>');
    while (!this.#looksAt('</')) {
      if (this.#looksAt('<')) node.children.push(this.#element(depth + 1));
      else node.text += this.#character();
    }
    this.#take('</');
    if (this.#name() !== node.name) throw new Refused('an end that is of another');
    this.#space();
    this.#take('>');
    node.text = node.text.trim();
    return node;
  }

  #attribute(): [string, string] {
    const name = this.#name();
    this.#space();
    this.#take('=');
    this.#space();
    const quote = this.#next();
    if (quote !== '"' && quote !== "'") throw new Refused('a value without quotes');
    let value = '';
    while (!this.#looksAt(quote)) {
      if (this.#looksAt('<')) throw new Refused('< in a value');
      value += this.#character(false);
    }
    this.#take(quote);
    return [name, value];
  }

  /** One of text, or what a reference stands for. */
  #character(content = true): string {
    if (content && this.#looksAt(']]>')) throw new Refused(']]> in text');
    const letter = this.#next();
    if (letter !== '&') return letter;
    let name = '';
    for (let one = this.#next(); one !== ';'; one = this.#next()) {
      name += one;
      if (name.length > 8) throw new Refused('a reference without end');
    }
    const known = Object.hasOwn(named, name) ? named[name] : undefined;
    if (known !== undefined) return known;
    const number = /^#(?:([0-9]{1,7})|x([0-9A-Fa-f]{1,6}))$/u.exec(name);
    const code = number === null ? -1 : number[1] === undefined ? Number.parseInt(number[2]!, 16) : Number(number[1]);
    if (!isCharacter(code)) throw new Refused('a reference to nothing');
    return String.fromCodePoint(code);
  }

  #name(): string {
    let name = '';
    while (this.#at < this.#text.length && (name === '' ? isNameStart : isName)(this.#text[this.#at]!))
      name += this.#next();
    if (name === '') throw new Refused('no name');
    return name;
  }

  #space(): boolean {
    const from = this.#at;
    while (this.#at < this.#text.length && isSpace(this.#text[this.#at]!)) this.#at += 1;
    return this.#at > from;
  }

  #looksAt(what: string): boolean {
    return Array.from(what).every((letter, index) => this.#text[this.#at + index] === letter);
  }

  #take(what: string): void {
    if (!this.#looksAt(what)) throw new Refused(`no ${what}`);
    this.#at += what.length;
  }

  #next(): string {
    const letter = this.#text[this.#at];
    if (letter === undefined) throw new Refused('an end too soon');
    this.#at += 1;
    return letter;
  }
}

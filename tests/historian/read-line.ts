/** Reads a line of InfluxDB's line protocol by its grammar, with no help from the encoder. Throws where it is none. */
export type Field = Readonly<{
  type: 'float' | 'integer' | 'boolean' | 'string';
  value: number | bigint | boolean | string;
}>;
export type Line = Readonly<{
  measurement: string;
  tags: ReadonlyMap<string, string>;
  fields: ReadonlyMap<string, Field>;
  time: number;
}>;

export function readLine(text: string): Line {
  if (text.startsWith('#')) throw new Error('a comment');
  let at = 0;
  const name = (ends: string): string => {
    let read = '';
    while (at < text.length && !ends.includes(text[at]!)) {
      const escaped = text[at] === '\\' && at + 1 < text.length && ',= '.includes(text[at + 1]!);
      if (escaped) at += 1;
      if (text[at] === '\n') throw new Error('a line break in a name');
      read += text[at++]!;
    }
    if (read === '') throw new Error('an empty name');
    return read;
  };
  const take = (one: string): void => {
    if (text[at] !== one) throw new Error(`${one} expected at ${at}`);
    at += 1;
  };
  const string = (): string => {
    let read = '';
    take('"');
    for (; text[at] !== '"'; at++) {
      if (at >= text.length) throw new Error('an open string');
      if (text[at] === '\\' && (text[at + 1] === '"' || text[at + 1] === '\\')) at += 1;
      read += text[at]!;
    }
    take('"');
    return read;
  };
  const field = (): Field => {
    if (text[at] === '"') return { type: 'string', value: string() };
    const word = /^[^, ]+/.exec(text.slice(at))?.[0] ?? '';
    at += word.length;
    if (word === 't' || word === 'f') return { type: 'boolean', value: word === 't' };
    if (/^-?\d+i$/.test(word)) return { type: 'integer', value: BigInt(word.slice(0, -1)) };
    if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(word)) throw new Error(`no value: ${word}`);
    return { type: 'float', value: Number(word) };
  };
  const measurement = name(', ');
  const tags = new Map<string, string>();
  while (text[at] === ',') {
    at += 1;
    const key = name('=');
    take('=');
    tags.set(key, name(', '));
  }
  take(' ');
  const fields = new Map<string, Field>();
  for (;;) {
    const key = name('=');
    take('=');
    fields.set(key, field());
    if (text[at] !== ',') break;
    at += 1;
  }
  take(' ');
  if (!/^-?\d+$/.test(text.slice(at))) throw new Error('no time');
  return { measurement, tags, fields, time: Number(text.slice(at)) };
}

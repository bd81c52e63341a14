/** Code 128 (ISO/IEC 15417): text to symbol characters, to widths of bars and spaces, to SVG. */
import { mesolineError } from '../errors.ts';
import { separator } from './gs1.ts';

/** Bars and spaces of each symbol character, beginning with a bar, in modules (ISO/IEC 15417, table 1). */
export const patterns: readonly string[] = (
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 ' +
  '123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 ' +
  '232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 ' +
  '313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 ' +
  '111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 ' +
  '111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 ' +
  '114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112'
).split(' ');

type CodeSet = 'A' | 'B' | 'C';
const sets: readonly CodeSet[] = ['C', 'B', 'A'];
const start: Readonly<Record<CodeSet, number>> = { A: 103, B: 104, C: 105 };
const shifts = [
  ['A', 'B'],
  ['B', 'A'],
] as const;
/** Latches to a set, from another. */
const latch: Readonly<Record<CodeSet, number>> = { A: 101, B: 100, C: 99 };
/** The next character alone is of the other of A and B. */
const shift = 98;
const fnc1 = 102;
const stop = 106;

/** The symbol character in `set` of what stands at `at`, and how much of the text it takes; null where the set has none. */
function characterAt(
  text: string,
  at: number,
  set: CodeSet,
  gs1: boolean,
): Readonly<{ symbol: number; takes: number }> | null {
  if (gs1 && text[at] === separator) return { symbol: fnc1, takes: 1 };
  if (set === 'C') {
    const pair = text.slice(at, at + 2);
    return /^[0-9]{2}$/.test(pair) ? { symbol: Number(pair), takes: 2 } : null;
  }
  const code = text.charCodeAt(at);
  if (set === 'B') return code >= 32 && code <= 127 ? { symbol: code - 32, takes: 1 } : null;
  return code >= 32 && code <= 95
    ? { symbol: code - 32, takes: 1 }
    : code < 32
      ? { symbol: code + 64, takes: 1 }
      : null;
}

/**
 * The symbol characters of `text`, as few as there can be, with start, check and stop. With `gs1` an FNC1 stands first, and
 * each separator is one. @throws MesolineError `barcode-invalid`
 */
export function encodeCode128(text: string, gs1: boolean): readonly number[] {
  const bad = Array.from(text).find((each) => each.charCodeAt(0) > 127);
  if (text === '' || bad !== undefined)
    throw mesolineError(
      'barcode-invalid',
      'The code',
      bad === undefined ? 'It is empty.' : `Code 128 has no "${bad}".`,
      'Use ASCII.',
    );
  // Shortest way through sets, from the end of the text to its head.
  type Ways = Record<CodeSet, readonly number[] | null>;
  const ways: Ways[] = [];
  ways[text.length] = { A: [], B: [], C: [] };
  for (let at = text.length - 1; at >= 0; at--) {
    const stay: Ways = { A: null, B: null, C: null };
    for (const set of sets) {
      const taken = characterAt(text, at, set, gs1);
      const rest = taken === null ? null : (ways[at + taken.takes]?.[set] ?? null);
      if (taken !== null && rest !== null) stay[set] = [taken.symbol, ...rest];
    }
    for (const [set, other] of shifts) {
      const taken = characterAt(text, at, other, gs1);
      const rest = ways[at + 1]?.[set] ?? null;
      const own = stay[set];
      if (taken !== null && rest !== null && rest.length + 2 < (own?.length ?? Infinity))
        stay[set] = [shift, taken.symbol, ...rest];
    }
    const best: Ways = { ...stay };
    for (const set of sets)
      for (const other of sets) {
        const way = stay[other];
        if (other !== set && way !== null && way.length + 1 < (best[set]?.length ?? Infinity))
          best[set] = [latch[other], ...way];
      }
    ways[at] = best;
  }
  const begun = sets.flatMap((set) => {
    const way = ways[0]?.[set] ?? null;
    return way === null ? [] : [[start[set], ...(gs1 ? [fnc1] : []), ...way]];
  });
  const symbols = begun.reduce((a, b) => (b.length < a.length ? b : a));
  return [...symbols, checkSymbol(symbols), stop];
}

/** Modulo 103 of the start character and of each other by its place (ISO/IEC 15417, annex A). */
export const checkSymbol = (symbols: readonly number[]): number =>
  symbols.reduce((sum, symbol, place) => sum + symbol * Math.max(place, 1), 0) % 103;

/** Widths of bars and spaces in turn, beginning with a bar, in modules. */
export const modulesOf = (symbols: readonly number[]): readonly number[] =>
  symbols.flatMap((symbol) => Array.from(patterns[symbol] ?? '', Number));

/** A drawing with quiet zones of 10 modules (GS1 General Specifications 5.4). `moduleMm`: 0.25 to 1.016 by GS1. */
export function code128Svg(symbols: readonly number[], { moduleMm = 0.33, heightMm = 15 } = {}): string {
  const widths = modulesOf(symbols);
  const quiet = 10;
  const total = widths.reduce((sum, width) => sum + width, 2 * quiet);
  let x = quiet;
  let path = '';
  widths.forEach((width, index) => {
    if (index % 2 === 0) path += `M${x} 0h${width}v1h-${width}z`;
    x += width;
  });
  const size = `width="${(total * moduleMm).toFixed(2)}mm" height="${heightMm}mm"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${total} 1" preserveAspectRatio="none"><path d="${path}"/></svg>`;
}

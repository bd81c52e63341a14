/** A label as SVG of 100 × 60 mm: what it is, its dangers, and the GS1 code of the container and the copy. Pure. */
import { code128Svg, encodeCode128, modulesOf } from '../../../plant/barcode/code-128.ts';
import { parseGs1, readable, writeGs1, type Gs1Element } from '../../../plant/barcode/gs1.ts';
import type { LabelText } from '../../../plant/ports/label-desk.ts';

const widthMm = 100;
const heightMm = 60;
/** The most that fits beside one another, at 3 mm a line. */
const lineLength = 58;
const mostHazardLines = 7;
const barsMm = 12;
/** GS1 General Specifications 5.12.3, table 2: 0.25 mm is the least a module may have in distribution. */
const leastModuleMm = 0.25;
const widestModuleMm = 0.495;

/** (91) is the container, as every scanner here reads it; (21) the copy of the label. */
export const elementsOf = (container: string, code: string): readonly Gs1Element[] => [
  { ai: '91', value: container },
  { ai: '21', value: code },
];

/** The copy's code in what was scanned or typed; null where it is none. */
export function copyCodeIn(scanned: string): string | null {
  const text = scanned.trim();
  if (/^\d{10}$/.test(text)) return text;
  try {
    return parseGs1(text).find(({ ai }) => ai === '21')?.value ?? null;
  } catch {
    return null;
  }
}

/** Whether a container's code and its label's fit on the label in bars that every scanner reads. */
export const fits = (container: string, code: string): boolean => moduleOf(container, code) >= leastModuleMm;

const symbolsOf = (container: string, code: string): readonly number[] =>
  encodeCode128(writeGs1(elementsOf(container, code)), true);
const modules = (symbols: readonly number[]): number => modulesOf(symbols).reduce((sum, each) => sum + each, 20);
const moduleOf = (container: string, code: string): number =>
  Math.min(widestModuleMm, (widthMm - 2) / modules(symbolsOf(container, code)));

export function drawLabel(label: LabelText, code: string, reprinted: boolean): string {
  const symbols = symbolsOf(label.container, code);
  const moduleMm = moduleOf(label.container, code);
  const bars = code128Svg(symbols, { moduleMm, heightMm: barsMm });
  const left = (widthMm - modules(symbols) * moduleMm) / 2;
  const lines = [
    [
      ...(label.batch === null ? [] : [`Batch ${label.batch}`]),
      ...(label.lot === null ? [] : [`Lot ${label.lot}`]),
    ].join(' · '),
    `Container ${label.container}`,
    label.content,
  ].filter((line) => line !== '');
  const hazards = label.hazards.flatMap(wrap);
  if (hazards.length > mostHazardLines) throw new RangeError(`${code}: ${hazards.length} lines of dangers do not fit.`);
  const rows = [
    text(4, 6, 5, label.what, ' font-weight="bold"'),
    ...(reprinted ? [text(76, 6, 3, `Copy ${Number(code.slice(-2))}`, '')] : []),
    ...lines.map((line, i) => text(4, 11 + 4 * i, 3.2, line, '')),
    ...hazards.map((line, i) => text(4, 24 + 3 * i, 2.6, line, ' font-weight="bold"')),
    `<g transform="translate(${left.toFixed(3)} 45)">${bars}</g>`,
    text(4, 59, 2.2, readable(elementsOf(label.container, code)), ''),
  ];
  const size = `width="${widthMm}mm" height="${heightMm}mm" viewBox="0 0 ${widthMm} ${heightMm}"`;
  const paper = `<rect width="${widthMm}" height="${heightMm}" fill="#fff"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="Arial, sans-serif">${paper}${rows.join('')}</svg>`;
}

/** Whether words of danger have room on a label: none is ever left out. */
export const hazardsFit = (hazards: readonly string[]): boolean => hazards.flatMap(wrap).length <= mostHazardLines;

/** A line of words, broken between them. */
function wrap(words: string): readonly string[] {
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < lineLength) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const text = (x: number, y: number, size: number, words: string, more: string): string =>
  `<text x="${x}" y="${y}" font-size="${size}"${more}>${escaped(words)}</text>`;

const escaped = (words: string): string =>
  words.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`).replace(/[\u0000-\u001f\u007f]/g, ' ');

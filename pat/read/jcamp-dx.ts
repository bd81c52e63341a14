/**
 * JCAMP-DX 4.24 to 6 with one curve: a block of XYDATA (X++(Y..Y)) or XYPOINTS (XY..XY), or a decay in pages of NTUPLES; alone, or
 * the one block with data of a compound file (LINK). A file is whole where every block has its ##END=.
 */
import type { SpectrumAxis } from '../../plant/spectrum.ts';
import { titleAndUnit } from './axis-units.ts';
import { readDecay } from './jcamp-decay.ts';
import { blockOf, numberOf, type Block, type Labels } from './jcamp-labels.ts';
import { readOrdinates, readPairs, type Curve } from './jcamp-tables.ts';
import { incomplete, Lie, malformed, mostPoints, spectrumOf, textOf, type FormReading } from './reading.ts';
import { takenAtOf } from './taken-at.ts';

const opensBlock = /^##\s*TITLE\s*=/iu;
const closesBlock = /^##\s*END\s*=/iu;

export function readJcampDx(bytes: Uint8Array): FormReading {
  const text = textOf(bytes);
  if (text === null) return incomplete('It holds zero bytes.');
  const lines = text.split(/\r\n|\n|\r/u).map((line) => line.replace(/\$\$.*$/u, '').trimEnd());
  const first = lines.findIndex((line) => line.trim() !== '');
  const opening = (lines[first] ?? '').trim();
  if (!opensBlock.test(opening)) {
    return first < 0 || (first === lines.length - 1 && '##TITLE='.startsWith(opening.toUpperCase()))
      ? incomplete('It holds nothing yet.')
      : malformed('It does not begin with ##TITLE=.');
  }
  try {
    const parts = blocksIn(lines.slice(first));
    if (parts === null) return incomplete('It has no ##END=.');
    return readBlock(theOneOf(parts), /magritek|spinsolve/iu.test(text.slice(0, 2000)));
  } catch (thrown) {
    if (thrown instanceof Lie) return malformed(thrown.message);
    throw thrown;
  }
}

type Parts = Readonly<{ head: readonly string[]; inner: readonly (readonly string[])[] }>;

/** The lines of the file's own block, and of those within it; null where one of them has no end. */
function blocksIn(lines: readonly string[]): Parts | null {
  const second = lines.findIndex((line, i) => i > 0 && opensBlock.test(line));
  const isLink =
    blockOf(lines.slice(0, second < 0 ? 0 : second))
      .labels.get('DATATYPE')
      ?.toUpperCase() === 'LINK';
  const head: string[] = [];
  const inner: string[][] = [];
  let open: string[] | null = null;
  for (const [i, line] of lines.entries()) {
    if (closesBlock.test(line)) {
      if (open === null) {
        if (lines.slice(i + 1).some((rest) => rest.trim() !== '')) throw new Lie('Something follows its ##END=.');
        return { head, inner };
      }
      open = null;
    } else if (isLink && i > 0 && opensBlock.test(line)) {
      if (open !== null) throw new Lie('It holds blocks within blocks.');
      open = [line];
      inner.push(open);
    } else (open ?? head).push(line);
  }
  return null;
}

function theOneOf({ head, inner }: Parts): Block {
  const own = blockOf(head);
  if (inner.length === 0) return own;
  const said = numberOf(own.labels, 'BLOCKS', inner.length + 1);
  if (said !== inner.length + 1) throw new Lie(`It says ${said} BLOCKS, and has ${inner.length + 1}.`);
  const withData = inner.map(blockOf).filter(({ tables }) => tables.length > 0);
  const [only] = withData;
  if (only === undefined || withData.length > 1)
    throw new Lie(`${withData.length} of its BLOCKS hold data, not one of them.`);
  return only;
}

function readBlock({ labels, tables }: Block, bySpinsolve: boolean): FormReading {
  for (const label of ['BLOCKS', 'PEAKTABLE', 'RADATA'])
    if (labels.has(label)) throw new Lie(`It holds ${label}, not one spectrum.`);
  if (labels.has('NTUPLES')) return readDecay({ labels, tables }, bySpinsolve);
  const [table] = tables;
  if (table === undefined || table.label === 'DATATABLE') throw new Lie('It holds no XYDATA.');
  if (tables.length > 1) throw new Lie('It holds two tables.');
  const count = numberOf(labels, 'NPOINTS');
  if (!Number.isInteger(count) || count < 2 || count > mostPoints) throw new Lie(`It says NPOINTS ${count}.`);
  const factors = { count, xFactor: numberOf(labels, 'XFACTOR', 1), yFactor: numberOf(labels, 'YFACTOR', 1) };
  const asked = table.label === 'XYDATA' ? '(X++(Y..Y))' : '(XY..XY)';
  if (table.form !== asked) throw new Lie(`Its ${table.label} are ${table.form}, not ${asked}.`);
  const curve =
    table.label === 'XYDATA'
      ? readOrdinates(table.lines, { ...factors, from: numberOf(labels, 'FIRSTX'), to: numberOf(labels, 'LASTX') })
      : readPairs(table.lines, factors);
  if (table.label === 'XYPOINTS') checkEnds(labels, curve);
  checkFirstValue(labels, curve);
  const facts = Object.fromEntries([...labels].map(([label, value]) => [label, value.slice(0, 500)]));
  return spectrumOf({
    x: { ...axisOf(labels.get('XUNITS') ?? '', labels.get('XLABEL')), values: curve.x },
    y: { ...axisOf(labels.get('YUNITS') ?? '', labels.get('YLABEL')), values: curve.y },
    takenAt: takenAtOf(facts),
    facts,
  });
}

function checkEnds(labels: Labels, { x }: Curve): void {
  const [first = Number.NaN, last = Number.NaN] = [x[0], x.at(-1)];
  const step = Math.abs((last - first) / (x.length - 1));
  for (const [label, value] of [['FIRSTX', first] as const, ['LASTX', last] as const]) {
    const said = labels.has(label) ? numberOf(labels, label) : value;
    if (Math.abs(said - value) > 0.5 * step) throw new Lie(`It says ${label} ${said}, and has ${value}.`);
  }
}

/** Written with fewer digits than the values, as a rule: a thousandth of the curve's height is taken as said. */
function checkFirstValue(labels: Labels, { y }: Curve): void {
  if (!labels.has('FIRSTY')) return;
  const said = numberOf(labels, 'FIRSTY');
  const value = y[0] ?? Number.NaN;
  const height = y.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  const within = 1e-3 * height + Math.abs(numberOf(labels, 'YFACTOR', 1));
  if (Math.abs(said - value) > within) throw new Lie(`It says FIRSTY ${said}, and has ${value}.`);
}

/** What stands for a unit may be the quantity, with its unit (`% TRANSMITTANCE`) or without one; the title then says it too. */
function axisOf(units: string, title: string | undefined): SpectrumAxis {
  const { unit } = titleAndUnit(units);
  return {
    title: title === undefined || unit !== null ? (title ?? units) : [title, units].filter(Boolean).join(', '),
    unit,
  };
}

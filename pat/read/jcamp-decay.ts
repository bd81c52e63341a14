/**
 * A decay in JCAMP-DX: NTUPLES with a page of real and a page of imaginary values over time (JCAMP-DX 5.00 for NMR: Davies and
 * Lampen, Appl. Spectrosc. 47 (1993) 1093). The standard does not say which way precession is counted: as exp(+iωt), as Bruker's
 * programs write it, but by Spinsolve's, whose `nmr_fid.dx` holds the same values as its `data.1d`, the other way round.
 */
import { conjugate, fidOf } from './fid.ts';
import { numberOf, type Block, type Labels } from './jcamp-labels.ts';
import { readOrdinates } from './jcamp-tables.ts';
import { Lie, mostPoints, type FormReading } from './reading.ts';
import { takenAtOf } from './taken-at.ts';

const toSeconds: Readonly<Record<string, number>> = {
  SECONDS: 1,
  SEC: 1,
  S: 1,
  MILLISECONDS: 1e-3,
  MSEC: 1e-3,
  MS: 1e-3,
};

/** @throws Lie */
export function readDecay({ labels, tables }: Block, bySpinsolve: boolean): FormReading {
  const symbols = listOf(labels, 'SYMBOL').map((symbol) => symbol.toUpperCase());
  const of = (label: string, symbol: string): string => listOf(labels, label)[symbols.indexOf(symbol)] ?? '';
  const unit = toSeconds[of('UNITS', 'X').toUpperCase()];
  if (unit === undefined) throw new Lie(`Its pages are over ${of('UNITS', 'X') || 'nothing'}, not over time.`);
  const count = number(of('VARDIM', 'X'), 'VAR_DIM');
  if (!Number.isInteger(count) || count < 2 || count > mostPoints) throw new Lie(`It says VAR_DIM ${count}.`);
  const [from, to] = [number(of('FIRST', 'X'), 'FIRST'), number(of('LAST', 'X'), 'LAST')];
  const xFactor = number(of('FACTOR', 'X') || '1', 'FACTOR');
  const page = (symbol: string): Float64Array => {
    const own = tables.filter(
      ({ label, form }) => label === 'DATATABLE' && form.startsWith(`(X++(${symbol}..${symbol}))`),
    );
    const [table] = own;
    if (table === undefined || own.length > 1) throw new Lie(`It has ${own.length} pages of ${symbol}, not one.`);
    const said = of('VARDIM', symbol);
    if (said !== '' && Number(said) !== count) throw new Lie(`It says ${said} values of ${symbol} at ${count} times.`);
    const yFactor = number(of('FACTOR', symbol) || '1', 'FACTOR');
    return readOrdinates(table.lines, { count, from, to, xFactor, yFactor }).y;
  };
  if (tables.length !== 2) throw new Lie(`It has ${tables.length} pages, not a real and an imaginary one.`);
  const [real, imaginary] = [page('R'), page('I')];
  const spectralWidthHz = (count - 1) / ((to - from) * unit);
  const { frequencyMHz, carrierPpm } = carrierOf(labels);
  const facts = Object.fromEntries([...labels].map(([label, value]) => [label, value.slice(0, 500)]));
  return fidOf({
    real,
    imaginary: bySpinsolve ? conjugate(imaginary) : imaginary,
    nmr: {
      nucleus: (labels.get('.OBSERVENUCLEUS') ?? '').replace('^', '').trim(),
      frequencyMHz,
      spectralWidthHz,
      carrierPpm,
      groupDelayPoints: groupDelayOf(labels),
      scans: labels.has('.AVERAGES') ? numberOf(labels, '.AVERAGES') : null,
      repetitionS: null,
      pulseDegrees: null,
    },
    takenAt: takenAtOf(facts),
    facts,
  });
}

/** The carrier's own frequency is $SFO1 or $BF1, that of 0 ppm $SF, or where nobody has referenced it $BF1. */
function carrierOf(labels: Labels): Readonly<{ frequencyMHz: number; carrierPpm: number }> {
  const [base, own, zero] = ['$BF1', '$SFO1', '$SF'].map((label) =>
    labels.has(label) ? numberOf(labels, label) : null,
  );
  const carrier = own ?? base;
  const reference = zero ?? base;
  if (carrier === null || carrier === undefined || reference === null || reference === undefined)
    throw new Lie('It does not say where its carrier lies ($BF1, $SFO1, $SF).');
  const frequencyMHz = numberOf(labels, '.OBSERVEFREQUENCY', carrier);
  if (Math.abs(carrier / frequencyMHz - 1) > 1e-3)
    throw new Lie(`It was observed at ${frequencyMHz} MHz, and its carrier is ${carrier} MHz.`);
  return { frequencyMHz, carrierPpm: ((carrier - reference) / reference) * 1e6 };
}

function groupDelayOf(labels: Labels): number {
  if (!labels.has('$GRPDLY') && numberOf(labels, '$DIGMOD', 0) === 0) return 0;
  const delay = numberOf(labels, '$GRPDLY', -1);
  if (delay < 0) throw new Lie('It was filtered, and does not say by how much that delays ($GRPDLY).');
  return delay;
}

const listOf = (labels: Labels, label: string): readonly string[] =>
  (labels.get(label) ?? '').split(',').map((part) => part.trim());

function number(text: string, label: string): number {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u.test(text)) throw new Lie(`It says ${label} "${text}".`);
  return Number(text);
}

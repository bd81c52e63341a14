/** The limits file: read, checked row by row, and asked for what holds on a day. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { LineCounter, parseDocument } from 'yaml';
import { MesolineError, mesolineError, messageOf, type Fault } from '../../plant/errors.ts';
import type { Agent, ExposureLimit } from '../../plant/exposure.ts';
import { milliseconds, type Milliseconds } from '../../plant/clock.ts';

export type MixtureGroup = Readonly<{ title: string; agents: readonly Agent[]; source: string; approved: boolean }>;

export type Limits = Readonly<{
  rows: readonly ExposureLimit[];
  mixtures: readonly MixtureGroup[];
  /** What is unknown for longer counts by its upper bound. */
  unknownCountsAfter: Milliseconds;
}>;

const closed = { additionalProperties: false } as const;
const words = Type.String({ minLength: 1, maxLength: 200 });
const agent = Type.Union([Type.Literal('Cd'), Type.Literal('H2S'), Type.Literal('H2Se'), Type.Literal('H2Te')]);
const day = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' });
const row = Type.Object(
  {
    agent,
    jurisdiction: Type.Union([Type.Literal('OSHA'), Type.Literal('ACGIH'), Type.Literal('EU'), Type.Literal('NIOSH')]),
    fraction: Type.Union([
      Type.Literal('total'),
      Type.Literal('inhalable'),
      Type.Literal('respirable'),
      Type.Literal('gas'),
    ]),
    kind: Type.Union([
      Type.Literal('action level'),
      Type.Literal('TWA'),
      Type.Literal('STEL'),
      Type.Literal('ceiling'),
    ]),
    value: Type.Number({ exclusiveMinimum: 0 }),
    unit: Type.Union([Type.Literal('µg/m³'), Type.Literal('ppm')]),
    averagedOverMin: Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0, maximum: 480 })]),
    from: day,
    to: Type.Optional(day),
    source: words,
    approved: Type.Boolean(),
  },
  closed,
);
const mixture = Type.Object(
  { title: words, agents: Type.Array(agent, { minItems: 2 }), source: words, approved: Type.Boolean() },
  closed,
);
const schema = Type.Object(
  {
    limits: Type.Array(row, { minItems: 1 }),
    mixtures: Type.Array(mixture),
    unknownCountsAfterMin: Type.Number({ minimum: 1, maximum: 60 }),
  },
  closed,
);
const compiled = Compile(schema);

export const shippedLimitsFile = fileURLToPath(new URL('limits.yaml', import.meta.url));

/** @throws MesolineError `limits-file-invalid` with every fault, each at `file:line` */
export function loadLimits(file: string = shippedLimitsFile): Limits {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (thrown) {
    throw mesolineError(
      'limits-file-invalid',
      file,
      `It cannot be read: ${messageOf(thrown)}.`,
      'Check the file.',
      thrown,
    );
  }
  return readLimits(text, file);
}

/** @throws MesolineError `limits-file-invalid` */
export function readLimits(text: string, file: string): Limits {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken !== undefined)
    throw mesolineError(
      'limits-file-invalid',
      `${file}:${broken.linePos?.[0].line ?? 1}`,
      broken.message,
      'Correct it.',
    );
  const lineOf = (path: readonly (string | number)[]): string => {
    for (let depth = path.length; depth > 0; depth--) {
      const node: unknown = document.getIn(path.slice(0, depth), true);
      if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
        return `${file}:${lines.linePos(Number(node.range[0])).line}`;
    }
    return `${file}:1`;
  };
  const form: unknown = document.toJS();
  if (!compiled.Check(form)) throw new MesolineError('limits-file-invalid', formFaults(form, lineOf));
  const faults = rowFaults(form.limits, lineOf);
  if (faults.length > 0) throw new MesolineError('limits-file-invalid', faults);
  return {
    rows: form.limits.map((each) => ({ ...each, to: each.to ?? null })),
    mixtures: form.mixtures,
    unknownCountsAfter: milliseconds(form.unknownCountsAfterMin * 60_000),
  };
}

type LineOf = (path: readonly (string | number)[]) => string;

const formFaults = (form: unknown, lineOf: LineOf): readonly Fault[] =>
  [...Value.Errors(schema, form)].slice(0, 20).map(({ instancePath, message }) => {
    const path = instancePath
      .split('/')
      .slice(1)
      .map((step) => (/^\d+$/u.test(step) ? Number(step) : step));
    return { where: lineOf(path), problem: `${path.join('.')} ${message}.`, remedy: 'Correct the row.' };
  });

type Row = Static<typeof row>;

const holderOf = ({ agent: of, jurisdiction, fraction, kind, averagedOverMin }: Row): string =>
  [jurisdiction, of, fraction, kind, averagedOverMin ?? 'any moment'].join(' ');

/** Two values on one day would leave it open which holds. */
function rowFaults(rows: readonly Row[], lineOf: LineOf): readonly Fault[] {
  return rows.flatMap((one, index) => {
    const where = lineOf(['limits', index]);
    const faults: Fault[] = [];
    if (one.to !== undefined && one.to < one.from)
      faults.push({ where, problem: `It ends on ${one.to}, before it begins.`, remedy: 'Correct "from" or "to".' });
    if ((one.unit === 'ppm') !== (one.fraction === 'gas'))
      faults.push({
        where,
        problem: `A limit in ${one.unit} is of ${one.fraction}.`,
        remedy: 'A gas has ppm, dust µg/m³.',
      });
    if (one.kind !== 'ceiling' && one.averagedOverMin === null)
      faults.push({ where, problem: `A ${one.kind} is a mean.`, remedy: 'Write averagedOverMin.' });
    const other = rows
      .slice(0, index)
      .find(
        (two) => holderOf(two) === holderOf(one) && one.from <= (two.to ?? '9999') && two.from <= (one.to ?? '9999'),
      );
    if (other !== undefined)
      faults.push({
        where,
        problem: `${holderOf(one)} has ${other.value} from ${other.from} already, on the same days.`,
        remedy: 'End the older row on the day before.',
      });
    return faults;
  });
}

/** The rows of these jurisdictions that hold on a day, `2027-07-11`, of the site. */
export const limitsOn = (
  limits: Limits,
  date: string,
  jurisdictions: readonly ExposureLimit['jurisdiction'][],
): readonly ExposureLimit[] =>
  limits.rows.filter(
    ({ jurisdiction, from, to }) => jurisdictions.includes(jurisdiction) && from <= date && (to === null || date <= to),
  );

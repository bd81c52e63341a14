/** Reads and checks a method's file of `pat/methods/`: a record that is approved as it stands. */
import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import canonicalize from 'canonicalize';
import { Type, type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { parseDuration, parseRange } from '../quantity.ts';
import { readForm } from '../skid/form.ts';
import { checkName } from '../skid/names.ts';
import { readRepairedForm } from '../skid/repair.ts';
import { Source, type Path } from '../skid/source.ts';
import { parseUnit, unitText } from '../units.ts';
import { checkFigures } from './figures.ts';
import { checkRanges } from './ranges.ts';
import { dayForm } from './review.ts';
import type { InputDefinition, MethodDefinition, OutputDefinition, SuitabilityCheck } from './method.ts';
import { methodSchema, type BoundsFile, type MethodFile } from './method-schema.ts';
import { parameterSchemas, type MethodParameters } from './parameters.ts';
import type { PlsModel } from './pls-model.ts';
import { readPlsRecord, recordNameForm, type PlsUse } from './pls-record.ts';
import { ramanPlsSchema } from './raman.ts';
import { uvVisPlsSchema } from './uv-vis.ts';

/** @throws MesolineError `method-invalid` with every fault of the file, each at `file:line` */
export function loadMethod(file: string): MethodDefinition {
  const source = new Source(file, 'method-invalid');
  const form = readRepairedForm(source, methodSchema);
  const method = form === null ? null : readMethod(source, form);
  source.throwFaults('method-invalid');
  if (method === null) throw new TypeError('a form that fits gave no method');
  return method;
}

function readMethod(source: Source, form: MethodFile): MethodDefinition | null {
  const { method, version, title, calibrationSet, approved, reviewBy, suitability } = form;
  checkFileName(source, method);
  if (calibrationSet !== null) checkSha(source, ['calibrationSet'], calibrationSet);
  if (approved !== null) checkDay(source, ['approved', 'at'], approved.at);
  if (reviewBy !== null) checkDay(source, ['reviewBy'], reviewBy);
  if (approved !== null && reviewBy !== null) checkReviewDay(source, approved.at, reviewBy);
  const head = {
    method,
    version,
    approvedBy: approved?.by ?? null,
    title,
    source: form.source,
    calibrationSet,
    approvedAt: approved?.at ?? null,
    reviewBy,
    outputs: readOutputs(source, form),
    inputs: readInputs(source, form),
    maintenance: readBounds(source, ['maintenance'], form.maintenance ?? {}),
  };
  const within = source.attempt(['suitability', 'within'], (where) => parseDuration(suitability.within, where));
  const checks = readBounds(source, ['suitability', 'checks'], suitability.checks);
  const parameters = readParameters(source, form);
  if (parameters === null || within === null) return null;
  checkFigures(source, ['suitability', 'checks'], Object.keys(suitability.checks), parameters);
  checkFigures(source, ['maintenance'], Object.keys(form.maintenance ?? {}), parameters);
  const pls = 'pls' in parameters ? parameters.pls : null;
  if (pls !== null) checkAgainstRecord(source, form, head.outputs, pls);
  const digest = digestOf(form, pls);
  if (approved !== null) checkApproval(source, approved.digest, digest);
  return { ...head, digest, suitability: { within, checks }, parameters };
}

/** A skid file names the method, and the file is looked for by that name. */
function checkFileName(source: Source, method: string): void {
  const name = basename(source.file, '.yaml');
  checkName(
    source,
    ['method'],
    method,
    /^[a-z0-9]+(-[a-z0-9]+)*$/u,
    'Use small letters, digits and hyphens, such as "p31-tcep-se".',
  );
  if (method === name) return;
  source.fault(
    ['method'],
    `The method is "${method}", the file ${basename(source.file)}.`,
    `Make them equal: write "method: ${name}", or call the file ${method}.yaml.`,
  );
}

/**
 * Over the content as if nobody had approved it, so that what was validated, what was approved and what is used have one
 * digest. Comments and the order of keys do not count (RFC 8785). A record that the method stands on belongs to its content.
 */
const digestOf = (form: MethodFile, pls: PlsModel | null): string =>
  createHash('sha256')
    .update(canonicalize({ ...form, approved: null, ...(pls === null ? {} : { record: pls.digest }) }) ?? '')
    .digest('hex');

function checkApproval(source: Source, approved: string, digest: string): void {
  if (approved === digest) return;
  source.fault(
    ['approved', 'digest'],
    `What was approved is ${short(approved)}, and the file holds ${short(digest)}.`,
    `Have it approved as it is (${digest}), or take back what was changed since.`,
  );
}

const short = (digest: string): string => digest.slice(0, 12);

function checkSha(source: Source, path: Path, text: string): void {
  if (/^[0-9a-f]{64}$/u.test(text)) return;
  source.fault(path, `"${text}" is no SHA-256.`, 'Write its 64 hexadecimal digits in small letters, or null.');
}

function checkDay(source: Source, path: Path, text: string): void {
  if (dayForm.test(text) && !Number.isNaN(Date.parse(text))) return;
  source.fault(path, `"${text}" is no day.`, 'Write it as 2027-01-31.');
}

/** Whatever day it is, before the one it was not approved, and from the other on it is to be reviewed. */
function checkReviewDay(source: Source, approvedAt: string, reviewBy: string): void {
  if (!(Date.parse(reviewBy) < Date.parse(approvedAt))) return;
  const problem = `The review is due by ${reviewBy}, before the approval of ${approvedAt}.`;
  source.fault(['reviewBy'], problem, 'Write the day of the next review, and have the method approved as it is then.');
}

function readOutputs(source: Source, form: MethodFile): readonly OutputDefinition[] {
  const outputs = Object.entries(form.outputs);
  if (outputs.length === 0) source.fault(['outputs'], 'The method has no outputs.', 'Name at least one.');
  return outputs.map(([name, { title, unit }]) => {
    const path = ['outputs', name];
    checkName(source, path, name, /^[A-Za-z][A-Za-z0-9]*$/u, 'Use letters and digits, such as "conversion".');
    if (name === 'verdict' || name === 'uncertainty')
      source.fault(path, `"${name}" is what every method has besides its outputs.`, 'Call the output something else.');
    const known =
      unit === undefined ? null : source.attempt([...path, 'unit'], (where) => unitText(parseUnit(unit, where)));
    return { name, title, unit: known };
  });
}

const readInputs = (source: Source, form: MethodFile): readonly InputDefinition[] =>
  Object.entries(form.inputs ?? {}).flatMap(([name, { range, at }]) => {
    const path = ['inputs', name];
    checkName(source, path, name, /^[A-Za-z][A-Za-z0-9]*$/u, 'Use letters and digits, such as "pH".');
    const read = source.attempt([...path, 'range'], (where) => parseRange(range, where));
    return read === null ? [] : [{ name, unit: read.unit, range: [read.low, read.high] as const, at: at ?? 'sample' }];
  });

const readBounds = (
  source: Source,
  path: Path,
  checks: Readonly<Record<string, BoundsFile>>,
): readonly SuitabilityCheck[] =>
  Object.entries(checks).map(([figure, { title, least = null, most = null }]) => {
    if (least === null && most === null)
      source.fault([...path, figure], 'There are no bounds.', 'Write "least", "most" or both.');
    if (least !== null && most !== null && least >= most)
      source.fault([...path, figure], `The bounds run from ${least} to ${most}.`, 'Write "least" below "most".');
    return { figure, title, least, most };
  });

function readParameters(source: Source, form: MethodFile): MethodParameters | null {
  const { kind, parameters } = form;
  switch (kind) {
    case 'phosphorus-nmr':
      return withKind(kind, readPart(source, parameterSchemas[kind], parameters));
    case 'raman':
      return usesPls(parameters)
        ? withKind(kind, withRecord(source, readPart(source, ramanPlsSchema, parameters)))
        : withKind(kind, readPart(source, parameterSchemas[kind], parameters));
    case 'uv-vis':
      return usesPls(parameters)
        ? withKind(kind, withRecord(source, readPart(source, uvVisPlsSchema, parameters)))
        : withKind(kind, readPart(source, parameterSchemas[kind], parameters));
    case 'emission':
      return withKind(kind, readPart(source, parameterSchemas[kind], parameters));
  }
}

const withKind = <K extends string, P extends object>(kind: K, parameters: P | null): ({ kind: K } & P) | null =>
  parameters === null ? null : { kind, ...parameters };

function readPart<T extends TSchema>(source: Source, schema: T, parameters: unknown): Static<T> | null {
  const read = readForm(source, schema, ['parameters'], parameters);
  if (read !== null) checkRanges(source, schema, read, ['parameters']);
  return read;
}

const usesPls = (parameters: unknown): boolean => Value.Check(plsUser, parameters);
const plsUser = Type.Object({ model: Type.Object({ kind: Type.Literal('pls') }) });

/** With the record that the model names, which lies beside the method's file. */
function withRecord<P extends { model: PlsUse }>(source: Source, parameters: P | null): (P & { pls: PlsModel }) | null {
  if (parameters === null) return null;
  const { record } = parameters.model;
  if (!recordNameForm.test(record)) {
    const remedy =
      'Lay it beside the method, and write its name alone, of letters, digits, ".", "_" and "-": NAME.json.';
    source.fault(['parameters', 'model', 'record'], `"${record}" is no record's name.`, remedy);
    return null;
  }
  const pls = source.attempt(['parameters', 'model', 'record'], (where) =>
    readPlsRecord(join(dirname(source.file), record), where),
  );
  return pls === null ? null : { ...parameters, pls };
}

/** What the head of the file says and what the record says have to be one. */
function checkAgainstRecord(
  source: Source,
  form: MethodFile,
  outputs: readonly OutputDefinition[],
  pls: PlsModel,
): void {
  if (form.calibrationSet !== pls.calibrationSet)
    source.fault(
      ['calibrationSet'],
      `The record was calibrated with ${short(pls.calibrationSet)}, the file says ${form.calibrationSet === null ? 'none' : short(form.calibrationSet)}.`,
      `Write "calibrationSet: ${pls.calibrationSet}".`,
    );
  const axisUnit = form.kind === 'raman' ? '1/cm' : 'nm';
  if (pls.axisUnit !== axisUnit)
    source.fault(
      ['parameters', 'model', 'record'],
      `The record is of an axis in ${pls.axisUnit}, and ${form.kind} is in ${axisUnit}.`,
      `Calibrate with "--axis ${axisUnit}".`,
    );
  for (const { name, unit } of outputs) {
    const response = pls.responses.find((one) => one.name === name);
    const known = pls.responses.map((one) => one.name).join(', ');
    if (response === undefined)
      source.fault(['outputs', name], `"${name}" is no response of the record.`, `It has: ${known}.`);
    else if (response.unit !== unit)
      source.fault(
        ['outputs', name],
        `It is in ${unit ?? 'no unit'}, and the record's in ${response.unit ?? 'no unit'}.`,
        'Write the unit of the record, or calibrate in the other.',
      );
  }
}

/** GS1 element strings of the application identifiers a plant of ours meets: read with every fault named, and written. */
import { MesolineError, type Fault } from '../errors.ts';

/** What stands between elements of variable length: the way a scanner hands on FNC1. */
export const separator = '\u001d';

export type Gs1Element = Readonly<{ ai: string; value: string }>;

type Form = Readonly<{ title: string; least: number; most: number; kind: 'gtin' | 'date' | 'digits' | 'text' }>;

/** GS1 General Specifications, section 3: titles and formats of the identifiers. */
const forms: Readonly<Record<string, Form>> = {
  '00': { title: 'SSCC', least: 18, most: 18, kind: 'gtin' },
  '01': { title: 'GTIN', least: 14, most: 14, kind: 'gtin' },
  '10': { title: 'batch or lot', least: 1, most: 20, kind: 'text' },
  '11': { title: 'production date', least: 6, most: 6, kind: 'date' },
  '17': { title: 'expiry date', least: 6, most: 6, kind: 'date' },
  '21': { title: 'serial', least: 1, most: 20, kind: 'text' },
  '30': { title: 'count', least: 1, most: 8, kind: 'digits' },
};

function formOf(ai: string): Form | null {
  const named = forms[ai];
  if (named !== undefined) return named;
  if (/^310[0-5]$/.test(ai)) return { title: 'net weight in kg', least: 6, most: 6, kind: 'digits' };
  if (/^9[1-9]$/.test(ai)) return { title: 'internal', least: 1, most: 90, kind: 'text' };
  return null;
}

/** The last digit of an SSCC or GTIN: modulo 10 with the weights 3 and 1 from the right (GS1 General Specifications 7.9). */
export function checkDigit(digits: string): number {
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10;
}

/** Character set 82 of the General Specifications (figure 7.11-1). */
const set82 = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]*$/;

function faultIn(ai: string, form: Form, value: string): Fault | null {
  const where = `(${ai}) ${form.title}`;
  if (value.length < form.least || value.length > form.most) {
    const meant = form.least === form.most ? String(form.most) : `${form.least} to ${form.most}`;
    return {
      where,
      problem: `"${value}" has ${value.length} characters.`,
      remedy: `It takes ${meant}. Scan it again.`,
    };
  }
  if (form.kind === 'text')
    return set82.test(value)
      ? null
      : {
          where,
          problem: `"${value}" has a character no code carries.`,
          remedy: 'Use letters, digits and ! " % & \' ( ) * + , - . / : ; < = > ? _.',
        };
  if (!/^[0-9]+$/.test(value)) return { where, problem: `"${value}" is not all digits.`, remedy: 'Scan it again.' };
  if (form.kind === 'gtin' && checkDigit(value.slice(0, -1)) !== Number(value.at(-1)))
    return {
      where,
      problem: `The check digit of ${value} is ${value.at(-1) ?? ''}, and should be ${checkDigit(value.slice(0, -1))}.`,
      remedy: 'Scan it again, or look for a misprint.',
    };
  if (form.kind === 'date' && !isDate(value))
    return {
      where,
      problem: `${value} is no day of the calendar.`,
      remedy: 'A date reads YYMMDD, with 00 for the last day of a month.',
    };
  return null;
}

function isDate(value: string): boolean {
  const [month, day] = [Number(value.slice(2, 4)), Number(value.slice(4, 6))];
  // The year only decides on 29 February here, and a century changes that but in 2100.
  return (
    month >= 1 && month <= 12 && day <= new Date(Date.UTC(2000 + Number(value.slice(0, 2)), month, 0)).getUTCDate()
  );
}

/** GS1 fixes the length of these by their first two digits: no separator follows them (General Specifications, figure 7.8.5-2). */
const isFixed = (ai: string): boolean => ['00', '01', '11', '17', '31'].includes(ai.slice(0, 2));

/**
 * Reads what a scanner gives of a GS1 code: with or without its symbology identifier `]C1`.
 * @throws MesolineError `barcode-invalid`
 */
export function parseGs1(scanned: string): readonly Gs1Element[] {
  const text = scanned.replace(/^\]C1/, '').replace(new RegExp(`^${separator}`), '');
  const elements: Gs1Element[] = [];
  const faults: Fault[] = [];
  let at = 0;
  while (at < text.length) {
    const ai = [2, 4].map((length) => text.slice(at, at + length)).find((each) => formOf(each) !== null);
    const form = ai === undefined ? null : formOf(ai);
    if (ai === undefined || form === null) {
      faults.push({
        where: `Character ${at + 1}`,
        problem: `"${text.slice(at, at + 4)}" begins no application identifier known here.`,
        remedy: 'Use 00, 01, 10, 11, 17, 21, 30, 3100 to 3105 or 91 to 99.',
      });
      break;
    }
    const from = at + ai.length;
    const next = text.indexOf(separator, from);
    const end = isFixed(ai)
      ? Math.min(from + form.most, text.length, next < 0 ? text.length : next)
      : next < 0
        ? text.length
        : next;
    const value = text.slice(from, end);
    const fault = faultIn(ai, form, value);
    if (fault !== null) faults.push(fault);
    if (elements.some((each) => each.ai === ai && each.value !== value))
      faults.push({
        where: `(${ai}) ${form.title}`,
        problem: 'It stands there twice, with two values.',
        remedy: 'Scan one code at a time.',
      });
    elements.push({ ai, value });
    at = text[end] === separator ? end + 1 : end;
  }
  if (text === '') faults.push({ where: 'The code', problem: 'It is empty.', remedy: 'Scan it again.' });
  if (faults.length > 0) throw new MesolineError('barcode-invalid', faults);
  return elements;
}

/**
 * Elements as one string, with a separator behind each of variable length but the last; FNC1 at its head is the symbol's.
 * @throws MesolineError `barcode-invalid`
 */
export function writeGs1(elements: readonly Gs1Element[]): string {
  const faults = elements.flatMap(({ ai, value }) => {
    const form = formOf(ai);
    const fault =
      form === null
        ? {
            where: `(${ai})`,
            problem: 'It is no application identifier known here.',
            remedy: 'Use 91 to 99 for our own.',
          }
        : faultIn(ai, form, value);
    return fault === null ? [] : [fault];
  });
  if (elements.length === 0) faults.push({ where: 'The code', problem: 'It is empty.', remedy: 'Give it an element.' });
  if (faults.length > 0) throw new MesolineError('barcode-invalid', faults);
  return elements
    .map(({ ai, value }, index) => ai + value + (isFixed(ai) || index === elements.length - 1 ? '' : separator))
    .join('');
}

/** As it is printed beneath a code: `(01)09501101530003(10)AB-123`. */
export const readable = (elements: readonly Gs1Element[]): string =>
  elements.map(({ ai, value }) => `(${ai})${value}`).join('');

/** What stands behind a bar code: a lot, a container, an action of a person, or what a supplier's label tells. Pure. */
import { parseGs1, separator, type Gs1Element } from '../../plant/barcode/gs1.ts';
import { messageOf } from '../../plant/errors.ts';
import { materialActions, type ScanMeaning } from '../../plant/material-view.ts';
import { fillings, type MaterialBook } from './book.ts';

/** Ahead of an action in a code of our own, (91): no lot or container begins so. */
export const actionMark = 'DO:';
const longest = 200;

/**
 * @param scanned as a scanner hands it on. A code of GS1 begins with `]C1` or FNC1; as people type it, its identifiers stand in
 * brackets, `(10)AB-1(17)271231`. Anything else is a plain Code 128: the number of a lot or container.
 */
export function meaningOf(scanned: string, book: MaterialBook): ScanMeaning {
  const { lots } = book;
  const text = scanned.trim();
  if (text === '') return { kind: 'unknown', reason: 'Nothing was scanned.' };
  if (text.length > longest) return { kind: 'unknown', reason: `A code has up to ${longest} characters.` };
  const own = (code: string): ScanMeaning => {
    if (lots.has(code)) return { kind: 'lot', lot: code };
    const filled = fillings(book).find(({ container }) => container === code);
    if (filled !== undefined) return { kind: 'container', container: code, kit: filled.kit };
    const came = [...lots.values()].find(({ containers }) => containers.includes(code));
    if (came !== undefined) return { kind: 'lot', lot: came.id };
    const action = materialActions.find((each) => `${actionMark}${each.toUpperCase()}` === code.toUpperCase());
    if (action !== undefined) return { kind: 'action', action };
    return { kind: 'unknown', reason: `"${code}" is no lot, container or action known here.` };
  };
  const symbol = asGs1(text);
  if (symbol === null) return own(text);
  try {
    const elements = parseGs1(symbol);
    const ours = valueOf(elements, '91');
    return ours === null ? delivery(elements) : own(ours);
  } catch (thrown) {
    return { kind: 'unknown', reason: messageOf(thrown) };
  }
}

/** The element string, where it is one. */
function asGs1(text: string): string | null {
  if (text.startsWith(']C1')) return text;
  if (text.startsWith(separator) || text.includes(separator)) return text;
  if (!/^\(\d{2,4}\)/.test(text)) return null;
  return text
    .slice(1)
    .replace(')', '')
    .replace(/\((\d{2,4})\)/g, `${separator}$1`);
}

const valueOf = (elements: readonly Gs1Element[], ai: string): string | null =>
  elements.find((each) => each.ai === ai)?.value ?? null;

function delivery(elements: readonly Gs1Element[]): ScanMeaning {
  const expires = valueOf(elements, '17');
  const weight = elements.find(({ ai }) => ai.startsWith('310'));
  return {
    kind: 'delivery',
    supplierLot: valueOf(elements, '10'),
    expires: expires === null ? null : dayOfGs1(expires),
    netKg: weight === undefined ? null : decimal(weight.value, Number(weight.ai.slice(3))),
    serial: valueOf(elements, '21') ?? valueOf(elements, '00'),
  };
}

/**
 * YYMMDD as `YYYY-MM-DD`; day 00 is the last of its month (GS1 General Specifications 3.4.7). What is received here expires in this
 * century.
 */
export function dayOfGs1(text: string): string {
  const [year, month, day] = [0, 2, 4].map((at) => Number(text.slice(at, at + 2))) as [number, number, number];
  const last = new Date(Date.UTC(2000 + year, month, 0)).getUTCDate();
  return `20${text.slice(0, 2)}-${text.slice(2, 4)}-${String(day === 0 ? last : day).padStart(2, '0')}`;
}

/** Six digits with the point so many places from the right. */
function decimal(digits: string, places: number): string {
  const whole = digits.slice(0, digits.length - places).replace(/^0+(?=\d)/, '');
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** What the command is asked, read strictly: what it does not know or cannot use is said, with what it would take. */
import { mesolineError, type MesolineError } from '../../plant/errors.ts';

/** What was asked cannot be understood: another code than that of a file at fault. */
export const asked = (option: string, problem: string, remedy: string): MesolineError =>
  mesolineError('calibration-asked', option, problem, remedy);

export type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** @throws MesolineError `calibration-asked` where it was not given */
export function needed(values: Values, name: string, such: string): string {
  const value = values[name];
  if (typeof value === 'string' && value !== '') return value;
  throw asked(`--${name}`, 'It is not given.', `Give it, such as --${name} ${such}.`);
}

export const given = (values: Values, name: string): string | null => {
  const value = values[name];
  return typeof value === 'string' ? value : null;
};

/** @throws MesolineError `calibration-asked` where it is no number between both, or not whole where it has to be */
export function numberIn(
  name: string,
  text: string,
  { least, most, whole = false }: Readonly<{ least: number; most: number; whole?: boolean }>,
): number {
  const value = /^-?\d*\.?\d+(?:e-?\d+)?$/iu.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? 'a whole number' : 'a number';
  throw asked(`--${name}`, `"${text}" is not ${kind} from ${least} to ${most}.`, 'Write such a number.');
}

export const listOf = (text: string): readonly string[] => text.split(',').map((part) => part.trim());

/** `600-1700,2800-3000`. @throws MesolineError `calibration-asked` */
export const rangesOf = (text: string): [number, number][] =>
  listOf(text).map((part) => {
    const [, low, high] = /^(-?\d+(?:\.\d+)?)\s*(?:-|\.\.)\s*(-?\d+(?:\.\d+)?)$/u.exec(part) ?? [];
    const range: [number, number] = [Number(low), Number(high)];
    if (range[0] < range[1]) return range;
    throw asked('--ranges', `"${part}" is no range.`, 'Write from-to with commas between, such as 600-1700,2800-3000.');
  });

/** Reads the command line of the twin and of the replay. */
import { parseArgs } from 'node:util';
import { mesolineError } from '../plant/errors.ts';

/** One flag of a program: what it takes, such as `FILE`; null where it stands alone; and what it is for. */
export type Flag = readonly [takes: string | null, says: string];
export type Flags = Readonly<Record<string, Flag>>;

/** What a program says of itself when it is asked for `--help`. */
export function usageOf(program: string, about: string, flags: Flags): string {
  const rows = Object.entries(flags).map(([name, [takes, says]]) => ({
    flag: takes === null ? `--${name}` : `--${name} ${takes}`,
    says,
  }));
  const width = Math.max(...rows.map(({ flag }) => flag.length));
  const lines = rows.map(({ flag, says }) => `  ${flag.padEnd(width)}  ${says}`);
  return [`npm run ${program} -- [OPTIONS]`, about, '', ...lines, ''].join('\n');
}

export class CommandLine {
  readonly #values: Readonly<Record<string, string | boolean | undefined>>;

  /** @throws MesolineError `option-unknown`. */
  constructor(program: string, flags: Flags, words: readonly string[]) {
    const options = Object.fromEntries(
      Object.entries(flags).map(([name, [takes]]) => [
        name,
        { type: takes === null ? ('boolean' as const) : ('string' as const) },
      ]),
    );
    try {
      this.#values = parseArgs({ args: [...words], options, strict: true, allowPositionals: false }).values;
    } catch (cause) {
      const problem =
        cause instanceof Error ? cause.message.replace(/\.? To specify.*$/su, '').replace(/\.?$/u, '.') : '';
      const known = Object.keys(flags).map((name) => `--${name}`);
      throw mesolineError('option-unknown', program, problem, `Known options: ${known.join(', ')}.`, cause);
    }
  }

  text(name: string, otherwise: string | null): string {
    const value = this.#values[name];
    if (typeof value === 'string') return value;
    if (otherwise === null)
      throw mesolineError('option-missing', `--${name}`, 'It is not given.', `Give --${name} with its value.`);
    return otherwise;
  }

  /** @throws MesolineError `option-invalid` where it is no number, or outside `low` to `high`. */
  number(name: string, otherwise: number, low: number, high: number, whole = true): number {
    const text = this.text(name, String(otherwise));
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= low && value <= high && (!whole || Number.isInteger(value))) return value;
    const kind = whole ? 'a whole number' : 'a number';
    throw mesolineError(
      'option-invalid',
      `--${name}`,
      `"${text}" cannot be used.`,
      `Give ${kind} from ${low} to ${high}.`,
    );
  }

  /** `{"PLC-1": 15021}`: ports by the names of devices. @throws MesolineError `option-invalid` */
  ports(name: string): Readonly<Record<string, number>> {
    const text = this.text(name, '{}');
    const ports = parsed(text);
    const isPort = (value: unknown): value is number =>
      Number.isInteger(value) && Number(value) >= 0 && Number(value) < 65_536;
    if (typeof ports === 'object' && ports !== null && Object.values(ports).every(isPort))
      return ports as Readonly<Record<string, number>>;
    throw mesolineError(
      'option-invalid',
      `--${name}`,
      `"${text}" cannot be used.`,
      'Give the ports by the names of devices, such as {"PLC-1": 15021}.',
    );
  }

  has(name: string): boolean {
    return this.#values[name] === true;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/**
 * A laboratory balance that speaks MT-SICS (Mettler-Toledo, Reference Manual MT-SICS Interface Commands, 11780711): weights in grams,
 * right-justified in ten characters. What lies on it, and whether it has come to rest, is told from outside.
 */
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { mesolineError } from '../../plant/errors.ts';
import type { LineInstrument } from './instrument.ts';

const mostGrams = 220;
const change = Type.Object(
  { grams: Type.Optional(Type.Number()), resting: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);

export class MtSicsBalance implements LineInstrument {
  readonly ends = { ask: '\r\n', answer: '\r\n' } as const;
  #grams = 0;
  #zero = 0;
  #tare = 0;
  #resting = true;

  answer(line: string): string | null {
    const outside = this.#outside();
    switch (line) {
      case 'I4':
        return 'I4 A "B012345678"';
      case 'S':
        return outside === null ? (this.#resting ? this.#weight('S') : 'S I') : `S ${outside}`;
      case 'SI':
        return outside === null ? this.#weight(this.#resting ? 'S' : 'D') : `S ${outside}`;
      case 'T':
        if (outside !== null || !this.#resting) return `T ${outside ?? 'I'}`;
        this.#tare = this.#grams - this.#zero;
        return `T S ${written(this.#tare)} g`;
      case 'Z':
        if (outside !== null || !this.#resting) return `Z ${outside ?? 'I'}`;
        this.#zero = this.#grams;
        this.#tare = 0;
        return 'Z A';
      default:
        return 'ES';
    }
  }

  control(message: Readonly<Record<string, unknown>>): void {
    if (!Value.Check(change, message))
      throw mesolineError(
        'instrument-control-unknown',
        'balance',
        `${JSON.stringify(message)} happens to no balance.`,
        'Use grams and resting.',
      );
    this.#grams = message.grams ?? this.#grams;
    this.#resting = message.resting ?? this.#resting;
  }

  #weight(state: 'S' | 'D'): string {
    return `S ${state} ${written(this.#grams - this.#zero - this.#tare)} g`;
  }

  #outside(): '+' | '-' | null {
    if (this.#grams - this.#zero > mostGrams) return '+';
    return this.#grams < 0 ? '-' : null;
  }
}

const written = (grams: number): string => grams.toFixed(4).padStart(10);

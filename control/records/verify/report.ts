/** What a verification found, in words for a person. */

/** The event at fault, as a person would look it up. */
export type EventName = Readonly<{ scope: string; seq: number; action: string | null }>;

export type Finding = Readonly<{
  /** `event batch/B-2026-0001 #3 (phase-started)`, `checkpoint 12`, `the schema`. */
  where: string;
  problem: string;
  event: EventName | null;
}>;

export type Report = Readonly<{
  /** True only where everything that was looked at holds, and something was. */
  holds: boolean;
  /** What was checked and holds, a sentence each. */
  held: readonly string[];
  findings: readonly Finding[];
}>;

export const eventTitle = ({ scope, seq, action }: EventName): string =>
  `event ${scope} #${seq} (${action ?? 'content not there'})`;

/** Gathers findings, and stops keeping them (but not counting) where there are too many to read. */
export class Findings {
  readonly #kept: Finding[] = [];
  #count = 0;

  add(where: string, problem: string): void {
    this.#keep({ where, problem, event: null });
  }

  addEvent({ scope, seq, action }: EventName, problem: string): void {
    const event = { scope, seq, action };
    this.#keep({ where: eventTitle(event), problem, event });
  }

  /** One that another part has found. */
  take(finding: Finding): void {
    this.#keep(finding);
  }

  get count(): number {
    return this.#count;
  }

  get kept(): readonly Finding[] {
    return this.#kept;
  }

  #keep(finding: Finding): void {
    this.#count += 1;
    if (this.#kept.length < 50) this.#kept.push(finding);
  }
}

/** What is found may have been made to be read: no name in it moves the cursor, begins a line, or turns the direction of reading. */
export const plainText = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16) ?? ''}}`);

export function reportText(report: Report): string {
  const lines = [
    ...report.held.map((sentence) => `  holds      ${plainText(sentence)}`),
    ...report.findings.map(({ where, problem }) => `  DOES NOT   ${plainText(where)}: ${plainText(problem)}`),
    '',
    report.holds ? 'VERIFIED: everything that was checked holds.' : 'NOT VERIFIED: what is listed above does not hold.',
  ];
  return `${lines.join('\n')}\n`;
}

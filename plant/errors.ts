/** Errors that name the thing, the value and the remedy. Every room throws these; a message that a person reads is made here. */

export type Fault = Readonly<{
  /** The file, tag, device, field or route at fault, with its line where it has one. */
  where: string;
  /** What is wrong, with the value in it. */
  problem: string;
  /** What to do about it. */
  remedy: string;
}>;

/** One or more faults in something given to us: a file, a request, an answer from a device. */
export class MesolineError extends Error {
  override readonly name: string = 'MesolineError';
  readonly code: string;
  readonly faults: readonly Fault[];

  /** @param code a stable kebab-case word that programs may test, such as `skid-file-invalid`. */
  constructor(code: string, faults: readonly Fault[], options?: ErrorOptions) {
    super(faults.map(describeFault).join('\n'), options);
    this.code = code;
    this.faults = faults;
  }
}

export const describeFault = ({ where, problem, remedy }: Fault): string => `${where}: ${problem} ${remedy}`;

/** The usual case of one fault. */
export const mesolineError = (
  code: string,
  where: string,
  problem: string,
  remedy: string,
  cause?: unknown,
): MesolineError => new MesolineError(code, [{ where, problem, remedy }], cause === undefined ? undefined : { cause });

/** What any thrown thing says, for a log or a page. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

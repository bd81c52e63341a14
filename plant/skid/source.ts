/** A YAML file of ours as it was read: its value, and the line at which each part of it stands, for faults to name. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import { MesolineError, type Fault, messageOf, mesolineError } from '../errors.ts';

/** Keys from the head of the file: `['tags', 'R201/TT-201A', 'unit']`. */
export type Path = readonly (string | number)[];

/** Gathers all the faults of a file, each at its line. */
export class Source {
  readonly file: string;
  value: unknown;
  /** SHA-256 of the file, in hexadecimal; of both where it lies over another. */
  digest: string;
  readonly faults: Fault[] = [];
  readonly #document: Document;
  readonly #lines = new LineCounter();
  #base: Source | null = null;

  /**
   * @param text what stands in it, where it was read already; `file` is only its name then
   * @throws MesolineError with `code` where the file cannot be read or is no YAML.
   */
  constructor(file: string, code: string, text: string = readText(file, code)) {
    this.file = file;
    this.digest = createHash('sha256').update(text).digest('hex');
    this.#document = parseDocument(text, { lineCounter: this.#lines, uniqueKeys: false, prettyErrors: false });
    if (this.#document.errors.length > 0) {
      throw new MesolineError(
        code,
        this.#document.errors.map((error) => ({
          where: this.#whereOffset(error.pos[0]),
          problem: `This is not YAML: ${error.message.replace(/\.?$/u, '.')}`,
          remedy: 'Check blanks, brackets and quotes there; a text with ": " or " #" in it stands in quotes.',
        })),
      );
    }
    this.#checkKeysAndNumbers();
    this.value = this.#document.toJS({ maxAliasCount: 0 }) as unknown;
  }

  /** Makes it a variant of `base`: what does not stand here is at its place there, and `value` is what both say together. */
  layOver(base: Source, value: unknown): void {
    this.#base = base;
    this.value = value;
    this.digest = createHash('sha256').update(`${this.digest}\n${base.digest}`).digest('hex');
    this.faults.push(...base.faults);
  }

  /** Notes a fault at the key `path`, or at the nearest part of it that stands in the file. */
  fault(path: Path, problem: string, remedy: string): void {
    this.faults.push({ where: this.where(path), problem, remedy });
  }

  where(path: Path): string {
    if (this.#base !== null && path.length > 1 && !this.#holds(path.slice(0, 2)) && this.#base.#holds(path.slice(0, 2)))
      return this.#base.where(path);
    let node: Node | null = this.#document.contents;
    let offset = node?.range?.[0] ?? 0;
    for (const step of path) {
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
        if (pair === undefined) break;
        offset = (pair.key as Node).range?.[0] ?? offset;
        node = pair.value as Node | null;
      } else if (isSeq(node)) {
        const item = node.items[Number(step)] as Node | undefined;
        if (item === undefined) break;
        offset = item.range?.[0] ?? offset;
        node = item;
      } else break;
    }
    return this.#whereOffset(offset);
  }

  /** Runs what may throw; its faults are noted, without stopping the check, and null comes back. */
  attempt<T>(path: Path, read: (where: string) => T): T | null {
    try {
      return read(this.where(path));
    } catch (thrown) {
      if (!(thrown instanceof MesolineError)) throw thrown;
      this.faults.push(...thrown.faults);
      return null;
    }
  }

  /** @throws MesolineError with every fault that was noted */
  throwFaults(code: string): void {
    if (this.faults.length === 0) return;
    const line = ({ where }: Fault): number => Number(/:(\d+)$/u.exec(where)?.[1] ?? 0);
    const own = this.faults.filter(({ where }) => where.startsWith(`${this.file}:`));
    const others = this.faults.filter((fault) => !own.includes(fault));
    throw new MesolineError(code, [...own.sort((one, other) => line(one) - line(other)), ...others]);
  }

  /** Keys are compared as text: a row of interlocks is named by a number. */
  #holds(path: Path): boolean {
    let node: Node | null = this.#document.contents;
    for (const step of path) {
      const pair = isMap(node)
        ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
        : undefined;
      if (pair === undefined) return false;
      node = pair.value as Node | null;
    }
    return true;
  }

  #whereOffset(offset: number): string {
    return `${this.file}:${this.#lines.linePos(offset).line}`;
  }

  #checkKeysAndNumbers(): void {
    visit(this.#document, {
      Alias: (_, node) => {
        this.#at(node, `The alias *${node.source} stands for something written elsewhere.`, 'Write it out here.');
        return visit.REMOVE;
      },
      Map: (_, map) => {
        const seen = new Map<string, Node>();
        for (const { key } of map.items) {
          if (!isScalar(key)) continue;
          const first = seen.get(String(key.value));
          if (first === undefined) seen.set(String(key.value), key);
          else {
            const line = this.#whereOffset(first.range?.[0] ?? 0).slice(this.file.length + 1);
            this.#at(
              key,
              `"${String(key.value)}" stands twice, first in line ${line}.`,
              'Keep one of them, or rename it.',
            );
          }
        }
      },
      Scalar: (_, scalar) => {
        if (typeof scalar.value !== 'number' || !/^[-+]?0\d/u.test(scalar.source ?? '')) return;
        this.#at(
          scalar,
          `The number ${scalar.source ?? ''} has a leading zero, which some readers take for octal.`,
          `Write ${scalar.value}, or put it in quotes where it is a name.`,
        );
      },
    });
  }

  #at(node: Node, problem: string, remedy: string): void {
    this.faults.push({ where: this.#whereOffset(node.range?.[0] ?? 0), problem, remedy });
  }
}

function readText(file: string, code: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    throw mesolineError(
      code,
      file,
      `The file cannot be read: ${messageOf(thrown)}.`,
      'Check the path and the rights.',
      thrown,
    );
  }
}

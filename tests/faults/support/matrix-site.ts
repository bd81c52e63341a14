/**
 * A site of whole lines: each a twin apart with every device of its type, the service before them, and an operator. Faults are put
 * on a twin by its own HTTP control; what a line really does is read there too, past the service.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { InterlockView } from '../../../plant/ports/interlock-desk.ts';
import { isGood, type Quality } from '../../../plant/quality.ts';
import { ApiPerson } from '../../support/api.ts';
import { Apart } from '../../support/child.ts';
import { Service, temporaryFolder } from '../../support/service.ts';
import { until } from '../../support/waiting.ts';

type Ready = Readonly<{ port: number; control: number; links: Readonly<Record<string, string>> }>;

export type Said = Readonly<{ status: number; body: Readonly<{ message?: string }> }>;
export type Recorded = Readonly<{
  action: string;
  object: string;
  reason?: string;
  data?: Readonly<Record<string, string>>;
}>;
/** What is really so, of what the tests look at. */
export type Truth = Readonly<{
  step: number;
  process: Readonly<{ flowMlPerMin: Readonly<Record<string, number>> }>;
  readings: Readonly<{
    temperatureC: Readonly<{ A: number; B: number; independent: number; outlet: number }>;
    pressureBarG: Readonly<{ A: number; B: number; C: number; feed: number }>;
    flowMlPerMin: Readonly<Record<string, number>>;
    diverter: 'waste' | 'product';
  }>;
}>;
export type Values = Readonly<{
  demand: string;
  fieldDemand: string | null;
  samples: Readonly<Record<string, readonly [value: unknown, quality: number, sourceTime: number, serverTime: number]>>;
}>;

export class MatrixSite {
  readonly lines: readonly MatrixLine[];
  readonly timeScale: number;
  readonly #folder: ReturnType<typeof temporaryFolder>;
  readonly #site: string;
  service: Service;
  operator: ApiPerson;

  private constructor(
    lines: readonly MatrixLine[],
    timeScale: number,
    folder: ReturnType<typeof temporaryFolder>,
    site: string,
    service: Service,
    operator: ApiPerson,
  ) {
    this.lines = lines;
    this.timeScale = timeScale;
    this.#folder = folder;
    this.#site = site;
    this.service = service;
    this.operator = operator;
  }

  /**
   * @param skids how many lines of the shipped CdSe type
   * @param more further lines of the site file, such as its zones
   */
  static async start(
    name: string,
    skids: number,
    timeScale: number,
    more: readonly string[] = [],
  ): Promise<MatrixSite> {
    const folder = temporaryFolder(name);
    const twins = Array.from({ length: skids }, (_, i) =>
      apart([
        '--seed',
        String(i + 1),
        '--time-scale',
        String(timeScale),
        '--folder',
        join(folder.path, `twin-${i + 1}`),
      ]),
    );
    try {
      const ready = await Promise.all(twins.map(readiness));
      const site = join(folder.path, 'site.yaml');
      const skidLines = ready.map(({ links }, i) => {
        const texts = Object.entries(links).map(([device, link]) => `${device}: '${link}'`);
        return `  QD-${i + 1}: { type: cdse-two-stage, title: Line ${i + 1}, twin: { run: apart }, links: { ${texts.join(', ')} } }`;
      });
      const text = [`site: ${name}`, `title: ${name}`, 'skids:', ...skidLines, ...more, ''].join('\n');
      writeFileSync(site, text);
      const service = await Service.start({ site, data: join(folder.path, 'data'), timeScale });
      const operator = await ApiPerson.firstLogin(service, 'operator');
      const lines: MatrixLine[] = [];
      const made = new MatrixSite(lines, timeScale, folder, site, service, operator);
      ready.forEach(({ control, port }, i) => {
        const twin = twins[i];
        if (twin !== undefined) lines.push(new MatrixLine(`QD-${i + 1}`, made, twin, { control, port }));
      });
      return made;
    } catch (thrown) {
      await Promise.all(twins.map((twin) => twin.stop()));
      folder.remove();
      throw thrown;
    }
  }

  get dataFolder(): string {
    return join(this.#folder.path, 'data');
  }

  /** Ends the service without a word, as a power cut does to it. */
  async kill(): Promise<void> {
    await this.service.stop('SIGKILL');
  }

  /** The service again, on what it left; the operator logs in anew. */
  async startAgain(): Promise<void> {
    this.service = await Service.start({ site: this.#site, data: this.dataFolder, timeScale: this.timeScale });
    this.operator = await ApiPerson.returning(this.service, 'operator');
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await Promise.all(this.lines.map((line) => line.end()));
    this.#folder.remove();
  }
}

const apart = (args: readonly string[]): Apart => new Apart('twin/main.ts', ['--control-port', '0', ...args]);

/** As the twin says it to a person: a line a device, and where it is steered. */
async function readiness({ lines }: Apart): Promise<Ready> {
  const steered = (): RegExpExecArray | null => /steered at http:\/\/127\.0\.0\.1:(\d+)/u.exec(lines.join('\n'));
  await until(() => steered() !== null, { what: () => `a twin; it said:\n${lines.join('\n')}` });
  const links = Object.fromEntries(
    lines.flatMap((line) => {
      const [, device, link] = /^ {2}([A-Z][A-Z0-9-]*): (\S+)$/u.exec(line) ?? [];
      return device === undefined || link === undefined ? [] : [[device, link]];
    }),
  );
  const port = Number(/:(\d+)\/1$/u.exec(links['PLC-1'] ?? '')?.[1]);
  return { links, port, control: Number(steered()?.[1]) };
}

export class MatrixLine {
  readonly name: string;
  readonly #site: MatrixSite;
  readonly #twin: Apart;
  readonly #control: string;

  /** Where its field controller answers. */
  readonly controllerPort: number;

  constructor(name: string, site: MatrixSite, twin: Apart, at: Readonly<{ control: number; port: number }>) {
    this.name = name;
    this.#site = site;
    this.#twin = twin;
    this.#control = `http://127.0.0.1:${at.control}`;
    this.controllerPort = at.port;
  }

  async end(): Promise<void> {
    await this.#twin.stop();
  }

  /** Stops the process of the twin, as a field controller that hangs; `cont` lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#twin.child.kill(signal);
  }

  /** @throws where the twin refuses it, in its words */
  async fault(message: object): Promise<void> {
    const answer = await fetch(`${this.#control}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`The twin refused ${JSON.stringify(message)}: ${text}`);
  }

  async truth(): Promise<Truth> {
    const answer = await fetch(`${this.#control}/truth`);
    return (await answer.json()) as Truth;
  }

  async values(): Promise<Values> {
    return (await this.#site.operator.get<Values>(`/api/skids/${this.name}/values`)).body;
  }

  async interlocks(): Promise<InterlockView> {
    return (await this.#site.operator.get<InterlockView>(`/api/skids/${this.name}/interlocks`)).body;
  }

  /** A tag as a number; NaN while it is not Good. */
  async number(tag: string): Promise<number> {
    const [value, quality] = (await this.values()).samples[tag] ?? [];
    return isGood((quality ?? 0x8000_0000) as Quality) ? Number(value) : Number.NaN;
  }

  post(path: string, body: unknown): Promise<Said> {
    return this.#site.operator.post(`/api/skids/${this.name}/${path}`, body);
  }

  command(action: object): Promise<Said> {
    return this.post('commands', { id: crypto.randomUUID(), action });
  }

  set(tag: string, value: number): Promise<Said> {
    return this.command({ kind: 'write', writes: [{ tag, value }] });
  }

  async mustSet(values: Readonly<Record<string, number>>): Promise<void> {
    const writes = Object.entries(values).map(([tag, value]) => ({ tag, value }));
    const { status, body } = await this.command({ kind: 'write', writes });
    if (status >= 300) throw new Error(`${this.name}: ${JSON.stringify(values)} was not set: ${JSON.stringify(body)}`);
  }

  reset(): Promise<Said> {
    return this.command({ kind: 'reset', inspected: true });
  }

  /** Resets as soon as it is taken. @returns every refusal before that */
  async resetWhenTaken(withinMs = 40_000): Promise<readonly string[]> {
    const refusals: string[] = [];
    await until(
      async () => {
        const { status, body } = await this.reset();
        if (status >= 300) refusals.push(body.message ?? `${status}`);
        return status < 300;
      },
      { withinMs, everyMs: 300, what: () => `a reset of ${this.name}; the last answer: ${refusals.at(-1)}` },
    );
    return refusals;
  }

  /** Feeds at the recipe's ratio under pressure, hot, the outlet on product. */
  async collect(): Promise<void> {
    await this.mustSet({ 'R201/PIC-203.SP': 6 });
    await this.mustSet({ 'F100/FIC-101.SP': 24, 'F100/FIC-102.SP': 24, 'F100/FIC-103.SP': 24 });
    await until(async () => (await this.number('R201/P.min')) > 4 && (await this.number('F100/FQ-100')) > 60, {
      withinMs: 40_000,
      what: `flow and pressure on ${this.name}`,
    });
    await this.mustSet({ 'R201/TIC-201.ramp': 30 });
    await this.mustSet({ 'R201/TIC-201.SP': 110 });
    await until(async () => (await this.number('R201/T.max')) > 104, {
      withinMs: 60_000,
      what: `a hot reactor on ${this.name}`,
    });
    await this.mustSet({ 'X300/XV-301.SP': 1 });
    await until(async () => (await this.number('X300/XV-301')) === 1, { what: `product on ${this.name}` });
  }

  /** Cold, depressurised and without feeds: what changeover asks for. */
  async coolDown(): Promise<void> {
    await this.mustSet({ 'X300/XV-301.SP': 0, 'R201/TIC-201.SP': 0, 'R101/TIC-101.SP': 0, 'F100/FIC-102.SP': 0 });
    await this.mustSet({ 'F100/FIC-101.SP': 0, 'F100/FIC-103.SP': 0, 'F100/FIC-104.SP': 60 });
    await until(async () => (await this.number('R201/T.max')) < 60, { withinMs: 60_000, what: `${this.name} to cool` });
    await this.mustSet({ 'R201/PIC-203.SP': 0 });
    await this.mustSet({ 'F100/FIC-104.SP': 0 });
    await until(async () => (await this.number('R201/P.min')) < 0.3 && (await this.number('F100/FQ-100')) < 0.3, {
      withinMs: 40_000,
      what: `${this.name} to be without pressure`,
    });
  }

  async changeover(to: 'enter' | 'leave'): Promise<void> {
    const { status, body } = await this.post('interlocks/changeover', { to });
    if (status >= 300) throw new Error(`${this.name}: changeover was refused: ${JSON.stringify(body)}`);
    // The scan after it knows.
    await until(async () => (await this.values()).demand === (to === 'enter' ? 'B' : 'none'), {
      what: `${to} changeover`,
    });
  }

  /** Ids of the alarms that stand. */
  async alarms(): Promise<readonly string[]> {
    const { body } =
      await this.#site.operator.get<readonly { id: string; skid: string; active: boolean }[]>('/api/alarms');
    return body.filter(({ skid, active }) => active && skid === this.name).map(({ id }) => id);
  }

  /** The events of the skid's scope as they stand in the ledger's file. */
  recorded(): readonly Recorded[] {
    const ledger = new Database(join(this.#site.dataFolder, 'ledger', 'ledger.db'), { readonly: true, timeout: 2000 });
    try {
      const rows = ledger
        .prepare('SELECT body FROM event WHERE scope = ? ORDER BY seq')
        .pluck()
        .all(`skid/${this.name}`);
      return rows.map((body) => JSON.parse(String(body)) as Recorded);
    } finally {
      ledger.close();
    }
  }
}

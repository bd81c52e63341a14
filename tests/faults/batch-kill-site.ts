/**
 * Lines for batches whose service is killed: each a whole twin apart, which goes on alone as a field does, with a proxy before its
 * controller that notes every register the service writes.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BatchPeople } from '../support/batch-people.ts';
import { Apart } from '../support/child.ts';
import { Proxy } from '../support/proxy.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { until } from '../support/waiting.ts';
import { asksEquipment, words } from './support/lone-line.ts';
import { writesIn, type RegisterWrite } from './support/modbus-frames.ts';

const controller = 'PLC-1';

/** What is set of a line that rests, and the way of its outlet. */
const restsAtZero = [
  'F100/FIC-101.SP',
  'F100/FIC-102.SP',
  'F100/FIC-103.SP',
  'R201/TIC-201.SP',
  'X300/XV-301.SP',
  'X300/XV-301',
] as const;

type Values = Readonly<{
  fieldDemand: string | null;
  samples: Readonly<Record<string, readonly [value: unknown, ...unknown[]]>>;
}>;

type Line = Readonly<{ name: string; twin: Apart; proxy: Proxy; link: string; written: RegisterWrite[] }>;

export class BatchKillSite {
  readonly skids: readonly string[];
  readonly #lines: readonly Line[];
  readonly #folder: ReturnType<typeof temporaryFolder>;
  readonly #site: string;
  readonly #timeScale: number;
  #life = 0;
  service: Service;
  people: BatchPeople;

  private constructor(
    lines: readonly Line[],
    place: Readonly<{ folder: ReturnType<typeof temporaryFolder>; site: string; timeScale: number }>,
    service: Service,
    people: BatchPeople,
  ) {
    this.skids = lines.map(({ name }) => name);
    this.#lines = lines;
    [this.#folder, this.#site, this.#timeScale] = [place.folder, place.site, place.timeScale];
    [this.service, this.people] = [service, people];
  }

  static async start(skids: number, timeScale: number): Promise<BatchKillSite> {
    const folder = temporaryFolder('batch-kill');
    const names = Array.from({ length: skids }, (_, i) => `QD-${i + 1}`);
    const lines = await Promise.all(names.map((name, i) => lineOf(name, i + 1, timeScale, folder.path)));
    const site = join(folder.path, 'site.yaml');
    const recipes = join(process.cwd(), 'tests/e2e/recipes');
    const text = ['site: batch-kill', 'title: Batches killed', `recipes: ${recipes}`, 'skids:'];
    writeFileSync(site, [...text, ...lines.map(({ link }) => link), ''].join('\n'));
    const place = { folder, site, timeScale };
    try {
      const service = await Service.start({ site, data: join(folder.path, 'data'), timeScale });
      return new BatchKillSite(lines, place, service, await BatchPeople.firstLogin(service));
    } catch (thrown) {
      await end(lines);
      folder.remove();
      throw thrown;
    }
  }

  get dataFolder(): string {
    return join(this.#folder.path, 'data');
  }

  /** Ends the service without a word; from here on it is noted what the next one writes. */
  async kill(): Promise<void> {
    await this.service.stop('SIGKILL');
    for (const { written } of this.#lines) written.length = 0;
  }

  async startAgain(): Promise<void> {
    this.#life += 1;
    const { dataFolder: data } = this;
    this.service = await Service.start({ site: this.#site, data, timeScale: this.#timeScale });
    this.people = await BatchPeople.returning(this.service, `life-${this.#life}`);
  }

  /** What was written to the skid since the kill that asks its equipment for anything, or lets it out of a safe state. */
  commanded(skid: string): readonly RegisterWrite[] {
    const written = this.#lines.find(({ name }) => name === skid)?.written ?? [];
    const asked = written.findIndex(({ address, value }) => address === words.request && value !== 0);
    return written.filter((write, i) => asksEquipment(write) || (asked >= 0 && i > asked && isRelease(write)));
  }

  /** Waits until the skid rests in a safe state. @returns what does not, where it does not within 20 s */
  async restless(skid: string): Promise<readonly string[]> {
    let found: readonly string[] = [];
    await until(
      async () => {
        const { body } = await this.people.operator.get<Values>(`/api/skids/${skid}/values`);
        found = restsAtZero.flatMap((tag) => {
          const value = Number(body.samples[tag]?.[0] ?? Number.NaN);
          return Math.abs(value) < 0.02 ? [] : [`${tag} is ${value}`];
        });
        if (body.fieldDemand === null || body.fieldDemand === 'none')
          found = [...found, `the field is asked for ${body.fieldDemand ?? 'nothing that could be read'}`];
        return found.length === 0;
      },
      { withinMs: 20_000, everyMs: 100 },
    ).catch(() => undefined);
    return found;
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await end(this.#lines);
    this.#folder.remove();
  }
}

const isRelease = ({ address, value }: RegisterWrite): boolean => address === words.request && value === 0;

async function end(lines: readonly Line[]): Promise<void> {
  await Promise.all(lines.flatMap(({ twin, proxy }) => [twin.stop(), proxy.stop()]));
}

/** A twin with every device of its type, and its line of the site file. */
async function lineOf(name: string, seed: number, timeScale: number, folder: string): Promise<Line> {
  const own = ['--control-port', '0', '--folder', join(folder, `twin-${seed}`)];
  const twin = new Apart('twin/main.ts', [...own, '--seed', String(seed), '--time-scale', String(timeScale)]);
  const links = (): ReadonlyMap<string, string> =>
    new Map(
      twin.lines.flatMap((line) => {
        const [, device, link] = /^ {2}([A-Z][A-Z0-9-]*): (\S+)$/u.exec(line) ?? [];
        return device === undefined || link === undefined ? [] : [[device, link] as const];
      }),
    );
  // It says last where it is steered: by then it has named every link.
  await until(() => twin.lines.some((line) => line.includes('steered at')), {
    what: () => `a twin; it said:\n${twin.lines.join('\n')}`,
  });
  const port = Number(/:(\d+)\/1$/u.exec(links().get(controller) ?? '')?.[1]);
  const proxy = new Proxy(port);
  const written: RegisterWrite[] = [];
  proxy.onRequest = (bytes) => void written.push(...writesIn(bytes));
  const proxied = `modbus-tcp://127.0.0.1:${await proxy.start()}/1`;
  const texts = [...links()].map(([device, link]) => `${device}: '${device === controller ? proxied : link}'`);
  const link = `  ${name}: { type: cdse-two-stage, title: Line ${seed}, twin: { run: apart }, links: { ${texts.join(', ')} } }`;
  return { name, twin, proxy, link, written };
}

/**
 * Our OPC UA server against one of bare node-opcua that hears of the same values and has as many analogue items: CPU of the
 * thread that serves, and of the whole process, for each value read and for each change that a subscription brings.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { atLeast, atMost, type Measured, type Run } from '../support/measured.ts';
import type { ClientFigures, ClientQuestion } from './opcua/client-child.ts';
import type { ServerFigures, ServerQuestion } from './opcua/server-child.ts';
import type { Security } from './opcua/side.ts';
import { MeasuringChild } from './support/measuring-child.ts';
import { interleaved, median, rounded, type Pair } from './support/pairs.ts';

type Load = 'changes' | 'reads';
type Figures = Readonly<{ server: ServerFigures; client: ClientFigures }>;
type Scale = Readonly<{ quick: boolean; skids: number; pairs: number; milliseconds: number; settleMs: number }>;

const threadGoal = 1.1;
const processGoal = 1.25;

export const run: Run = async ({ say, quick = false }) => {
  const scale = quick
    ? { quick, skids: 2, pairs: 1, milliseconds: 500, settleMs: 300 }
    : { quick, skids: 20, pairs: 5, milliseconds: 6000, settleMs: 1500 };
  const results: Measured[] = [];
  for (const security of quick ? (['encrypted'] as const) : (['plain', 'encrypted'] as const)) {
    results.push(...(await runWith(security, scale, say)));
  }
  return results;
};

async function runWith(security: Security, scale: Scale, say: (line: string) => void): Promise<readonly Measured[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-bench-opcua-'));
  const sides: Pair<SideAtWork> = {
    ours: new SideAtWork('ours', security, folder, scale.skids),
    bare: new SideAtWork('bare', security, folder, scale.skids),
  };
  const results: Measured[] = [];
  try {
    await sides.ours.start('olga');
    await sides.bare.start('');
    for (const load of ['changes', 'reads'] as const) {
      for (const side of Object.values(sides)) await side.prepare(load);
      // The first of each is for its code to be compiled.
      for (const side of Object.values(sides)) await side.measure(load, scale);
      const { pairs, left } = await interleaved(
        scale.pairs,
        (side) => sides[side].measure(load, scale),
        ({ ours, bare }, number) => {
          say(`${security} ${load}, pair ${number}: ours ${textOf(ours)}`);
          say(`${security} ${load}, pair ${number}: bare ${textOf(bare)}`);
        },
        (figures) => scale.quick || load === 'reads' || keptUp(figures),
      );
      results.push(...resultsOf(`${load}, ${security}`, load, pairs));
      if (left > 0) say(`${security} ${load}: ${left} pairs were left out, the machine being too busy for one of them`);
    }
  } finally {
    await Promise.all([sides.ours.stop(), sides.bare.stop()]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
  return results;
}

function resultsOf(what: string, load: Load, pairs: readonly Pair<Figures>[]): readonly Measured[] {
  const ratio = (of: (figures: Figures) => number): number =>
    rounded(median(pairs.map(({ ours, bare }) => of(ours) / of(bare))));
  const least = (of: (figures: Figures) => number): number =>
    rounded(Math.min(median(pairs.map(({ ours }) => of(ours))), median(pairs.map(({ bare }) => of(bare)))));
  const each = [
    atMost(
      `OPC UA thread, ours / bare, ${what}`,
      ratio((one) => one.server.threadMs / one.client.count),
      '',
      threadGoal,
    ),
    atMost(
      `whole process, ours / bare, ${what}`,
      ratio((one) => one.server.processMs / one.client.count),
      '',
      processGoal,
    ),
  ];
  if (load === 'reads') return [...each, atLeast(`values read, ${what}`, least(perSecond), '/s')];
  return [
    ...each,
    atLeast(
      `changes delivered / made, ${what}`,
      least((one) => one.client.count / one.server.changes),
      '',
      0.95,
    ),
  ];
}

/** A side that is given too little time delivers less than it was told; its CPU for a change then says nothing. */
const keptUp = ({ server, client }: Figures): boolean => Math.abs(client.count / server.changes - 1) < 0.05;

const perSecond = ({ client }: Figures): number => (1000 * client.count) / client.milliseconds;

const textOf = (figures: Figures): string => {
  const { server, client } = figures;
  const of = (ms: number): string => `${rounded((100 * ms) / server.milliseconds, 1)} %`;
  const micro = rounded((1000 * server.threadMs) / client.count, 2);
  return [
    `thread ${of(server.threadMs)}, main ${of(server.mainMs)}, process ${of(server.processMs)}`,
    `${rounded(perSecond(figures), 0)} values/s, ${micro} µs of the thread each`,
    `${client.bad} bad, ${server.coalesced} overtaken`,
  ].join('; ');
};

/** A server in its process and its client in another. */
class SideAtWork {
  readonly #name: 'ours' | 'bare';
  readonly #args: readonly string[];
  readonly #server: MeasuringChild;
  #client: MeasuringChild | null = null;

  constructor(name: 'ours' | 'bare', security: Security, folder: string, skids: number) {
    this.#name = name;
    this.#args = [security, join(folder, name), String(skids)];
    this.#server = new MeasuringChild(new URL('./opcua/server-child.ts', import.meta.url), [name, ...this.#args]);
  }

  async start(user: string): Promise<void> {
    const endpoint = await this.#askServer<string>({ kind: 'endpoint' });
    const file = new URL('./opcua/client-child.ts', import.meta.url);
    this.#client = new MeasuringChild(file, [endpoint, ...this.#args, user]);
  }

  async prepare(load: Load): Promise<void> {
    // Whoever reads should find values.
    await this.#scan(10);
    await pause(300);
    await this.#scan(0);
    await this.#askClient({ kind: load === 'changes' ? 'subscribe' : 'unsubscribe' });
  }

  async measure(load: Load, { milliseconds, settleMs }: Scale): Promise<Figures> {
    await this.#scan(load === 'changes' ? 10 : 1);
    await pause(settleMs);
    const [server, client] = await Promise.all([
      this.#askServer<ServerFigures>({ kind: 'measure', milliseconds }),
      this.#askClient<ClientFigures>({ kind: load === 'changes' ? 'count' : 'read', milliseconds }),
    ]);
    await this.#scan(0);
    if (client.count === 0) throw new Error(`The client of ${this.#name} saw nothing.`);
    return { server, client };
  }

  async stop(): Promise<void> {
    await this.#client?.stop();
    await this.#server.stop();
  }

  #scan(perSecond: number): Promise<void> {
    return this.#askServer({ kind: 'scan', perSecond });
  }

  #askServer<Answer>(question: ServerQuestion): Promise<Answer> {
    return this.#server.ask<Answer>(question);
  }

  #askClient<Answer>(question: ClientQuestion): Promise<Answer> {
    if (this.#client === null) throw new Error('It has not started.');
    return this.#client.ask<Answer>(question);
  }
}

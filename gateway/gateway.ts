/** The field side of the house: a link to each device, a scan and a field writer for each skid, and the one command path. */
import type { Clock } from '../plant/clock.ts';
import { mesolineError, messageOf } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import type { Authority } from '../plant/ports/access.ts';
import type { AnalysisConsumer } from '../plant/ports/analysis-consumer.ts';
import type { BaselineDesk } from '../plant/ports/baseline-desk.ts';
import type { CommandPath } from '../plant/ports/command-path.ts';
import type { SampleStore } from '../plant/ports/history.ts';
import type { InterlockDesk } from '../plant/ports/interlock-desk.ts';
import type { MaintenanceDesk } from '../plant/ports/maintenance-desk.ts';
import type { RecordKeeper } from '../plant/ports/record-keeper.ts';
import type { Room, RoomHealth } from '../plant/ports/room.ts';
import type { FieldView, ScanConsumer } from '../plant/ports/scan-consumer.ts';
import type { ScanGuard } from '../plant/ports/scan-guard.ts';
import type { SpectrumConsumer } from '../plant/ports/spectrum-consumer.ts';
import type { SpectrumReader } from '../plant/ports/spectrum-reader.ts';
import type { SkidName } from '../plant/sample.ts';
import type { Skid } from '../plant/skid/definition.ts';
import { LockOuts } from './availability/lock-outs.ts';
import { Baselines } from './baselines/baselines.ts';
import { within } from './commands/deadline.ts';
import { CommandDesk } from './commands/command-desk.ts';
import { scanMs, ScanTurns } from './scan/scan-turns.ts';
import { Buses } from './modbus/buses.ts';
import { SkidField } from './skid-field.ts';
import { systemTimers, type Timers } from './timers.ts';

export type GatewayOptions = Readonly<{
  skids: readonly Skid[];
  clock: Clock;
  log: Log;
  guard: (skid: SkidName) => ScanGuard;
  interlocks: InterlockDesk;
  authority: Authority;
  records: RecordKeeper;
  samples: SampleStore;
  /** Told of every scan, in this order; may be filled until the start. */
  consumers: readonly ScanConsumer[];
  /** Told of every spectrum. */
  spectrumConsumers?: readonly SpectrumConsumer[];
  /** Reads files of spectra; without it, no device that writes them can be served. */
  reader?: SpectrumReader;
  /** Where keys and certificates towards servers of devices are kept; without it, no such device can be served. */
  pkiFolder?: string;
  /** 0 to below 1; spreads the attempts to connect again. */
  random?: () => number;
  timers?: Timers;
  /** Whether a batch is on the skid, whatever its state; without it none ever is. Asked with every scan. */
  batchOn?: (skid: SkidName) => boolean;
}>;

/** Told of results, it makes tags of them. */
export type Gateway = Room &
  AnalysisConsumer &
  Readonly<{ commands: CommandPath; field: FieldView; maintenance: MaintenanceDesk; baselines: BaselineDesk }>;

/** How long closing and the last records may take, after handing over. */
const closeMs = 400;

/** @throws MesolineError where a skid's devices have no link, or cannot be read as their models say */
export function createGateway(options: GatewayOptions): Gateway {
  const { skids, clock, log, guard, samples, consumers, records } = options;
  const timers = options.timers ?? systemTimers;
  const random = options.random ?? Math.random;
  const lockOuts = new LockOuts({ skids, authority: options.authority, records, clock, timers, log });
  const buses = new Buses({ clock, timers, random, log });
  const baselines = new Baselines({
    skids,
    image: (skid) => fields.get(skid)?.image,
    authority: options.authority,
    records,
    clock,
    timers,
    log,
  });
  const fields: ReadonlyMap<SkidName, SkidField> = new Map(
    skids.map((skid) => [
      skid.name,
      new SkidField({
        skid,
        guard: guard(skid.name),
        samples,
        buses,
        consumers,
        spectrumConsumers: options.spectrumConsumers ?? [],
        reader: options.reader ?? null,
        pkiFolder: options.pkiFolder ?? null,
        lockOuts: () => lockOuts.blocks(skid.name),
        baselines: (at, samples, forced) => baselines.see(skid.name, at, samples, forced),
        batch: () => options.batchOn?.(skid.name) ?? false,
        clock,
        log,
        timers,
        random,
      }),
    ]),
  );
  const commands = new CommandDesk({
    fields,
    interlocks: options.interlocks,
    authority: options.authority,
    records,
    clock,
    timers,
    log,
  });
  const turns = new ScanTurns({ periodMs: scanMs, scans: [...fields.values()].map(({ tick }) => tick), clock, timers });
  let state: RoomHealth['state'] = 'stopped';
  const starting = (): boolean => state === 'starting';
  let handedOver: readonly string[] = [];

  return {
    name: 'gateway',
    commands,
    field: {
      snapshot: (skid) => Promise.resolve(fields.get(skid)?.news ?? null),
      links: () => Promise.resolve([...fields.values()].flatMap((field) => field.links())),
    },
    baselines,
    maintenance: {
      blocks: (skid) => Promise.resolve(fields.get(skid)?.blocks() ?? []),
      lockOut: (request) => lockOuts.lockOut(request),
      giveBack: (request) => lockOuts.giveBack(request),
    },

    acceptAnalysis(result) {
      fields.get(result.skid)?.image.takeAnalysis(result, clock.utc(), clock.monotonic());
    },

    async start() {
      if (state !== 'stopped') return;
      state = 'starting';
      handedOver = [];
      const cursors = await samples.cursors().catch((thrown: unknown) => {
        throw mesolineError(
          'cursors-unreadable',
          'gateway',
          `What was read of the logging devices is not known: ${messageOf(thrown)}`,
          'Start the historian first.',
          thrown,
        );
      });
      await lockOuts.start();
      await baselines.start();
      await commands.start();
      // Stopped meanwhile: what was begun is taken back, and the field is not opened.
      if (!starting()) {
        await Promise.all([commands.stop(), lockOuts.stop(), baselines.stop()]);
        return;
      }
      for (const field of fields.values()) field.start(cursors);
      turns.start();
      state = 'ready';
    },

    async stop() {
      if (state === 'stopped' || state === 'stopping') return;
      state = 'stopping';
      const all = [...fields.values()];
      commands.refuse('The service is stopping.');
      const handed = await Promise.all(all.map((field) => field.handOver()));
      handedOver = handed.flatMap((text) => (text === null ? [] : [text]));
      turns.stop();
      const closed = Promise.all([
        ...all.map((field) => field.stop()),
        commands.stop(),
        lockOuts.stop(),
        baselines.stop(),
      ]);
      if ((await within(timers, closeMs, closed)).late) log.error({}, 'the gateway did not close in time');
      state = 'stopped';
    },

    health() {
      const all = [...fields.values()];
      const own = { ...commands.figures(), scansMissed: turns.missed };
      const figures = Object.assign(own, ...all.map((field) => field.figures())) as Record<string, number>;
      if (state !== 'ready') {
        return { state, detail: handedOver.length === 0 ? `The gateway is ${state}.` : handedOver.join(' '), figures };
      }
      const notes = [
        ...lockOuts.notes(),
        ...baselines.notes(),
        ...all.flatMap((field) => field.notes()),
        ...commands.notes(),
      ];
      if (notes.length === 0) return { state, detail: 'Every device answers.', figures };
      return { state: 'degraded', detail: notes.join(' '), figures };
    },
  };
}

/**
 * The one place that knows every room: reads the site, makes the rooms, hands each the ports it needs, starts them in order
 * and stops them in order. Exit codes: 0 stopped as asked · 1 a stop that passed its bound or a fault while running ·
 * 2 start refused.
 */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAlarms } from '../alarms/index.ts';
import { createBatches } from '../control/batch/index.ts';
import { createConfiguration } from '../control/configuration/index.ts';
import { createEquipment } from '../control/equipment/index.ts';
import { createExposure } from '../control/exposure/index.ts';
import { createInterlocks } from '../control/interlocks/index.ts';
import {
  createExchange,
  createGenealogy,
  createLabels,
  createMaterials,
  exchangeFolder,
  loadExchangeSettings,
} from '../control/materials/index.ts';
import { createRecipes } from '../control/recipes/index.ts';
import { createRecords } from '../control/records/index.ts';
import { machineClock } from './clock-source.ts';
import { createReview } from '../control/review/index.ts';
import { createTelemetry } from '../control/telemetry/index.ts';
import { createGateway, createOpcUaServer } from '../gateway/index.ts';
import { createHistorian, findInflux, findSecondSink } from '../historian/index.ts';
import { createPages } from '../hmi/server/index.ts';
import { createAnalyst, createSpectrumReader } from '../pat/index.ts';
import { smallProcess, twinArguments, twinProgram } from '../twin/index.ts';
import { describeFault, MesolineError, mesolineError, messageOf } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import type { AnalysisConsumer } from '../plant/ports/analysis-consumer.ts';
import type { Room } from '../plant/ports/room.ts';
import type { ScanConsumer } from '../plant/ports/scan-consumer.ts';
import type { SpectrumConsumer } from '../plant/ports/spectrum-consumer.ts';
import type { Skid } from '../plant/skid/definition.ts';
import { loadSite, type SiteDefinition } from '../plant/skid/site.ts';
import { systemClock } from '../plant/system-clock.ts';
import { buildOfThis } from './build-of-this.ts';
import { configurationSources } from './configuration-sources.ts';
import { takeDataFolder } from './data-folder.ts';
import { Lifecycle } from './lifecycle.ts';
import { makeLog } from './logging.ts';
import { readOptions, usage, type Options } from './options.ts';
import { Twins } from './twins.ts';

const home = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const stopWithinMs = 9_000;

const log = makeLog(process.stdout.isTTY, process.env['MESOLINE_LOG_LEVEL'] ?? 'info');

/** Everything that runs, and how to end it; null until the data folder is ours. */
type Plant = Readonly<{ lifecycle: Lifecycle; stopOrder: readonly Room[]; release: () => void }>;
let plant: Plant | null = null;

async function build(options: Options): Promise<void> {
  const clock = systemClock(options.timeScale);
  const site = loadSite(options.siteFile);
  refuseScaleOnRealSkids(options, site);
  const folder = takeDataFolder(options.dataFolder);
  const lifecycle = new Lifecycle(clock, log);
  const stopOrder: Room[] = [];
  plant = { lifecycle, stopOrder, release: () => folder.release() };
  await open(options, site, clock, lifecycle, stopOrder);
}

async function open(
  options: Options,
  site: SiteDefinition,
  clock: ReturnType<typeof systemClock>,
  lifecycle: Lifecycle,
  stopOrder: Room[],
): Promise<void> {
  const { dataFolder, timeScale } = options;
  const build = buildOfThis();
  const part = (room: string): Log => log.child({ room });
  if (timeScale !== 1)
    log.warn({ timeScale }, `process time runs ${timeScale} times as fast as the wall: twins only, never production`);

  const twins = new Twins(
    site.skids.flatMap(({ name, type, typeFile, twin }) => {
      if (twin?.run !== 'here') return [];
      const { seed, port, control } = twin;
      const folder = join(dataFolder, 'twins', name);
      const devices = type.devices.map((device) => device.name);
      const ports = { ...(port === null ? {} : { port }), ...(control === null ? {} : { controlPort: control }) };
      const given = { skidTypeFile: typeFile, devices, folder, seed, timeScale, ...ports };
      const argumentsFor = (before: Readonly<Record<string, number>>): readonly string[] =>
        twinArguments({ ...given, ports: before });
      return [{ skid: name, port, folder, program: twinProgram, flags: smallProcess, argumentsFor }];
    }),
    part('twins'),
  );
  const records = createRecords({
    clockSource: machineClock,
    dataFolder,
    clock,
    log: part('records'),
    build,
    ledger: options.ledger,
    checkpointCopy: options.checkpointCopy,
  });
  stopOrder.push(records, twins);
  await Promise.all([lifecycle.start(twins), lifecycle.start(records)]);

  const skids: readonly Skid[] = site.skids.map(({ name, title, type, twin, links }) => {
    return { name, title, type: twins.typeOf(name, type), twin: twin !== null, links: twins.links(name) ?? links };
  });
  const alarms = createAlarms({
    skids,
    clock,
    log: part('alarms'),
    authority: records.authority,
    records: records.keeper,
  });
  records.raiseAt(alarms.standing);
  const historian = createHistorian({
    skids,
    dataFolder,
    clock,
    log: part('historian'),
    influx: findInflux(process.env),
    rawDays: site.rawHistoryDays,
    secondSink: findSecondSink(process.env),
    standing: alarms.standing,
    vitals: { site: site.site, rooms: () => lifecycle.health().rooms, links: () => gateway.field.links() },
  });
  const interlocks = createInterlocks({
    skids,
    clock,
    log: part('interlocks'),
    records: records.keeper,
    authority: records.authority,
    dataFolder,
    alarms: alarms.standing,
  });
  const exposure =
    site.exposure === null
      ? null
      : createExposure({
          site: site.site,
          definition: site.exposure,
          skids,
          clock,
          log: part('exposure'),
          authority: records.authority,
          records: records.keeper,
          people: () => records.access.people(),
          history: historian.queries,
          standing: alarms.standing,
        });
  const consumers: ScanConsumer[] = [];
  const spectrumConsumers: SpectrumConsumer[] = [];
  const analysisConsumers: AnalysisConsumer[] = [];
  const pat = createSpectrumReader({ clock, log: part('pat') });
  const analyst = createAnalyst({ skids, clock, log: part('analyses'), consumers: analysisConsumers });
  const gateway = createGateway({
    skids,
    clock,
    log: part('gateway'),
    guard: (skid) => interlocks.guard(skid),
    interlocks: interlocks.desk,
    authority: records.authority,
    records: records.keeper,
    samples: historian.store,
    consumers,
    spectrumConsumers,
    reader: pat,
    pkiFolder: join(dataFolder, 'device-pki'),
    batchOn: (skid): boolean => batches.isOn(skid),
  });
  const recipes = createRecipes({
    skids,
    records: records.keeper,
    desk: records.desk,
    authority: records.authority,
    clock,
    log: part('recipes'),
    shippedFolder: site.recipesFolder ?? join(home, 'control/recipes/shipped'),
  });
  const equipment = createEquipment({
    skids,
    clock,
    log: part('equipment'),
    authority: records.authority,
    records: records.keeper,
    desk: records.desk,
    people: () => records.access.people(),
    field: gateway.field,
    alarms: alarms.standing,
    failed: ({ batches: touched }) => {
      review.lookAgain(touched);
    },
  });
  const configuration = createConfiguration({
    site: site.site,
    sources: configurationSources(home, site, dataFolder),
    dataFolder,
    log: part('configuration'),
    authority: records.authority,
    records: records.keeper,
    desk: records.desk,
    people: () => records.access.people(),
    trained: equipment.trained,
  });
  const materials = createMaterials({
    clock,
    log: part('materials'),
    authority: records.authority,
    records: records.keeper,
    desk: records.desk,
    people: () => records.access.people(),
    trained: equipment.trained,
    store: recipes.store,
    began: async (batch) => (await batches.desk.batch(batch)) !== null,
  });
  const batches = createBatches({
    skids,
    sharedEquipment: site.shared,
    store: recipes.store,
    gates: [configuration.gate, equipment.gate, materials.gate],
    equipment: equipment.listener,
    clock,
    log: part('batches'),
    commands: gateway.commands,
    authority: records.authority,
    records: records.keeper,
    desk: records.desk,
    analyses: analyst.desk,
    build,
  });
  const labels = createLabels({
    clock,
    log: part('labels'),
    authority: records.authority,
    records: records.keeper,
    desk: records.desk,
    people: () => records.access.people(),
    containers: materials.desk,
    batch: (id) => batches.desk.batch(id),
  });
  const genealogy = createGenealogy({ log: part('genealogy'), records: records.keeper });
  const telemetry = createTelemetry({ skids, records: records.keeper, dataFolder, clock, log: part('telemetry') });
  const exchangeAt = join(dataFolder, 'exchange');
  const exchangeSettings = loadExchangeSettings(exchangeAt);
  const exchange =
    exchangeSettings === null
      ? null
      : createExchange({
          clock,
          log: part('exchange'),
          authority: records.authority,
          records: records.keeper,
          folder: exchangeFolder(exchangeAt),
          laboratory: exchangeSettings.laboratory,
          recipes: () => recipes.store.names(),
          batches: () => batches.desk.batches(),
          batch: (id) => batches.desk.batch(id),
          used: async (batch) => {
            const [lots, kits] = await Promise.all([materials.desk.lots(), materials.desk.kits()]);
            return kits
              .filter((kit) => kit.batch === batch)
              .flatMap(({ weighings }) => weighings)
              .map(({ material, lot, amount }) => {
                return { material, lot, amount, unit: lots.find(({ id }) => id === lot)?.unit ?? '' };
              });
          },
        });
  const review = createReview({
    skids,
    site: site.title,
    clock,
    log: part('review'),
    build,
    records: records.keeper,
    desk: records.desk,
    exports: records.exports,
    authority: records.authority,
    people: () => records.access.people(),
    sealed: telemetry.sealed,
    batches: batches.desk,
    materials: materials.desk,
    labels: labels.desk,
    exchange: exchange?.desk ?? null,
  });
  const opcua = createOpcUaServer({
    skids,
    site: { name: site.site, build },
    host: options.host,
    port: options.opcuaPort,
    dataFolder,
    clock,
    log: part('opcua'),
    commands: gateway.commands,
    access: records.access,
    authority: records.authority,
    alarms: alarms.desk,
    history: historian.queries,
    field: gateway.field,
    batches: batches.desk,
    records: records.keeper,
    roles: records.roles,
    trustUnknownClients: options.opcuaTrustUnknown,
    securityNone: options.opcuaNone,
    reverse: options.opcuaReverse,
  });
  const pages = createPages({
    host: options.host,
    port: options.httpPort,
    skids,
    site: {
      name: site.site,
      title: site.title,
      timeScale,
      build,
      get opcuaEndpoint() {
        return opcua.endpoint();
      },
    },
    clock,
    log: part('pages'),
    access: records.access,
    authority: records.authority,
    commands: gateway.commands,
    field: gateway.field,
    interlocks: interlocks.desk,
    work: interlocks.work,
    baselines: gateway.baselines,
    maintenance: gateway.maintenance,
    batches: batches.desk,
    reviews: review.desk,
    recipes: recipes.desk,
    recipeStore: recipes.store,
    materials: materials.desk,
    labels: labels.desk,
    genealogy: genealogy.desk,
    exchange: exchange?.desk ?? null,
    equipment: equipment.desk,
    configuration: configuration.desk,
    alarms: alarms.desk,
    history: historian.queries,
    analyses: analyst.desk,
    archive: historian.archive,
    records: records.desk,
    audit: records.audit,
    certificates: opcua.certificates,
    people: records.people,
    exposure: exposure?.desk ?? null,
    health: () => lifecycle.health(),
  });
  // The pages come first and go late: while other rooms start and stop they answer 503.
  const watching = exposure === null ? [] : [exposure];
  const exchanging = exchange === null ? [] : [exchange];
  stopOrder.unshift(
    opcua,
    ...exchanging,
    review,
    genealogy,
    labels,
    batches,
    materials,
    equipment,
    configuration,
    recipes,
    gateway,
    analyst,
    pat,
    ...watching,
    interlocks,
    alarms,
    telemetry,
    historian,
    pages,
  );
  batches.onChange(telemetry);
  batches.onChange(review);
  batches.onChange(alarms);
  batches.onChange(historian);
  batches.onChange(pages);
  batches.onChange(opcua);
  for (const each of exchanging) batches.onChange(each);
  alarms.onChange(pages);
  alarms.onChange(opcua);
  alarms.onChange(historian.alarms);
  consumers.push(telemetry, opcua, batches, alarms, historian, pages, analyst, ...watching);
  spectrumConsumers.push(opcua, historian, analyst);
  analysisConsumers.push(gateway, historian);
  for (const room of [
    pages,
    historian,
    interlocks,
    alarms,
    ...watching,
    recipes,
    equipment,
    configuration,
    materials,
    telemetry,
    review,
    batches,
    labels,
    genealogy,
    ...exchanging,
    pat,
    analyst,
    opcua,
    gateway,
  ])
    await lifecycle.start(room);
  await records.keeper.append({
    scope: 'service',
    actor: { kind: 'service', part: 'main' },
    action: 'service-started',
    object: site.site,
    data: {
      build,
      timeScale: String(timeScale),
      siteDigest: site.digest,
      skids: skids.map(({ name, type }) => `${name} ${type.type} ${type.digest}`),
      methods: methodsOf(skids),
    },
  });
  lifecycle.ready();
  const credentials = records.firstCredentials();
  if (credentials !== null) {
    log.info(
      { credentials },
      `First start: one person for each role was made. Their passwords, to be changed at the first login, are in ${credentials}`,
    );
  }
  log.info(
    { url: pages.address(), opcua: opcua.endpoint() },
    `Mesoline is ready: ${pages.address()} · ${opcua.endpoint()}`,
  );
}

/** @throws MesolineError `time-scale-refused`. */
function refuseScaleOnRealSkids(options: Options, site: SiteDefinition): void {
  const real = site.skids.filter(({ twin }) => twin === null).map(({ name }) => name);
  if (options.timeScale === 1 || real.length === 0) return;
  throw mesolineError(
    'time-scale-refused',
    '--time-scale',
    `${options.timeScale} was asked for, but ${real.join(', ')} ${real.length === 1 ? 'is not a twin' : 'are not twins'}.`,
    'Leave --time-scale out: process time runs with the wall on a site with real devices.',
  );
}

/** Which methods make values here, each once: name, version, digest and who approved it. */
function methodsOf(skids: readonly Skid[]): readonly string[] {
  const methods = skids.flatMap(({ type }) => type.analyses.map(({ method }) => method));
  return [
    ...new Set(
      methods.map(({ method, version, digest, approvedBy }) => {
        const approval = approvedBy === null ? 'not approved' : `approved by ${approvedBy}`;
        return `${method} ${version} ${digest} ${approval}`;
      }),
    ),
  ];
}

const course = { ending: false };

/** Stops what has started, whatever has, and ends the process. */
async function end(code: number): Promise<void> {
  if (course.ending) return;
  course.ending = true;
  if (plant !== null) {
    const { clean, late } = await plant.lifecycle.stop(plant.stopOrder, stopWithinMs);
    plant.release();
    if (code === 0 && (late !== null || !clean)) code = 1;
  }
  log.info({ code }, code === 0 ? 'Mesoline has stopped' : `Mesoline has stopped with exit code ${code}`);
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    log.info({ signal }, `${signal}: stopping`);
    void end(0);
  });
}
for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(fault, (thrown: unknown) => {
    if (course.ending) return;
    log.error(
      { fault, error: thrown instanceof Error ? thrown.stack : String(thrown) },
      `a fault that nobody caught: ${messageOf(thrown)}`,
    );
    void end(1);
  });
}

if (process.argv.slice(2).includes('--help')) {
  process.stdout.write(usage);
  process.exit(0);
}
try {
  await build(readOptions(process.argv.slice(2), process.env, process.cwd()));
} catch (thrown) {
  if (!course.ending) {
    const faults = thrown instanceof MesolineError ? thrown.faults.map(describeFault) : [messageOf(thrown)];
    for (const fault of faults) log.error({}, fault);
    if (!(thrown instanceof MesolineError))
      log.error({ error: thrown instanceof Error ? thrown.stack : thrown }, 'a fault that nobody foresaw');
    log.error({ faults: faults.length }, 'Start refused.');
    await end(2);
  }
}

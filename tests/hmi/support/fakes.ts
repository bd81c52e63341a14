/** The rooms behind the pages, as small honest fakes: what a test sets is what they say, and they keep what they are asked. */
import { fakeConfiguration } from './fake-configuration.ts';
import { Readable } from 'node:stream';
import { fakeReviews } from './fake-reviews.ts';
import { fakeGenealogy } from './fake-genealogy.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../../plant/clock.ts';
import type { AnalysisResult } from '../../../plant/analysis.ts';
import type { Block } from '../../../plant/block.ts';
import type { BatchView } from '../../../plant/batch-view.ts';
import type { Command, CommandOutcome } from '../../../plant/command.ts';
import { mesolineError } from '../../../plant/errors.ts';
import type { Log } from '../../../plant/log.ts';
import type {
  Calibration,
  CleaningView,
  InstrumentIdentity,
  InstrumentView,
  TrainingForm,
  TrainingView,
} from '../../../plant/equipment-view.ts';
import type { KitView, LotView, MaterialHistoryEntry, ScanMeaning } from '../../../plant/material-view.ts';
import type { Person, Role } from '../../../plant/people.ts';
import type { Permission, Refusal, SessionView } from '../../../plant/ports/access.ts';
import type { AlarmDesk, AlarmView } from '../../../plant/ports/alarm-desk.ts';
import type { BatchDesk } from '../../../plant/ports/batch-desk.ts';
import type { Suitability } from '../../../plant/ports/analysis-desk.ts';
import type { CertificateView } from '../../../plant/ports/certificate-desk.ts';
import type { InterlockView } from '../../../plant/ports/interlock-desk.ts';
import type { OpenSession } from '../../../plant/ports/people-desk.ts';
import type { BaselineView } from '../../../plant/ports/baseline-desk.ts';
import type { InterlockResponse, InterlockWork, ProofTestView } from '../../../plant/ports/interlock-work.ts';
import type { LabelAnswer } from '../../../plant/ports/label-desk.ts';
import type { RecordSection } from '../../../plant/ports/batch-desk.ts';
import type { EquipmentAnswer } from '../../../plant/ports/equipment-desk.ts';
import type { MaterialAnswer } from '../../../plant/ports/material-desk.ts';
import type { MaintenanceDesk } from '../../../plant/ports/maintenance-desk.ts';
import type { GateCheck } from '../../../plant/ports/start-gate.ts';
import type { RecipeFinding, RecipeDifference } from '../../../plant/recipe-view.ts';
import type { SharedEquipmentView } from '../../../plant/shared-equipment.ts';
import type { SignatureView } from '../../../plant/ports/record-desk.ts';
import type { LinkView, ScanNews } from '../../../plant/ports/scan-consumer.ts';
import { good, type Quality } from '../../../plant/quality.ts';
import { localTag, skidName, tagName, type TagValue } from '../../../plant/sample.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import type { SpectrumData } from '../../../plant/spectrum.ts';
import type { PagesOptions, SiteHealth } from '../../../hmi/server/index.ts';
import { batchOf, recipeHead, recipeVersion, stored } from './batch.ts';
import { start } from './times.ts';
import { emptyHistory } from '../../support/history.ts';

export { batchOf, unitOf } from './batch.ts';
export { start } from './times.ts';

export function fakeClock(): Clock & { pass(ms: number): void } {
  let now = 0;
  return {
    timeScale: 1,
    utc: () => utcMs(start + now),
    monotonic: () => monotonic(now),
    process: () => processTime(now),
    pass: (ms) => (now += ms),
  };
}

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};

export const person = (userName: string, roles: readonly Role[], more: Partial<Person> = {}): Person => ({
  id: `P-${userName}`,
  userName,
  printedName: userName.toUpperCase(),
  roles,
  mustChangePassword: false,
  ...more,
});

export const scanOf = (
  skid: string,
  scan: number,
  values: Readonly<Record<string, TagValue | readonly [TagValue, Quality]>>,
  utc = start + scan * 100,
): ScanNews => ({
  batch: {
    skid: skidName(skid),
    scan,
    utc: utcMs(utc),
    monotonic: monotonic(scan * 100),
    process: processTime(scan * 100),
    samples: Object.entries(values).map(([tag, given]) => {
      const [value, quality] = Array.isArray(given)
        ? (given as readonly [TagValue, Quality])
        : [given as TagValue, good];
      return {
        tag: tagName(skidName(skid), localTag(tag)),
        value,
        quality,
        sourceTime: utcMs(utc),
        serverTime: utcMs(utc),
      };
    }),
  },
  verdict: { demand: 'none', causes: [], releasing: false },
  fieldDemand: 'none',
  blocks: [],
});

export const alarmOf = (id: string, more: Partial<AlarmView> = {}): AlarmView => ({
  id,
  skid: skidName(id.split('/')[0] ?? ''),
  title: id,
  level: 'high',
  tag: null,
  priority: 2,
  active: true,
  acknowledged: false,
  confirmed: false,
  suppressed: false,
  value: 188,
  unit: '°C',
  quality: good,
  limit: 187,
  raisedAt: utcMs(start),
  clearedAt: null,
  acknowledgedBy: null,
  confirmedBy: null,
  comment: null,
  cause: 'The heater overshoots.',
  consequence: 'The interlock will trip.',
  response: 'Lower the set point.',
  respondWithinMs: 600_000,
  ...more,
});

export const certificate: CertificateView = {
  thumbprint: 'ab'.repeat(20),
  use: 'application',
  state: 'rejected',
  subject: 'CN=historian',
  applicationUri: 'urn:historian',
  validFrom: utcMs(start),
  validTo: utcMs(start + 1),
  since: utcMs(start),
};

export const signature: SignatureView = {
  receipt: { scope: 'batch/B-2026-0001', seq: 9, hash: 'c'.repeat(64), utc: utcMs(start) },
  signedHash: 'd'.repeat(64),
  personId: 'P-rosa',
  printedName: 'ROSA',
  meaning: 'reviewed',
  subject: 'record of B-2026-0001',
  utc: start,
};

export const interlocksOf = (skid: string, more: Partial<InterlockView> = {}): InterlockView => ({
  skid: skidName(skid),
  demand: 'B',
  firstOut: [],
  resetRefusedBy: [],
  measures: [],
  changeover: false,
  bypasses: [],
  forces: [],
  proofTest: null,
  kpis: { bypassesNow: 0, bypasses30d: 0, bypassHours30d: 0, trips30d: 0, overdueTests: 0 },
  rows: [],
  ...more,
});

/** Everything a test may set, and everything the pages have asked of the rooms. */
export function fakeRooms(skids: readonly Skid[]) {
  const clock = fakeClock();
  const people = new Map<string, Readonly<{ person: Person; password: string }>>();
  const sessions = new Map<string, SessionView>();
  const denied = new Set<Permission>();
  const refused: Refusal[] = [];
  const scans = new Map<string, ScanNews>();
  const alarms: AlarmView[] = [];
  const doToAlarms =
    (what: string): AlarmDesk['acknowledge'] =>
    (ids, actor, note) => {
      asked.push({ what, with: { ids, actor, note } });
      const reason = state.refuseAcknowledge;
      return Promise.resolve(reason === null ? [] : ids.map((id) => ({ id, by: 'state', reason })));
    };
  const batches = new Map<string, BatchView>();
  const commands: Command[] = [];
  const asked: Readonly<{ what: string; with: unknown }>[] = [];
  const links: LinkView[] = [];
  const state = {
    outcome: { status: 'done', message: 'Written.', readBack: 1 } as CommandOutcome,
    /** As a session is that nobody has used for ten minutes. */
    locked: false,
    refuseBatch: null as string | null,
    gates: [] as GateCheck[],
    identities: [] as InstrumentIdentity[],
    sharedEquipment: [] as SharedEquipmentView[],
    findings: [] as RecipeFinding[],
    differences: [] as RecipeDifference[],
    refuseAcknowledge: null as string | null,
    refuseMaintenance: null as string | null,
    refuseMaterial: null as string | null,
    sections: [] as RecordSection[],
    refuseEquipment: null as string | null,
    instruments: [] as InstrumentView[],
    calibrations: [] as Calibration[],
    cleaning: [] as CleaningView[],
    trainings: [] as TrainingForm[],
    trained: [] as TrainingView[],
    lots: [] as LotView[],
    kits: [] as KitView[],
    materialHistory: new Map<string, MaterialHistoryEntry[]>(),
    scans: new Map<string, ScanMeaning>(),
    /** What refuses work on the interlocks; empty where it is done. */
    refuseWork: [] as string[],
    responses: [] as InterlockResponse[],
    proofTests: [] as ProofTestView[],
    baselines: [] as BaselineView[],
    blocks: new Map<string, readonly Block[]>(),
    health: { ready: true, stopping: false, rooms: {} } as SiteHealth,
    openSessions: [] as readonly OpenSession[],
    /** While set, the access room answers nothing. */
    accessHangs: null as Promise<void> | null,
    interlocks: new Map<string, InterlockView>(),
    trend: null as Error | null,
    analyses: [] as AnalysisResult[],
    /** Newest first. */
    results: [] as AnalysisResult[],
    suitability: [] as Suitability[],
    spectrum: null as SpectrumData | Error | null,
  };

  const authenticate = (userName: string, password: string): Person => {
    const found = people.get(userName);
    if (found?.password === password) return found.person;
    throw mesolineError('login-refused', 'login', 'User name or password is wrong.', 'Try again.');
  };
  const change = (what: string, input: unknown): Awaited<ReturnType<BatchDesk['command']>> => {
    asked.push({ what, with: input });
    if (state.refuseBatch !== null) return { done: false, reason: state.refuseBatch, gates: state.gates };
    return { done: true, batch: [...batches.values()][0] ?? batchOf('B-2026-0001') };
  };
  const maintain = (what: string, input: unknown): ReturnType<MaintenanceDesk['lockOut']> => {
    asked.push({ what, with: input });
    const reason = state.refuseMaintenance;
    return Promise.resolve(reason === null ? { done: true } : { done: false, reason });
  };

  const handle = (what: string, id: string, input: unknown): Promise<MaterialAnswer> => {
    asked.push({ what, with: input });
    const reason = state.refuseMaterial;
    return Promise.resolve(reason === null ? { done: true, id } : { done: false, reason, remedy: 'Look again.' });
  };

  const label = async (what: string, input: unknown): Promise<LabelAnswer> => {
    const answer = await handle(what, '2600000101', input);
    return answer.done ? { done: true, codes: [answer.id] } : answer;
  };

  const enter = (what: string, input: unknown): Promise<EquipmentAnswer> => {
    asked.push({ what, with: input });
    const reason = state.refuseEquipment;
    return Promise.resolve(reason === null ? { done: true } : { done: false, reason });
  };

  const work = (what: string, input: unknown): ReturnType<InterlockWork['bypass']> => {
    asked.push({ what, with: input });
    const { refuseWork: refusedBy } = state;
    return Promise.resolve(refusedBy.length === 0 ? { done: true } : { done: false, refusedBy });
  };

  const login = (userName: string, password: string): Promise<SessionView> => {
    const session = {
      token: `token-${userName}`,
      person: authenticate(userName, password),
      expiresAt: start + 3.6e6,
      locked: state.locked,
    };
    sessions.set(session.token, session);
    return Promise.resolve(session);
  };

  const ports = {
    skids,
    site: { name: 'demo', title: 'Demo site', timeScale: 1, build: 'test' },
    clock,
    log: silentLog,
    access: {
      login: ({ userName, password }) => login(userName, password),
      logout: (token) => Promise.resolve(void sessions.delete(token)),
      session: async (token) => {
        await state.accessHangs;
        const session = sessions.get(token);
        return session === undefined ? null : { ...session, locked: state.locked };
      },
      unlock: (token, password) => {
        const session = sessions.get(token)!;
        authenticate(session.person.userName, password);
        state.locked = false;
        return Promise.resolve({ ...session, locked: false });
      },
      certify: (token, password) => {
        const session = sessions.get(token)!;
        authenticate(session.person.userName, password);
        const certified = { ...session, person: { ...session.person, certified: true } };
        sessions.set(token, certified);
        return Promise.resolve(certified);
      },
      askSecurityKey: ({ userName, password }, origin) => {
        authenticate(userName, password);
        asked.push({ what: 'ask security key', with: { userName, origin } });
        return Promise.resolve({ challenge: 'abc' });
      },
      oidcName: () => 'House ID',
      beginOidc: (origin) => Promise.resolve({ url: `https://id.house/authorize?at=${origin}`, browser: 'b1' }),
      loginOidc({ query, browser, code, terminal }) {
        asked.push({ what: 'login by OIDC', with: { query, browser, code, terminal } });
        return login('rosa', 'secret');
      },
      askSecurityKeyOidc: ({ query, browser }, origin) => {
        asked.push({ what: 'ask security key', with: { query, browser, origin } });
        return Promise.resolve({ challenge: 'abc' });
      },
      beginSecurityKey: async (token, password, origin) => {
        authenticate(sessions.get(token)!.person.userName, password);
        asked.push({ what: 'begin security key', with: { origin } });
        return Promise.resolve({ challenge: 'abc' });
      },
      confirmSecurityKey: (_token, name, proof) =>
        Promise.resolve(void asked.push({ what: 'confirm security key', with: { name, ...proof } })),
      beginSecondFactor: async (token, password) => {
        authenticate(sessions.get(token)!.person.userName, password);
        return Promise.resolve({ secret: 'ABCD EFGH', uri: 'otpauth://totp/x' });
      },
      confirmSecondFactor: async (token, code) => {
        if (code !== '123456') throw mesolineError('code-refused', 'code', 'It is not the code of that secret.', '');
        const session = sessions.get(token)!;
        sessions.set(token, { ...session, person: { ...session.person, secondFactor: true } });
        return Promise.resolve();
      },
      authenticate: ({ userName, password }) => Promise.resolve(authenticate(userName, password)),
      authenticateCertificate: () => Promise.reject(mesolineError('login-refused', 'login', 'It is not known.', '')),
      changePassword: (token, oldPassword, newPassword) => {
        const session = sessions.get(token);
        if (session === undefined) throw mesolineError('session-ended', 'session', 'It has ended.', 'Log in.');
        const { person: who } = session;
        authenticate(who.userName, oldPassword);
        const changed = { ...who, mustChangePassword: false };
        people.set(who.userName, { person: changed, password: newPassword });
        sessions.delete(token);
        return Promise.resolve();
      },
      people: () => Promise.resolve([...people.values()].map(({ person: who }) => who)),
      refused: (refusal) => void refused.push(refusal),
    },
    authority: {
      decide: (_actor, permission) =>
        denied.has(permission)
          ? { allowed: false, reason: `The role does not allow: ${permission}.` }
          : { allowed: true },
    },
    commands: {
      execute: (command) => {
        commands.push(command);
        return Promise.resolve(state.outcome);
      },
    },
    field: {
      snapshot: (skid) => Promise.resolve(scans.get(skid) ?? null),
      links: () => Promise.resolve(links),
    },
    interlocks: {
      view: (skid) => Promise.resolve(state.interlocks.get(skid) ?? interlocksOf(skid)),
      reset: () => Promise.resolve({ done: true }),
    },
    work: {
      bypass: (skid, request, people) => work('bypass', { skid, request, people }),
      endBypass: (skid, row, actor) => work('end bypass', { skid, row, actor }),
      force: (skid, request, people) => work('force', { skid, request, people }),
      endForce: (skid, tag, actor) => work('end force', { skid, tag, actor }),
      changeover: (skid, to, actor) => work('changeover', { skid, to, actor }),
      proofTest: (skid, request, people) => work('proof test', { skid, request, people }),
      proofTests: () => Promise.resolve(state.proofTests),
      responses: () => Promise.resolve(state.responses),
    },
    baselines: {
      baselines: () => Promise.resolve(state.baselines),
      take: (skid, tag, actor) => {
        asked.push({ what: 'take baseline', with: { skid, tag, actor } });
        const [reason] = state.refuseWork;
        return Promise.resolve(reason === undefined ? { done: true, value: 0.012 } : { done: false, reason });
      },
    },
    maintenance: {
      blocks: (skid) => Promise.resolve(state.blocks.get(skid) ?? []),
      lockOut: (request) => maintain('lock out', request),
      giveBack: (request) => maintain('give back', request),
    },
    configuration: fakeConfiguration((what, input) => void asked.push({ what, with: input })),
    reviews: fakeReviews((what, input) => void asked.push({ what, with: input })),
    batches: {
      batches: () => Promise.resolve([...batches.values()]),
      batch: (id) => Promise.resolve(batches.get(id) ?? null),
      sections: (id) => Promise.resolve(batches.has(id) ? state.sections : null),
      start: (request) => Promise.resolve(change('start', request)),
      command: (request) => Promise.resolve(change('command', request)),
      gates: (order, actor) => {
        asked.push({ what: 'gates', with: { order, actor } });
        return Promise.resolve(state.gates);
      },
      setMode: (request) => Promise.resolve(change('mode', request)),
      proceed: (request) => Promise.resolve(change('proceed', request)),
      answer: (request) => Promise.resolve(change('answer', request)),
      reconcile: (request) => Promise.resolve(change('reconcile', request)),
      replace: (request) => Promise.resolve(change('replace', request)),
      sharedEquipment: () => Promise.resolve(state.sharedEquipment),
      equipmentFailed: (request) => {
        asked.push({ what: 'equipment failed', with: request });
        return Promise.resolve({ done: true, held: [] });
      },
      releaseEquipment: (request) => {
        const done = change('release equipment', request);
        return Promise.resolve(done.done ? { done: true } : done);
      },
      sign: (request) => {
        asked.push({ what: 'sign', with: request });
        return Promise.resolve(
          state.refuseBatch === null ? { done: true, signature } : { done: false, reason: state.refuseBatch },
        );
      },
    },
    recipes: {
      recipes: () => Promise.resolve([recipeHead]),
      versions: (name) => Promise.resolve(name === recipeHead.name ? [recipeVersion] : []),
      text: (name, version) =>
        Promise.resolve(name === recipeHead.name && version === recipeVersion.version ? stored.recipe.text : null),
      differences: () => Promise.resolve(state.differences),
      check: () => Promise.resolve(state.findings),
      import: (request) => {
        asked.push({ what: 'import', with: request });
        const reason = state.refuseBatch;
        return Promise.resolve(
          reason === null ? { done: true, version: recipeVersion } : { done: false, reason, findings: state.findings },
        );
      },
      move: (request) => {
        asked.push({ what: 'move', with: request });
        const reason = state.refuseBatch;
        return Promise.resolve(reason === null ? { done: true, version: recipeVersion } : { done: false, reason });
      },
    },
    recipeStore: {
      recipe: (name, version) =>
        name === recipeHead.name && (version ?? stored.version) === stored.version ? stored : null,
      names: () => [recipeHead.name],
    },
    labels: {
      labels: () => Promise.resolve([]),
      counts: () => Promise.resolve([]),
      drawing: (code) => Promise.resolve(code === '2600000101' ? '<svg xmlns="http://www.w3.org/2000/svg"/>' : null),
      printKnown: (input) => label('printKnown', input),
      printProduct: (input) => label('printProduct', input),
      reprint: (input) => label('reprint', input),
      mark: (input) => label('mark', input),
      reconcile: (input) => label('reconcile', input),
    },
    genealogy: fakeGenealogy,
    exchange: {
      orders: () => Promise.resolve([]),
      samples: () => Promise.resolve([]),
      files: () => Promise.resolve([]),
      assign: (input) => handle('assign', input.order, input),
      requestAnalyses: (input) => handle('requestAnalyses', 'S-2026-0001', input),
    },
    equipment: {
      instruments: () => Promise.resolve(state.instruments),
      calibrations: (skid, instrument) =>
        Promise.resolve(state.calibrations.filter((one) => one.skid === skid && one.instrument === instrument)),
      identities: () => Promise.resolve(state.identities),
      acceptInstrument: (request) => enter('accept instrument', request),
      cleaning: () => Promise.resolve(state.cleaning),
      trainings: () => Promise.resolve(state.trainings),
      trained: () => Promise.resolve(state.trained),
      recordCalibration: (request) => enter('record calibration', request),
      stateCleaning: (request) => enter('state cleaning', request),
      recordTraining: (request) => enter('record training', request),
    },
    materials: {
      lots: () => Promise.resolve(state.lots),
      kits: () => Promise.resolve(state.kits),
      substances: () => Promise.resolve([{ name: 'Se', for: ['Se'] }]),
      history: (id) => Promise.resolve(state.materialHistory.get(id) ?? []),
      scan: (text) => Promise.resolve(state.scans.get(text) ?? { kind: 'unknown', reason: `"${text}" is not known.` }),
      receive: (request) => handle('receive', 'L-2026-0001', request),
      correct: (request) => handle('correct', request.lot, request),
      decide: (request) => handle('decide', request.lot, request),
      open: (request) => handle('open', 'D-2026-0001', request),
      weigh: (request) => handle('weigh', request.kit, request),
      strike: (request) => handle('strike', request.kit, request),
      giveUp: (request) => handle('give up', request.kit, request),
      giveBack: (request) => handle('give back', request.kit, request),
    },
    alarms: {
      standing: () => Promise.resolve(alarms),
      journal: (from, to, limit) => {
        asked.push({ what: 'journal', with: { from, to, limit } });
        return Promise.resolve([]);
      },
      known: () => Promise.resolve(alarms),
      acknowledge: doToAlarms('acknowledge'),
      confirm: doToAlarms('confirm'),
      comment: doToAlarms('comment'),
    },
    history: {
      ...emptyHistory,
      trend: (tags, from, to, buckets) => {
        asked.push({ what: 'trend', with: { tags, from, to, buckets } });
        if (state.trend !== null) return Promise.reject(state.trend);
        return Promise.resolve(tags.map((tag) => ({ tag, buckets: [] })));
      },
    },
    analyses: {
      latest: (skid) => Promise.resolve(state.analyses.filter((result) => result.skid === skid)),
      suitability: (skid) => Promise.resolve(state.suitability.filter((one) => one.skid === skid)),
    },
    archive: {
      list: (spectrum, from, to, limit) => {
        asked.push({ what: 'spectra', with: { spectrum, from, to, limit } });
        return Promise.resolve([]);
      },
      read: (spectrum, digest) => {
        asked.push({ what: 'spectrum', with: { spectrum, digest } });
        return state.spectrum instanceof Error ? Promise.reject(state.spectrum) : Promise.resolve(state.spectrum);
      },
      results: (skid, analysis, from, to, limit) => {
        asked.push({ what: 'results', with: { skid, analysis, from, to, limit } });
        const own = state.results.filter((one) => one.skid === skid && one.analysis === analysis);
        return Promise.resolve(
          own.slice(0, limit).map((result) => {
            const { outputs, verdict, reasons, figures } = result.outcome;
            return { ...result, outcome: { outputs, verdict, reasons, figures } };
          }),
        );
      },
    },
    audit: {
      page: (filter, before, actor) => {
        asked.push({ what: 'audit page', with: { filter, before, actor } });
        return Promise.resolve({ entries: [], next: null, lookedBackTo: null });
      },
      csv: (filter, actor) => {
        asked.push({ what: 'audit csv', with: { filter, actor } });
        const content = Readable.from([Buffer.from('scope,number\r\n')]);
        return Promise.resolve({ fileName: 'audit-trail.csv', mediaType: 'text/csv; charset=utf-8', content });
      },
      scopes: () => Promise.resolve(['access', 'batch/B-2026-0001']),
      noteRead: (read) => Promise.resolve(void asked.push({ what: 'read', with: read })),
    },
    records: {
      sign: () => Promise.resolve(signature),
      signatures: () => Promise.resolve([signature]),
      export: (scope) => Promise.resolve({ fileName: `${scope}.json`, mediaType: 'application/json', text: '{"é":1}' }),
      fingerprint: () => Promise.resolve('SHA256:abc'),
    },
    certificates: {
      list: () => Promise.resolve([certificate]),
      pem: (thumbprint) => Promise.resolve(`PEM of ${thumbprint}`),
      trust: (thumbprint, actor) => Promise.resolve(void asked.push({ what: 'trust', with: { thumbprint, actor } })),
      reject: (thumbprint, actor) => Promise.resolve(void asked.push({ what: 'reject', with: { thumbprint, actor } })),
    },
    people: {
      add: (added, actor) => {
        asked.push({ what: 'add person', with: { added, actor } });
        return Promise.resolve({ person: person(added.userName, added.roles), firstPassword: 'said once' });
      },
      setRoles: (id, roles, reason, actor) =>
        Promise.resolve(void asked.push({ what: 'set roles', with: { id, roles, reason, actor } })),
      deactivate: (id, reason, actor) =>
        Promise.resolve(void asked.push({ what: 'deactivate', with: { id, reason, actor } })),
      resetPassword: (id, reason, actor) => {
        asked.push({ what: 'reset password', with: { id, reason, actor } });
        return Promise.resolve({ firstPassword: 'said once' });
      },
      hasLdap: () => true,
      setLdapName: (id, ldapName, reason, actor) => {
        asked.push({ what: 'set LDAP name', with: { id, ldapName, reason, actor } });
        return Promise.resolve({ firstPassword: ldapName === null ? 'said once' : null });
      },
      setOidcSubject: (id, subject, reason, actor) =>
        Promise.resolve(void asked.push({ what: 'set OIDC subject', with: { id, subject, reason, actor } })),
      removeSecondFactor: (id, reason, actor) =>
        Promise.resolve(void asked.push({ what: 'remove second factor', with: { id, reason, actor } })),
      sessions: () => Promise.resolve(state.openSessions),
      endSession: (id, reason, actor) => {
        asked.push({ what: 'end session', with: { id, reason, actor } });
        sessions.delete(id);
        return Promise.resolve({ personId: 'P-rosa' });
      },
      certificates: () => Promise.resolve([]),
      addCertificate: (id, pem, reason) => {
        asked.push({ what: 'give', with: { id, pem, reason } });
        const { thumbprint, subject, validFrom, validTo } = certificate;
        return Promise.resolve({ personId: id, thumbprint, subject, validFrom, validTo });
      },
      removeCertificate: (thumbprint, reason) =>
        Promise.resolve(void asked.push({ what: 'take', with: { thumbprint, reason } })),
    },
    exposure: null,
    health: () => state.health,
  } satisfies Partial<PagesOptions>;

  return { ports, clock, people, sessions, denied, refused, scans, alarms, batches, commands, asked, links, state };
}

export type FakeRooms = ReturnType<typeof fakeRooms>;

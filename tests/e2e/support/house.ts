/** The people of a house that makes product, at the API: whoever makes it, checks it, keeps the equipment, and QA. */
import { createRecords } from '../../../control/records/index.ts';
import type { EquipmentAnswerView } from '../../../hmi/api/equipment-requests.ts';
import type { Log } from '../../../plant/log.ts';
import { personActor } from '../../../plant/people.ts';
import type { RecipeMove } from '../../../plant/recipe-view.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { ApiPerson, type Answer, type Reached } from '../../support/api.ts';
import { firstPasswordIn } from '../../support/service.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const members = ['operator', 'checker', 'engineer', 'maintenance', 'qa-reviewer', 'qa-releaser'] as const;
type Member = (typeof members)[number] | 'engineer-2';
type Done = Answer<{ id: string; message?: string }>;

/**
 * A second process engineer, before the service starts: the first start makes one person of each role, and the API adds none. Whoever
 * wrote a recipe does not review it. @returns the first passwords of everybody
 */
export async function withSecondEngineer(data: string): Promise<Reached['firstPassword']> {
  const room = createRecords({ dataFolder: data, clock: systemClock(1), log, build: 'test' });
  await room.start();
  const password = firstPasswordIn(data, 'admin');
  const { token, person: admin } = await room.access.login({ userName: 'admin', password, terminal: 'test' });
  await room.access.changePassword(token, password, 'a new password of admin 7', 'test');
  const second = {
    userName: 'engineer-2',
    printedName: 'Second engineer',
    roles: ['process engineer'] as const,
    identityProof: 'known in person',
  };
  const { firstPassword } = await room.people.add(second, personActor({ ...admin, mustChangePassword: false }, 'test'));
  await room.stop();
  return (user) => (user === second.userName ? firstPassword : firstPasswordIn(data, user));
}

export class House {
  readonly #people: ReadonlyMap<Member, ApiPerson>;
  #commands = 0;

  private constructor(people: ReadonlyMap<Member, ApiPerson>) {
    this.#people = people;
  }

  static async firstLogin(service: Reached, firstPassword: Reached['firstPassword']): Promise<House> {
    const people = new Map<Member, ApiPerson>();
    for (const member of [...members, 'engineer-2'] as const)
      people.set(member, await ApiPerson.firstLogin({ url: service.url, firstPassword }, member));
    return new House(people);
  }

  person(member: Member): ApiPerson {
    const person = this.#people.get(member);
    if (person === undefined) throw new Error(`There is no ${member}.`);
    return person;
  }

  signers(...who: readonly Member[]): readonly Readonly<{ userName: string; password: string }>[] {
    return who.map((member) => ({ userName: member, password: this.person(member).password }));
  }

  /** As `who`, under an id of its own. */
  ask<T = Done['body']>(who: Member, path: string, body: object): Promise<Answer<T>> {
    this.#commands += 1;
    const reason = path === '/api/batches' ? {} : { reason: 'a test' };
    return this.person(who).post<T>(path, { commandId: `command-${this.#commands}`, ...reason, ...body });
  }

  /** As `ask`. @returns the id it was done to @throws Error with what was answered, where it was refused */
  async must(who: Member, path: string, body: object): Promise<string> {
    const { status, body: said } = await this.ask(who, path, body);
    if (status >= 300) throw new Error(`${path}: ${JSON.stringify(said)}`);
    return said.id;
  }

  /** `given` so many days ago; recorded by QA. */
  async train(member: Member, training: string, daysAgo = 0): Promise<void> {
    const { body } = await this.person('qa-reviewer').get<EquipmentAnswerView>('/api/equipment');
    // Names at the page are printed names; the first start prints the role.
    const role = { engineer: 'process engineer' }[member as string] ?? member;
    const person = body.people.find(({ printedName }) => printedName.toLowerCase().startsWith(role));
    const given = Date.now() - daysAgo * 86_400_000;
    const record = { personId: person?.id, training, given, signers: this.signers('qa-reviewer') };
    await this.must('qa-reviewer', '/api/equipment/trainings', record);
  }

  /** All who make and check, in everything they do. */
  async trainAll(): Promise<void> {
    for (const training of ['skid-operation', 'cadmium-and-chalcogenides', 'batch-records'])
      await this.train('operator', training);
    await this.train('checker', 'batch-records');
    await this.train('maintenance', 'calibration');
  }

  /** Each instrument of the skid that is not in date. */
  async calibrateAll(skid: string): Promise<void> {
    const { body } = await this.person('maintenance').get<EquipmentAnswerView>('/api/equipment');
    for (const { instrument, state } of body.instruments.filter((each) => each.skid === skid)) {
      if (state === 'in date') continue;
      await this.calibrate(skid, instrument);
    }
  }

  calibrate(skid: string, instrument: string, { at = Date.now() - 60_000, reading = '10.01' } = {}): Promise<string> {
    const points = [{ reference: '10', reading }];
    const found = { certificate: 'C-1', tolerance: '0.1', asFound: points, asLeft: points };
    const signers = this.signers('maintenance', 'checker');
    const body = { instrument, at, due: null, ...found, signers };
    return this.must('maintenance', `/api/equipment/${skid}/calibrations`, body);
  }

  clean(skid: string): Promise<string> {
    const body = { state: 'clean', signers: this.signers('operator', 'checker') };
    return this.must('operator', `/api/equipment/${skid}/cleaning`, body);
  }

  /** A lot of 100 g that QA has released. */
  async released(material: string, container: string, received = '100'): Promise<string> {
    const form = { material, supplier: 'Sigma', supplierLot: 'X1', received, unit: 'g', expires: '2099-06-30' };
    const lot = await this.must('operator', '/api/materials/lots', { ...form, containers: [container] });
    await this.decide(lot, 'released');
    return lot;
  }

  decide(lot: string, status: 'released' | 'rejected' | 'quarantine'): Promise<string> {
    const [signer] = this.signers('qa-reviewer');
    return this.must('qa-reviewer', `/api/materials/lots/${lot}/decide`, { status, signer });
  }

  open(recipe: string, version: number): Promise<string> {
    return this.must('operator', '/api/materials/dispensings', { recipe, version });
  }

  weigh(kit: string, lot: string, material: string, amount: string, ...who: readonly Member[]): Promise<Done> {
    const weighing = { material, lot, amount, tare: '12.1', scale: 'W-1', container: `${kit}-${material}` };
    return this.ask('operator', `/api/materials/dispensings/${kit}/weighings`, {
      ...weighing,
      signers: this.signers(...who),
    });
  }

  /** @returns the version's number and digest */
  async imported(text: string, basedOn: string | null): Promise<Readonly<{ version: number; digest: string }>> {
    const { body } = await this.ask<{ version: { version: number; digest: string } }>(
      'engineer',
      '/api/recipes/import',
      {
        text,
        basedOn,
      },
    );
    return body.version;
  }

  move(who: Member, recipe: string, version: number, digest: string, move: RecipeMove): Promise<Done> {
    const [signer] = this.signers(who);
    const path = `/api/recipes/${recipe}/versions/${version}/moves`;
    return this.ask(who, path, { digest, move, ...signer });
  }

  /** Its author submits it, another engineer reviews it, QA approves it and makes it effective. */
  async makeEffective(recipe: string, version: number, digest: string): Promise<void> {
    const moves = [
      ['engineer', 'submit'],
      ['engineer-2', 'review'],
      ['qa-releaser', 'approve'],
      ['qa-releaser', 'make effective'],
    ] as const;
    for (const [who, move] of moves) {
      const { status, body } = await this.move(who, recipe, version, digest, move);
      if (status >= 300) throw new Error(`${move}: ${JSON.stringify(body)}`);
    }
  }
}

/** The short recipe of the tests with ranges that somebody has proven, and with what it wants weighed. */
export function productRecipe(short: string, name: string, checked: boolean): string {
  const check = checked ? ', check: second person' : '';
  return short
    .replace('recipe: CdSe-short', `recipe: ${name}`)
    .replaceAll(/range: (\S+), critical: true/g, 'range: $1, proven: $1, critical: true')
    .replace(
      '\nprocedure:',
      `\nmaterials:\n  Se: { amount: 12 mmol${check} }\n  TCEP: { amount: 10 mmol${check} }\n\nprocedure:`,
    );
}

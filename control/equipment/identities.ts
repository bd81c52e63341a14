/** Watches who devices say they are: at each connection, and whenever a start asks. What is news is recorded; another instrument is an alarm. */
import { utcMs, type Clock } from '../../plant/clock.ts';
import type { InstrumentIdentity } from '../../plant/equipment-view.ts';
import type { FieldView, LinkView } from '../../plant/ports/scan-consumer.ts';
import type { StandingAlarms } from '../../plant/ports/standing-alarms.ts';
import type { PastEvent } from '../../plant/record-outbox.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { EquipmentBook } from './book.ts';
import { deviceOfInstrument, instrumentsOf } from './desk.ts';
import { identityRecord } from './events.ts';
import { alarmId, contradicts, filled, identityAlarm, isSame, saidOn, stateOf } from './identity.ts';

export type IdentityPorts = Readonly<{
  skids: readonly Skid[];
  book: EquipmentBook;
  clock: Clock;
  field: Pick<FieldView, 'links'>;
  alarms: StandingAlarms;
  post: (event: PastEvent) => void;
}>;

export class Identities {
  readonly #ports: IdentityPorts;
  readonly #standing = new Set<string>();

  constructor(ports: IdentityPorts) {
    this.#ports = ports;
  }

  /** As devices say it now; what is news is recorded first. */
  async look(): Promise<readonly InstrumentIdentity[]> {
    const { skids, field } = this.#ports;
    const links = await field.links();
    return skids.flatMap((skid) =>
      skid.type.devices.flatMap(({ name, title }) => {
        const link = links.find((one) => one.skid === skid.name && one.device === name);
        const view = link === undefined ? null : this.#seen(skid, title, link);
        if (view !== null) this.#alarm(skid.name, view);
        return view === null ? [] : [view];
      }),
    );
  }

  #seen(skid: Skid, title: string, link: LinkView): InstrumentIdentity | null {
    const { book } = this.#ports;
    const { device } = link;
    const now = saidOn(link);
    if (now.said !== null) this.#told(skid, device, now.said);
    const known = book.identity(skid.name, device);
    if (known === null) return null;
    const { recorded, accepted } = known;
    return { skid: skid.name, device, title, said: now.said, recorded, accepted, state: stateOf(now, recorded) };
  }

  #told(skid: Skid, device: string, said: NonNullable<InstrumentIdentity['said']>): void {
    const { book, clock, post } = this.#ports;
    const known = book.identity(skid.name, device);
    if (known !== null && isSame(known.last, said)) return;
    const at = utcMs(clock.utc());
    const isAnother = known !== null && contradicts(known.recorded, said);
    const recorded = known === null || isAnother ? (known?.recorded ?? said) : filled(known.recorded, said);
    book.remember({ kind: 'identity', skid: skid.name, device, recorded, said });
    const calibrated = instrumentsOf({ skids: [skid], book, clock }).filter(
      ({ instrument }) => deviceOfInstrument(skid.type, instrument) === device,
    );
    post(identityRecord(skid.name, device, { recorded, said, before: known?.recorded ?? null, calibrated, at }));
  }

  #alarm(skid: SkidName, view: InstrumentIdentity): void {
    const { alarms } = this.#ports;
    const key = `${skid}/${view.device}`;
    const text = JSON.stringify([view.said, view.recorded]);
    if (view.state === 'another') {
      if (this.#standing.has(`${key} ${text}`)) return;
      this.#forget(key);
      this.#standing.add(`${key} ${text}`);
      alarms.stand(identityAlarm(skid, view));
      // While nobody can say who it is, what was found last stands.
    } else if (view.state === 'as recorded' && this.#forget(key)) alarms.gone(alarmId(view.device), skid);
  }

  #forget(key: string): boolean {
    const stood = [...this.#standing].filter((each) => each.startsWith(`${key} `));
    for (const each of stood) this.#standing.delete(each);
    return stood.length > 0;
  }
}

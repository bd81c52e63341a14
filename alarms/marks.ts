/**
 * Bypasses and forced inputs of one skid as alarms: one stands as long as the bypass does, is raised anew shortly before that
 * runs out, and once more when it has, so that nobody forgets it at either end.
 */
import type { UtcMs } from '../plant/clock.ts';
import type { GuardMark } from '../plant/ports/scan-guard.ts';
import type { StandingAlarm, StandingAlarms } from '../plant/ports/standing-alarms.ts';
import type { Skid } from '../plant/skid/definition.ts';

type Worked = GuardMark & Readonly<{ kind: 'bypass' | 'force' }>;
type Stood = { mark: Worked; reminded: boolean };

const minutes = 60_000;
/** Time to end it in order, or to ask for another. */
const remindBefore = 10 * minutes;
/** The bypass ends by a clock that never jumps, its time is told in UTC. */
const clockSlack = 2000;

const none: readonly GuardMark[] = [];

export class SkidMarks {
  readonly #skid: Skid;
  readonly #alarms: StandingAlarms;
  readonly #standing = new Map<string, Stood>();

  constructor(skid: Skid, alarms: StandingAlarms) {
    this.#skid = skid;
    this.#alarms = alarms;
  }

  accept(marks: readonly GuardMark[] = none, now: UtcMs): void {
    if (marks.length === 0 && this.#standing.size === 0) return;
    const seen = new Set<string>();
    for (const mark of marks) {
      if (!isWorked(mark)) continue;
      const id = idOf(mark);
      seen.add(id);
      this.#stand(id, mark, now);
    }
    for (const [id, { mark }] of this.#standing) {
      if (!seen.has(id)) this.#end(id, mark, now);
    }
  }

  #stand(id: string, mark: Worked, now: UtcMs): void {
    const { name } = this.#skid;
    const before = this.#standing.get(id);
    const ending = mark.expiresAt !== null && mark.expiresAt - now <= remindBefore;
    // One of ten minutes or less is its own reminder.
    const reminded = before === undefined || before.mark.expiresAt !== mark.expiresAt ? ending : before.reminded;
    if (ending && !reminded) this.#alarms.gone(id, name);
    if (before?.mark.message !== mark.message || (ending && !reminded)) this.#alarms.stand(this.#alarm(id, mark, null));
    this.#standing.set(id, { mark, reminded: reminded || ending });
  }

  #end(id: string, mark: Worked, now: UtcMs): void {
    const { name } = this.#skid;
    this.#standing.delete(id);
    this.#alarms.gone(id, name);
    if (mark.expiresAt === null || now < mark.expiresAt - clockSlack) return;
    // It asks for nothing any more; it stays in the list until someone has seen it.
    this.#alarms.stand(this.#alarm(`${id}.expired`, mark, 'has run out'));
    this.#alarms.gone(`${id}.expired`, name);
  }

  #alarm(id: string, mark: Worked, ended: string | null): StandingAlarm {
    const what = whatOf(this.#skid, mark);
    const { consequence, response } = ended === null ? whileItLasts[mark.kind] : whenItEnds[mark.kind];
    return {
      id,
      skid: this.#skid.name,
      title: ended === null ? what : `${what} ${ended}`,
      priority: 2,
      cause: mark.message,
      consequence,
      response,
      respondWithinMs: 30 * minutes,
    };
  }
}

const isWorked = (mark: GuardMark): mark is Worked => mark.kind === 'bypass' || mark.kind === 'force';

const idOf = ({ kind, row, tag }: Worked): string => (kind === 'force' ? `forced.${tag ?? ''}` : `bypass.${row ?? ''}`);

function whatOf({ type }: Skid, { kind, row, tag }: Worked): string {
  if (kind === 'force') return `Input forced: ${tag ?? ''}`;
  const title = type.interlocks.find((definition) => definition.row === row)?.title ?? '';
  return `Bypass of interlock ${row ?? ''}: ${title}`;
}

type Words = Readonly<Record<Worked['kind'], Pick<StandingAlarm, 'consequence' | 'response'>>>;

const whileItLasts: Words = {
  bypass: {
    consequence: 'One channel of this row does not vote; the others decide alone.',
    response: 'Keep to the measure agreed in its place; end the bypass as soon as the work is done.',
  },
  force: {
    consequence: 'What is shown and judged is not what the field says.',
    response: 'Watch the instrument on the spot; end the force as soon as the work is done.',
  },
};

const whenItEnds: Words = {
  bypass: {
    consequence: 'The channel votes again, and trips where it stands beyond its limit.',
    response: 'See that the channel reads rightly; where the work goes on, two people may ask for another bypass.',
  },
  force: {
    consequence: 'The input is what the field says again.',
    response: 'See that the instrument reads rightly; where the work goes on, two people may ask for another.',
  },
};

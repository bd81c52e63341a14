/** What hangs together by the record: items, links between them, and the event that says each. Grows event by event. */
import type { UtcMs } from '../../../plant/clock.ts';
import type { EventPlace, GenealogyItem, GenealogyKind, GenealogyView } from '../../../plant/ports/genealogy.ts';

export type Link = Readonly<{
  from: GenealogyItem;
  to: GenealogyItem;
  what: string;
  at: UtcMs;
  event: EventPlace;
  /** Says of a container what another link says of lot and dispensing: followed where the container was asked for. */
  ofContainer?: true;
}>;

const none: readonly Link[] = [];
const keyOf = ({ kind, id }: GenealogyItem): string => `${kind} ${id}`;

export class Links {
  readonly #states = new Map<string, GenealogyView>();
  readonly #onward = new Map<string, Link[]>();
  readonly #back = new Map<string, Link[]>();

  add(link: Link): void {
    this.#know(link.from);
    this.#know(link.to);
    put(this.#onward, keyOf(link.from), link);
    put(this.#back, keyOf(link.to), link);
  }

  /** Takes out what is no longer so, such as a weighing that was struck out: the record keeps it, the material went elsewhere. */
  remove(item: GenealogyItem, isMeant: (link: Link) => boolean): void {
    for (const link of this.all(item).filter(isMeant)) {
      drop(this.#onward, keyOf(link.from), link);
      drop(this.#back, keyOf(link.to), link);
    }
  }

  say(item: GenealogyItem, state: string): void {
    this.#states.set(keyOf(item), { kind: item.kind, id: item.id, state });
  }

  has(item: GenealogyItem): boolean {
    return this.#states.has(keyOf(item));
  }

  view(item: GenealogyItem): GenealogyView {
    return this.#states.get(keyOf(item)) ?? { kind: item.kind, id: item.id, state: '' };
  }

  onward(item: GenealogyItem): readonly Link[] {
    return this.#onward.get(keyOf(item)) ?? none;
  }

  back(item: GenealogyItem): readonly Link[] {
    return this.#back.get(keyOf(item)) ?? none;
  }

  all(item: GenealogyItem): readonly Link[] {
    return [...this.onward(item), ...this.back(item)];
  }

  /** What is called so first, then what begins so; at most `most`. */
  named(text: string, most: number): readonly GenealogyView[] {
    const wanted = text.trim().toLowerCase();
    if (wanted === '') return [];
    const begins = [...this.#states.values()].filter(({ id }) => id.toLowerCase().startsWith(wanted));
    const isSame = ({ id }: GenealogyView): number => Number(id.toLowerCase() === wanted);
    return begins.sort((a, b) => isSame(b) - isSame(a)).slice(0, most);
  }

  #know(item: GenealogyItem): void {
    if (!this.has(item)) this.say(item, '');
  }
}

export function put(map: Map<string, Link[]>, key: string, link: Link): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, [link]);
  else there.push(link);
}

function drop(map: Map<string, Link[]>, key: string, link: Link): void {
  const there = map.get(key);
  const at = there?.indexOf(link) ?? -1;
  if (at >= 0) there?.splice(at, 1);
}

export const item = (kind: GenealogyKind, id: string): GenealogyItem => ({ kind, id });

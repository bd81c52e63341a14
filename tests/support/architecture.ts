/** Walks the imports of the house, and the worker and child files named by URL, and says which of them pass a wall. */
import ts from 'typescript';

export type Sources = ReadonlyMap<string, string>;

export type Passage = Readonly<{ from: string; to: string; why: string }>;

const rooms = ['plant', 'twin', 'pat', 'gateway', 'control', 'alarms', 'historian', 'hmi', 'deploy'] as const;

/** Inside `control` rooms live side by side; records and access share a worker, and so each other's doors. */
const controlRooms = [
  'interlocks',
  'batch',
  'records',
  'access',
  'exposure',
  'equipment',
  'recipes',
  'materials',
  'telemetry',
  'review',
] as const;

/** Every arrow of one file: what it imports, and the `.ts` files it names by URL for a worker or a child. */
export function arrows(file: string, source: string): readonly string[] {
  const targets = ts.preProcessFile(source, true, true).importedFiles.map(({ fileName }) => fileName);
  for (const match of source.matchAll(/new URL\(\s*['"]([^'"]+\.(?:ts|mjs))['"]\s*,\s*import\.meta\.url/g)) {
    if (match[1] !== undefined) targets.push(match[1]);
  }
  return targets.filter((target) => target.startsWith('.')).map((target) => resolve(file, target));
}

function resolve(file: string, target: string): string {
  const parts = file.split('/').slice(0, -1);
  for (const step of target.split('/')) {
    if (step === '..') parts.pop();
    else if (step !== '.') parts.push(step);
  }
  return parts.join('/');
}

const roomOf = (file: string): string => file.split('/')[0] ?? '';
const controlRoomOf = (file: string): string | null =>
  roomOf(file) === 'control' ? (file.split('/')[1] ?? null) : null;

/** Every import that the walls forbid. */
export function forbidden(sources: Sources): readonly Passage[] {
  const found: Passage[] = [];
  for (const [file, source] of sources) {
    if (roomOf(file) === 'tests') continue;
    for (const target of arrows(file, source)) {
      const why = refusal(file, target);
      if (why !== null) found.push({ from: file, to: target, why });
    }
  }
  return found;
}

/** Tools that put rooms together beside the service (decisions 9, 10). */
const tools = [
  'deploy/dry-run',
  'deploy/prove',
  'deploy/archive',
  'deploy/restore-drill',
  'deploy/drill/',
  'deploy/history',
] as const;

function refusal(from: string, to: string): string | null {
  const [here, there] = [roomOf(from), roomOf(to)];
  if (there === 'tests') return 'The product does not import its tests.';
  if (from === 'deploy/main.ts' || tools.some((tool) => from.startsWith(tool))) return entered(to);
  if (!(rooms as readonly string[]).includes(there)) return null;
  if (here === 'hmi' && from.startsWith('hmi/web/')) {
    return there === 'plant' || to.startsWith('hmi/web/') || to.startsWith('hmi/api/')
      ? null
      : 'Pages take plant and hmi/api only.';
  }
  if (here === there) return here === 'control' ? withinControl(from, to) : here === 'hmi' ? withinServer(to) : null;
  if (here === 'plant') return 'plant imports nothing of ours.';
  if (there === 'plant') return null;
  return `A room imports plant only; ${here} may not know ${there}.`;
}

const entered = (to: string): string | null =>
  ['plant', 'deploy'].includes(roomOf(to)) || to.endsWith('/index.ts')
    ? null
    : 'A room is entered through its index.ts.';

function withinControl(from: string, to: string): string | null {
  const [here, there] = [controlRoomOf(from), controlRoomOf(to)];
  if (here === there) return null;
  const share = ['records', 'access'];
  if (here !== null && there !== null && share.includes(here) && share.includes(there)) return null;
  return (controlRooms as readonly string[]).includes(there ?? '')
    ? `control/${here ?? ''} may not know control/${there ?? ''}.`
    : null;
}

const withinServer = (to: string): string | null =>
  to.startsWith('hmi/web/') ? 'The server does not import the pages.' : null;

/** The cycles among files, each as the files on it. */
export function cycles(sources: Sources): readonly (readonly string[])[] {
  const found: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const at = path.indexOf(file);
    if (at >= 0) {
      found.push([...path.slice(at), file]);
      return;
    }
    const source = sources.get(file);
    if (done.has(file) || source === undefined) return;
    path.push(file);
    for (const target of arrows(file, source)) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of sources.keys()) visit(file);
  return found;
}

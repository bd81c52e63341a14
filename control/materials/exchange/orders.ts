/**
 * Orders in a schedule of B2MML (ISA-95): `OperationsSchedule` of V0700 and later and of V0600, `ProductionSchedule` of V0600,
 * alone or as the data of a `Process…` or `Sync…` message. Element names are those of MESA's schemas. Pure. The Business To
 * Manufacturing Markup Language (B2MML) is used courtesy of MESA International.
 */
import { MesolineError, mesolineError, type Fault } from '../../../plant/errors.ts';
import type { Order } from '../../../plant/ports/exchange-desk.ts';
import { isAmount } from '../decimal.ts';
import { children, ownText, textIn, type XmlNode } from './xml.ts';

const namespaces = /^http:\/\/www\.mesa\.org\/xml\/B2MML(-V0\d{3})?$/;
const kinds = {
  OperationsSchedule: 'OperationsRequest',
  ProductionSchedule: 'ProductionRequest',
} as const;
type Schedule = keyof typeof kinds;
const volumes = ['mL', 'L'];
const longestId = 100;
const mostOrders = 1000;

export const isSchedule = (root: string): boolean => /^(Process|Sync)?(Operations|Production)Schedule$/.test(root);

/** @param recipes that there are; an order for another is a fault. @throws MesolineError `message-refused`, with each fault */
export function readOrders(name: string, root: string, node: XmlNode, recipes: readonly string[]): readonly Order[] {
  const spaces = Object.entries(node).flatMap(([key, value]) =>
    key.startsWith('@xmlns') && typeof value === 'string' ? [value] : [],
  );
  if (!spaces.some((space) => namespaces.test(space)))
    throw mesolineError(
      'message-refused',
      name,
      `Its namespaces are "${spaces.join(', ')}".`,
      'Send B2MML, such as http://www.mesa.org/xml/B2MML.',
    );
  const kind: Schedule = root.endsWith('OperationsSchedule') ? 'OperationsSchedule' : 'ProductionSchedule';
  const schedules = root === kind ? [node] : children(node, 'DataArea').flatMap((area) => children(area, kind));
  const faults: Fault[] = [];
  const orders = schedules.flatMap((schedule) => {
    const id = textIn(schedule, 'ID', name);
    if (id === null || id.length > longestId) {
      faults.push({ where: kind, problem: 'It has no ID of 1 to 100 characters.', remedy: 'Give it one.' });
      return [];
    }
    return children(schedule, kinds[kind]).map((request) => readOrder(request, id, recipes, faults));
  });
  const ids = orders.map((order) => order.id);
  const twice = ids.find((id, place) => ids.indexOf(id) !== place);
  if (twice !== undefined) faults.push({ where: twice, problem: 'It stands there twice.', remedy: 'Send each once.' });
  if (faults.length === 0 && (orders.length === 0 || orders.length > mostOrders))
    faults.push({
      where: name,
      problem: `It has ${orders.length} orders.`,
      remedy: `Send 1 to ${mostOrders} in a file.`,
    });
  if (faults.length > 0) throw new MesolineError('message-refused', faults);
  return orders;
}

function readOrder(request: XmlNode, schedule: string, recipes: readonly string[], faults: Fault[]): Order {
  const id = textIn(request, 'ID', schedule) ?? '';
  const where = id === '' ? `A request of ${schedule}` : id;
  const fault = (problem: string, remedy: string): void => void faults.push({ where, problem, remedy });
  if (id === '' || id.length > longestId) fault('It has no ID of 1 to 100 characters.', 'Give it one.');
  const segments = children(request, 'SegmentRequirement');
  const named = [request, ...segments].map(
    (node) => textIn(node, 'OperationsDefinitionID', where) ?? textIn(node, 'ProductProductionRuleID', where),
  );
  const produced = segments.flatMap(producedIn);
  const meant = [
    ...named,
    ...produced.flatMap((each) => children(each, 'MaterialDefinitionID').map((one) => ownText(one))),
  ];
  const recipe = meant.find((each) => each !== null && each !== '') ?? '';
  if (recipe === '') fault('It names no OperationsDefinitionID.', 'Name the recipe there.');
  else if (!recipes.includes(recipe))
    fault(`There is no recipe ${recipe}.`, `Name one of ${recipes.join(', ') || 'those that are imported'}.`);
  const quantities = produced.flatMap((each) => children(each, 'Quantity'));
  const [first] = quantities;
  if (quantities.length > 1) fault(`It asks for ${quantities.length} quantities.`, 'Send an order for each.');
  const quantity = first === undefined ? null : textIn(first, 'QuantityString', where);
  const unit = first === undefined ? null : textIn(first, 'UnitOfMeasure', where);
  if (first !== undefined && (quantity === null || !isAmount(quantity) || unit === null || !volumes.includes(unit)))
    fault(`"${quantity ?? ''} ${unit ?? ''}" is no volume.`, 'Give a decimal in mL or L.');
  const time = (...names: readonly string[]): string | null => {
    const nodes = [request, ...segments];
    const text = nodes.map(
      (node) => names.map((each) => textIn(node, each, where)).find((each) => each !== null) ?? null,
    );
    const found = text.find((each) => each !== null) ?? null;
    if (found !== null && !isTime(found)) fault(`"${found}" is no time.`, 'Give it as ISO 8601 with its zone.');
    return found;
  };
  const earliestStart = time('StartTime', 'EarliestStartTime');
  const latestEnd = time('EndTime', 'LatestEndTime');
  return {
    id,
    schedule,
    recipe,
    quantity,
    unit,
    earliestStart,
    latestEnd,
    priority: textIn(request, 'Priority', where),
  };
}

const producedIn = (segment: XmlNode): readonly XmlNode[] => [
  ...children(segment, 'MaterialProducedRequirement'),
  ...children(segment, 'MaterialRequirement').filter((each) =>
    ['Produced', 'Material Produced'].includes(textIn(each, 'MaterialUse', 'MaterialRequirement') ?? ''),
  ),
];

export const isTime = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text));

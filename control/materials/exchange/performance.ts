/**
 * What a batch has made and used, as `OperationsPerformance` of B2MML V0701, in the order of MESA's schema (which writes `Endtime`
 * there). Pure. The Business To Manufacturing Markup Language (B2MML) is used courtesy of MESA International.
 */
import type { BatchView } from '../../../plant/batch-view.ts';
import { isoUtc, type UtcMs } from '../../../plant/clock.ts';
import type { Order } from '../../../plant/ports/exchange-desk.ts';
import { element, xmlHead } from './xml.ts';

export type Performance = Readonly<{
  batch: BatchView;
  order: Order | null;
  /** What was weighed for it. */
  used: readonly Readonly<{ material: string; lot: string; amount: string; unit: string }>[];
  /** The head of the batch's record that it is taken from. */
  record: Readonly<{ count: number; head: string }>;
}>;

/** The same batch gives the same text, whenever it is written. */
export function performanceXml({ batch, order, used, record }: Performance): string {
  const produced = (mL: number): string =>
    element('MaterialActual', [
      element('MaterialDefinitionID', batch.recipe),
      element('MaterialLotID', batch.id),
      element('MaterialUse', 'Produced'),
      quantity(decimal(mL), 'mL'),
    ]);
  const segments = batch.units.map((unit) =>
    element('SegmentResponse', [
      element('ID', `${batch.id}/${unit.skid}`),
      ...time('ActualStartTime', unit.startedAt),
      ...time('ActualEndTime', unit.endedAt),
      element('SegmentState', unit.state),
      element('EquipmentActual', [element('EquipmentID', unit.skid), element('EquipmentUse', 'Production')]),
      produced(unit.collectedMl),
    ]),
  );
  const whole = element('SegmentResponse', [
    element('ID', batch.id),
    ...time('ActualStartTime', batch.startedAt),
    ...time('ActualEndTime', batch.endedAt),
    element('SegmentState', batch.state),
    data('MasterRecipeVersion', String(batch.recipeVersion), 'string'),
    data('MasterRecipeDigest', batch.recipeDigest, 'string'),
    data('RecordEvents', String(record.count), 'integer'),
    data('RecordHead', record.head, 'string'),
    produced(batch.collectedMl),
    ...used.map(({ material, lot, amount, unit }) =>
      element('MaterialActual', [
        element('MaterialDefinitionID', material),
        element('MaterialLotID', lot),
        element('MaterialUse', 'Consumed'),
        quantity(amount, unit),
      ]),
    ),
    ...segments,
  ]);
  const response = element('OperationsResponse', [
    element('ID', batch.id),
    ...time('StartTime', batch.startedAt),
    ...time('EndTime', batch.endedAt),
    element('OperationsType', 'Production'),
    ...(order === null ? [] : [element('OperationsRequestID', order.id)]),
    element('OperationsDefinitionID', batch.recipe),
    element('ResponseState', batch.state),
    whole,
  ]);
  return (
    xmlHead +
    element(
      'OperationsPerformance',
      [
        element('ID', `performance-${batch.id}`),
        ...time('StartTime', batch.startedAt),
        ...time('Endtime', batch.endedAt),
        element('OperationsType', 'Production'),
        ...(order === null ? [] : [element('OperationsScheduleID', order.schedule)]),
        response,
      ],
      ' xmlns="http://www.mesa.org/xml/B2MML"',
    ) +
    '\n'
  );
}

const time = (name: string, at: UtcMs | null): readonly string[] => (at === null ? [] : [element(name, isoUtc(at))]);

const quantity = (text: string, unit: string): string =>
  element('Quantity', [
    element('QuantityString', text),
    element('DataType', 'decimal'),
    element('UnitOfMeasure', unit),
  ]);

const data = (id: string, value: string, type: string): string =>
  element('SegmentData', [
    element('ID', id),
    element('Value', [element('ValueString', value), element('DataType', type), element('UnitOfMeasure', '')]),
  ]);

/** Volumes are known to some microlitres. */
const decimal = (mL: number): string => String(Number(mL.toFixed(3)));

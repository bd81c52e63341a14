/** Lots in every state and two dispensings, to look at the page of materials without a plant. */
import { utcMs } from '../../../plant/clock.ts';
import type { KitView, LotView, MaterialHistoryEntry } from '../../../plant/material-view.ts';

const dayMs = 86_400_000;

const lot = (id: string, now: number, more: Partial<LotView>): LotView => ({
  id,
  material: 'Se',
  supplier: 'Sigma-Aldrich',
  supplierLot: 'MKCD1234',
  received: '100',
  left: '98.104',
  unit: 'g',
  expires: utcMs(now + 400 * dayMs),
  status: 'released',
  containers: ['SE-0001'],
  receivedBy: 'P-rosa',
  unfit: null,
  ...more,
});

export const servedLots = (now: number): LotView[] => [
  lot('L-2026-0001', now, {}),
  lot('L-2026-0002', now, {
    material: 'TCEP·HCl',
    supplierLot: '<img src=x onerror=alert(1)>',
    status: 'quarantine',
    left: '25',
    received: '25',
    unfit: 'Lot L-2026-0002 is in quarantine.',
  }),
  lot('L-2026-0003', now, { material: 'MPA', unit: 'mL', left: '7.5', expires: utcMs(now + 9 * dayMs) }),
  lot('L-2026-0004', now, { material: 'Cd(OAc)2·2H2O', expires: utcMs(now - dayMs), unfit: 'It expired.' }),
  lot('L-2026-0005', now, { material: 'NaOH', status: 'rejected', unfit: 'Lot L-2026-0005 is rejected.' }),
  lot('L-2026-0006', now, { material: 'Te', status: 'used up', left: '0' }),
];

const weighing = (now: number) => ({
  number: 1,
  lot: 'L-2026-0001',
  kit: 'D-2026-0002',
  material: 'Se',
  amount: '0.948',
  tare: '12.104',
  scale: 'W-1',
  container: 'D-0002-SE',
  by: 'Rosa Ortiz',
  checkedBy: 'Carl Cole',
  at: utcMs(now - 600_000),
});

const wanted = [
  { name: 'TCEP', amount: '10', unit: 'mmol', checked: true },
  { name: 'Se', amount: '12', unit: 'mmol', checked: true },
];

export const servedKits = (now: number): KitView[] => {
  const common = { recipe: 'CdSe', version: 3, materials: wanted, openedBy: 'Rosa Ortiz' };
  const lots = [
    { lot: 'L-2026-0001', substance: 'Se', left: '98.104', unit: 'g' as const, expires: utcMs(now + 400 * dayMs) },
  ];
  return [
    {
      ...common,
      id: 'D-2026-0002',
      status: 'open',
      batch: null,
      openedAt: utcMs(now - 900_000),
      lines: [
        { ...wanted[0]!, weighed: 0, enough: false, lots: [] },
        { ...wanted[1]!, weighed: 12.0044, enough: true, lots },
      ],
      weighings: [weighing(now)],
      struck: [
        {
          ...weighing(now - 300_000),
          number: 2,
          amount: '9.48',
          strike: {
            reason: 'The point was left out',
            by: 'Rosa Ortiz',
            checkedBy: 'Carl Cole',
            at: utcMs(now - 240_000),
            gone: false,
          },
        },
      ],
    },
    {
      ...common,
      id: 'D-2026-0001',
      status: 'taken',
      batch: 'B-2026-0007',
      openedAt: utcMs(now - dayMs),
      lines: wanted.map((each) => ({ ...each, weighed: Number(each.amount), enough: true, lots: [] })),
      weighings: [],
      struck: [],
    },
  ];
};

export const servedContainerHistory = (now: number): MaterialHistoryEntry[] => [
  { at: utcMs(now - dayMs), by: 'Rosa Ortiz', what: 'Received: 100 g Se of Sigma-Aldrich.', reason: 'delivered' },
  { at: utcMs(now - 3_600_000), by: 'Quinn', what: 'L-2026-0001: released.', reason: '' },
];

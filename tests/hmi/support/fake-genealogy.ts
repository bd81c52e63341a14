/** A genealogy of one lot in one batch, as the pages are told it. */
import { utcMs } from '../../../plant/clock.ts';
import type { GenealogyDesk, GenealogyStep, GenealogyView } from '../../../plant/ports/genealogy.ts';

const lot: GenealogyView = { kind: 'lot', id: 'L-2026-0001', state: 'Se, Sigma MKCD1234, released' };
const other: GenealogyView = { kind: 'lot', id: 'L-2026-0002', state: 'TCEP·HCl, Sigma BC9, rejected' };
const kit: GenealogyView = { kind: 'dispensing', id: 'D-2026-0001', state: 'for CdSe v3' };
const batch: GenealogyView = { kind: 'batch', id: 'B-2026-0001', state: 'CdSe v3, Complete, released' };
const container: GenealogyView = { kind: 'container', id: 'P-1', state: '' };
const supplied: GenealogyView = { kind: 'supplier lot', id: 'Sigma MKCD1234', state: '' };
const skid: GenealogyView = { kind: 'skid', id: 'QD-1', state: '' };

const step = (
  depth: number,
  from: GenealogyView,
  to: GenealogyView,
  what: string,
  scope: string,
  seq: number,
  beside = false,
): GenealogyStep => ({ depth, from, to, what, at: utcMs(Date.UTC(2026, 9, 2, 8) + seq * 60_000), event: { scope, seq }, beside }); // prettier-ignore

const lots = 'materials/lots';
const weighed = '0.95 g Se into D-2026-0001-Se on W-1, by Olga, checked by Carl';
const forward = [
  step(1, lot, kit, weighed, lots, 5),
  step(2, kit, batch, 'taken by the batch', lots, 7),
  step(2, other, kit, '2.87 g TCEP into D-2026-0001-T on W-1, by Olga', lots, 6, true),
  step(3, batch, container, 'CdSe, 20 mL, label 26000001 on P-1', 'materials/labels', 1),
  step(3, skid, batch, 'started on it', 'batch/B-2026-0001', 4, true),
];
const backward = [step(1, supplied, lot, '100 g Se received, to be used by 2027-06-30', lots, 1)];

export const fakeGenealogy: GenealogyDesk = {
  trace: ({ kind, id, direction }) => {
    const steps = direction === 'forward' ? forward : backward;
    const found = { of: lot, direction, steps, total: steps.length, next: null };
    return Promise.resolve(kind === 'lot' && id === lot.id ? found : null);
  },
  find: (text) => Promise.resolve([lot, other].filter(({ id }) => id.startsWith(text))),
};

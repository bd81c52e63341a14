/** How configuration is told. */
import type { ConfigurationStep, ConfigurationView, DifferenceLine } from '../../../../plant/configuration-view.ts';

export const summaryText = ({ open, files }: ConfigurationView): string =>
  open.length === 0
    ? `✓ All ${files.length} files are as they were approved or installed.`
    : `▲ ${filesText(open.length)} changed and not approved: no batch for product starts.`;

export const filesText = (count: number): string => (count === 1 ? '1 file is' : `${count} files are`);

export const stepText = ({ old, new: now }: ConfigurationStep): string =>
  old === null ? 'came' : now === null ? 'was taken away' : 'changed';

export const digestText = (digest: string | null): string => (digest === null ? 'no file' : `${digest.slice(0, 12)}…`);

export const differenceUrl = ({ old, new: now }: ConfigurationStep): string =>
  `/api/configuration/difference?old=${old ?? 'none'}&new=${now ?? 'none'}`;

const signs: Readonly<Record<DifferenceLine['kind'], string>> = {
  same: ' ',
  removed: '−',
  added: '+',
  'left out': '⋯',
};

export const signOf = ({ kind }: DifferenceLine): string => signs[kind];

export const lineText = ({ kind, text }: DifferenceLine): string =>
  kind === 'left out' ? `${text} ${text === '1' ? 'line' : 'lines'} as before` : text;

/** What is asked of the audit trail, as its form holds it and as the server takes it. */

export type AuditForm = Readonly<{
  person: string;
  scope: string;
  action: string;
  object: string;
  /** As the browser's field gives it, `2026-10-02T09:30`, in the zone of the browser or UTC; empty: any. */
  from: string;
  until: string;
  withReason: boolean;
  onlyChanges: boolean;
}>;

export const everything: AuditForm = {
  person: '', scope: '', action: '', object: '', from: '', until: '', withReason: false, onlyChanges: false,
}; // prettier-ignore

/** The query without its `?`; what asks for nothing is left out. @param inUtc whether the times are UTC */
export function queryOf(form: AuditForm, inUtc: boolean): URLSearchParams {
  const query = new URLSearchParams();
  for (const field of ['person', 'scope', 'action', 'object'] as const) {
    const said = form[field].trim();
    if (said !== '') query.set(field, said);
  }
  for (const field of ['from', 'until'] as const) {
    const at = Date.parse(inUtc ? `${form[field]}Z` : form[field]);
    // The field says minutes: until 09:30 is until that minute's end.
    if (!Number.isNaN(at)) query.set(field, String(field === 'until' ? at + 59_999 : at));
  }
  if (form.withReason) query.set('withReason', 'true');
  if (form.onlyChanges) query.set('onlyChanges', 'true');
  return query;
}

/** What was asked, in words that stand above a print. @param zone how the times are meant: `UTC`, `local time` */
export function saidOf(form: AuditForm, zone: string): string {
  const parts = [
    ...(['person', 'scope', 'action', 'object'] as const).map((field) => [field, form[field].trim()]),
    ...(['from', 'until'] as const).map((field) => [field, form[field] === '' ? '' : `${form[field]} ${zone}`]),
  ].flatMap(([field, said]) => (said === '' ? [] : [`${field} ${said}`]));
  const only = [form.withReason ? 'only with a reason' : '', form.onlyChanges ? 'only changes' : ''];
  const all = [...parts, ...only].filter((said) => said !== '');
  return all.length === 0 ? 'all entries' : all.join(', ');
}

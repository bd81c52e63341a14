/** When the fakes' clock begins. */
export const start = Date.UTC(2026, 9, 2, 9, 30);

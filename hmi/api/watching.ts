/** Set on what a page asks by itself, which does not keep a session alive that nobody uses. */
export const watchingHeader = 'x-mesoline-watching';

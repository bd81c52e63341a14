/** The door of the pages' server. */
export { createPages, type Pages } from './pages.ts';
export type { PagesOptions, SiteHealth } from './options.ts';

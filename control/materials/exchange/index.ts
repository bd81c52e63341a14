/** Orders in, what was made out, and the laboratory, by files. */
export { exchangeFolder } from './folder.ts';
export { createExchange, type ExchangeOptions, type ExchangeRoom } from './room.ts';
export { loadExchangeSettings, type ExchangeSettings } from './settings.ts';

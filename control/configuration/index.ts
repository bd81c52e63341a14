/** Change control of the files by which the service runs. */
export { createConfiguration, type ConfigurationOptions, type ConfigurationRoom } from './room.ts';

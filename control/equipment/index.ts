/** The room of equipment: calibration, cleaning, fouling and acid, people's training, and room for waste. */
export { createEquipment, type EquipmentOptions, type EquipmentRoom } from './room.ts';

/**
 * Whether the OPC UA thread still turns. It sends its figures every second; one that says nothing is caught in what a client
 * asked of it, while its connections stand and show what was. Looks are counted, not time: where the main thread itself was held,
 * what the other said meanwhile is heard before the next look. Pure.
 */
export const mostSilentLooks = 30;

export class Silence {
  #looks = 0;

  heard(): void {
    this.#looks = 0;
  }

  /** To be called every second. @returns true once, where it is to be given up */
  look(): boolean {
    this.#looks += 1;
    return this.#looks === mostSilentLooks;
  }
}

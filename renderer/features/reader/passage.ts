/** A range of the extraction's text, UTF-16 offsets. */
export interface Passage {
  readonly start: number;
  readonly end: number;
}

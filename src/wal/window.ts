/** A buffer and its bytes as words; it begins at a multiple of 8. */
export interface WindowBuffer {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

/** A stretch of a segment in memory: whole pages, in a buffer that starts at a multiple of 8. */
export interface Window extends WindowBuffer {
  /** Where in the segment it starts and ends, in bytes. */
  readonly start: number;
  readonly end: number;
}

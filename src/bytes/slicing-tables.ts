/**
 * The tables of a CRC for slicing: the first 256 entries carry a CRC over a byte, the k-th run of 256 carries
 * it over k bytes of zeros as well, so that several bytes can be looked up at once.
 *
 * @param polynomial - reflected
 * @param slices - how many bytes are looked up at once
 * @param overZero - carries a CRC over a byte of zeros, by the first 256 entries
 */
export function slicingTables(
  polynomial: number,
  slices: number,
  overZero: (crc: number, table: Int32Array) => number,
): Int32Array {
  const tables = new Int32Array(slices * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    tables[byte] = crc;
  }
  for (let index = 256; index < tables.length; index++) {
    tables[index] = overZero(tables[index - 256], tables);
  }
  return tables;
}

// @ts-check
// Takes samples of something quick.

/**
 * How many milliseconds a piece of work takes, a few times over; the first time only warms up.
 * @param {() => void} work
 */
export function sample(work) {
  const times = [];
  for (let run = -1; run < 7; run++) {
    const begin = performance.now();
    work();
    if (run >= 0) times.push(performance.now() - begin);
  }
  return times;
}

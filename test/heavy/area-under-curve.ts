/** Returns how often a value of the second is larger than one of the first. 0.5 is no difference, 1 is a certain difference. */
export function areaUnderCurve(first: number[], second: number[]): number {
  let above = 0;
  for (const a of first) for (const b of second) above += b > a ? 1 : b === a ? 0.5 : 0;
  return above / (first.length * second.length);
}

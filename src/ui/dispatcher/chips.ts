/** Labels of sites on a map that never lie on each other: the name where it fits, else the code, else the pin alone. */

export type Form = 'name' | 'code' | 'pin';

export interface Wish {
  /** Foot of the pin in pixels. */
  x: number;
  y: number;
  /** Widths of the label with the name and with the code, in pixels. */
  nameWidth: number;
  codeWidth: number;
}

const labelHeight = 23;
const pinHeight = 14;
const gap = 2;

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Places as many codes as fit, in order of importance, then writes out the names that are free of all of them and not cut by the edge of a map `width` pixels wide. */
export function placeLabels(wishes: readonly Wish[], width = Number.POSITIVE_INFINITY): Form[] {
  const taken: (Box | undefined)[] = [];
  const isFree = (box: Box, own: number): boolean => taken.every((other, index) => index === own || other === undefined || !overlap(box, other));
  wishes.forEach((wish, index) => {
    const box = boxOf(wish, wish.codeWidth);
    taken[index] = isFree(box, index) ? box : undefined;
  });
  return wishes.map((wish, index) => {
    if (taken[index] === undefined) return 'pin';
    const box = boxOf(wish, wish.nameWidth);
    const isCut = wish.x > 0 && wish.x < width && (box.left < 0 || box.right > width);
    if (isCut || !isFree(box, index)) return 'code';
    taken[index] = box;
    return 'name';
  });
}

function boxOf({ x, y }: Wish, width: number): Box {
  const bottom = y - pinHeight;
  return { left: x - width / 2 - gap, right: x + width / 2 + gap, top: bottom - labelHeight - gap, bottom: bottom + gap };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/**
 * A plan while it is still loading: its head and the runs that have come so far.
 *
 * The runs make up nearly all of a plan, and come after its head; on a slow line the first of them can be shown seconds
 * before the last is there. Any other order of the document, or none, gives nothing until the whole is there.
 */
import type { Plan } from './types';

const opening = '"runs":[';

/** Takes the document piece by piece; `runs` of the answers only grow. */
export class ArrivingPlan {
  #text = '';
  /** How far the text has been looked at; the depth of brackets and whether a string is open there. */
  #at = -1;
  #depth = 0;
  #inString = false;
  #isOver = false;
  /** End of the last whole run. */
  #end = -1;

  /** What can be shown now; `undefined` when no further run is complete. */
  add(piece: string): Plan | undefined {
    this.#text += piece;
    if (this.#isOver) return undefined;
    if (this.#at < 0) {
      const found = this.#text.indexOf(opening);
      if (found < 0) return undefined;
      this.#at = found + opening.length;
    }
    const before = this.#end;
    this.#scan();
    return this.#end > before ? this.#plan() : undefined;
  }

  #scan(): void {
    const text = this.#text;
    for (; this.#at < text.length && !this.#isOver; this.#at += 1) {
      const letter = text[this.#at];
      if (this.#inString) {
        // The letter after a backslash belongs to it; where it has not come yet, the backslash is looked at again.
        if (letter === '\\') {
          if (this.#at + 1 >= text.length) return;
          this.#at += 1;
        } else if (letter === '"') this.#inString = false;
      } else if (letter === '"') this.#inString = true;
      else if (letter === '{' || letter === '[') this.#depth += 1;
      else if (letter === '}' || letter === ']') {
        if (this.#depth === 0) this.#isOver = true;
        else this.#depth -= 1;
        if (this.#depth === 0 && letter === '}') this.#end = this.#at + 1;
      }
    }
  }

  #plan(): Plan | undefined {
    try {
      return JSON.parse(`${this.#text.slice(0, this.#end)}],"centres":[],"unplanned":[],"violations":[]}`) as Plan;
    } catch {
      this.#isOver = true;
      return undefined;
    }
  }
}

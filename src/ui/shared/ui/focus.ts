/** References that take the focus the moment their element is drawn: a key typed as soon as it is seen goes into it. */

export function focused(element: HTMLElement | null): void {
  element?.focus();
}

export function selected(element: HTMLInputElement | null): void {
  element?.focus();
  element?.select();
}

/** A place that an address may mean, as the server names it: `Triq il-Kbira, Il-Mosta at 35.908016,14.422514`. */
export interface FoundPlace {
  address: string;
  lat: string;
  lon: string;
}

export function foundPlace(text: string): FoundPlace | undefined {
  const found = /^(.*) at (-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)$/.exec(text);
  if (found === null) return undefined;
  const [, address = '', lat = '', lon = ''] = found;
  return { address, lat, lon };
}

/** What a button says of a suggestion: a place by its name, unless another one has the same. */
export function shortSuggestion(text: string, all: readonly string[]): string {
  const place = foundPlace(text);
  if (place === undefined) return text;
  const isAlone = all.filter((other) => foundPlace(other)?.address === place.address).length === 1;
  return isAlone ? place.address : `${place.address} (${Number(place.lat).toFixed(3)}, ${Number(place.lon).toFixed(3)})`;
}

/** Whether only the machine that opens a link can follow it, so that a phone would knock at itself. */
export function isLoopback(url: string): boolean {
  try {
    const { hostname } = new URL(url);
    return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127\./.test(hostname);
  } catch {
    return false;
  }
}

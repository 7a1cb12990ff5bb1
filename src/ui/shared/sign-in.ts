/** Signing in with the code of a one-time link: the same on the page of the link and wherever a code is typed. */
import { api, isOffline, Problem } from './api/client';
import type { Me, Role } from './api/types';

export const pageOf: Readonly<Record<Role, string>> = { dispatcher: '/', courier: '/c', centre: '/centre' };

export type SignInTrouble = 'code' | 'limit' | 'offline' | 'other';

/** A secret of this browser, made once for a page load and its reloads: should the answer be lost, the same request joins the same device. */
function joinKey(): string {
  const known = sessionStorage.getItem('join-key');
  if (known !== null) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  sessionStorage.setItem('join-key', key);
  return key;
}

/** The code in what was typed or pasted, which may be the whole link. */
export function codeIn(text: string): string {
  const wanted = text.trim();
  const hash = wanted.lastIndexOf('#');
  return hash < 0 ? wanted : decodeURIComponent(wanted.slice(hash + 1));
}

/** Who one is from now on, or why not. */
export async function signIn(code: string): Promise<{ me: Me } | { trouble: SignInTrouble }> {
  try {
    return { me: await api.join(code, joinKey()) };
  } catch (error) {
    return { trouble: isOffline(error) ? 'offline' : reasonOf(error) };
  }
}

function reasonOf(error: unknown): SignInTrouble {
  if (!(error instanceof Problem) || error.status >= 500) return 'other';
  return error.status === 429 ? 'limit' : 'code';
}
